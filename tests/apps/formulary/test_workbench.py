"""The workbench answers what the engine answers, keeps nothing, and says what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chairside.apps.formulary.services import releases_sync
from chairside.core.access import Role
from chairside.formulary import loader
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db
ADULT = {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "82.4", "height_cm": "170"}
ASKED = {"indication": "crohns_disease", "day": "2026-04-13", "dose_number": "1", **ADULT}


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker) -> Iterator[Center]:
    """One center for all of them: the workbench keeps nothing."""
    with django_db_blocker.unblock(), transaction.atomic(), center() as made:
        releases_sync()
        yield made
        transaction.set_rollback(True)


def test_dose_rates_gates_and_chair_time(place: Center) -> None:
    page = place.client(Role.PHARMACIST).get("/formulary/infliximab_iv/workbench/", ASKED)
    bench = page.context["bench"]
    assert bench.problems == ()
    assert bench.dose.value.amount.spelled() == "412 mg"
    assert bench.run.value is not None
    assert bench.run.value.total_minutes >= 120
    assert {item.key for item in bench.clearance.value.held_by} >= {"tb_yearly"}
    assert bench.chair is not None
    text = page.content.decode()
    assert "412\N{NO-BREAK SPACE}mg" in text
    assert "How this dose was computed" in text


def test_what_is_typed_counts(place: Center) -> None:
    client = place.client(Role.PHARMACIST)
    before = client.get("/formulary/infliximab_iv/workbench/", ASKED).context["bench"].clearance.value
    facts = {"screening-tb": "negative", "screening-tb-on": "2026-03-01"}
    after = client.get("/formulary/infliximab_iv/workbench/", ASKED | facts).context["bench"].clearance.value
    assert {item.key for item in before.held_by} - {item.key for item in after.held_by} >= {"tb_yearly"}


def test_an_ordered_dose_is_compared(place: Center) -> None:
    page = place.client(Role.PHARMACIST).get("/formulary/infliximab_iv/workbench/", ASKED | {"ordered": "900"})
    assert not page.context["bench"].dose.allowed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight_kg": "82,4"}, "without commas"),
        ({"weight_kg": "-3"}, "weight_kg"),
        ({"birth_date": "2040-01-01"}, "birth_date"),
        ({"birth_date": "yesterday"}, "valid date"),
        ({"indication": "gout"}, "valid choice"),
        ({"dose_number": "0"}, "greater than or equal to 1"),
        ({"lab-alt": "NaN"}, "must be a number"),
    ],
)
def test_bad_input_gets_a_sentence(place: Center, typed: dict[str, str], said: str) -> None:
    page = place.client(Role.PHARMACIST).get("/formulary/infliximab_iv/workbench/", ASKED | typed)
    assert page.status_code in (200, 422)
    assert said in page.content.decode()


@pytest.mark.parametrize("protocol", loader.known_ids())
def test_every_therapy_has_a_workbench(place: Center, protocol: str) -> None:
    client = place.client(Role.PHARMACIST)
    page = client.get(f"/formulary/{protocol}/workbench/")
    assert page.status_code == 200
    told = loader.load(protocol)
    if told.plan is None:
        asked = {**ASKED, "indication": told.indications[0].key}
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/formulary/{protocol}/workbench/", asked).context["bench"] is not None
        assert len(queries) <= 15
