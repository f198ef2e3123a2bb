"""Charges are made from the signed record: each line with the events and draws that prove it, the rest with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chairside.apps.charges import selectors, services
from chairside.apps.charges.models import ChargeLine, ChargeSet
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.formulary.selectors import current_release
from chairside.apps.formulary.services import releases_sync
from chairside.apps.visit.models import Visit, VisitEvent
from tests.apps.visit.cast import Cast, center, finish, run
from tests.apps.walk import BACKEND, must

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    """A visit of the cast, under the real infliximab protocol, run, discharged and signed."""
    releases_sync()
    with center() as made:
        release = current_release("infliximab_iv")
        assert release is not None
        Visit.objects.update(protocol_sha256=release.sha256)
        run(made)
        finish(made)
        made.visit.refresh_from_db()
        yield made


def browse(cast: Cast, who: str) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(cast.users[who], backend=BACKEND)
    return client


def make(cast: Cast) -> ChargeSet:
    return must(services.charges_make(visit=cast.visit, actor=cast.actors["biller"], at=cast.at))


def lines(made: ChargeSet, kind: str) -> list[ChargeLine]:
    return list(made.lines.filter(kind=kind).order_by("position"))


def test_the_infusion_is_coded_from_its_running_time_with_its_events_as_evidence(cast: Cast) -> None:
    coded = lines(make(cast), "administration")
    assert [(line.code, line.units) for line in coded] == [("96413", 1), ("96415", 1)]
    events = {str(row.id): row.kind for row in VisitEvent.objects.filter(visit=cast.visit)}
    proven = [events[item] for item in coded[0].evidence.splitlines()]
    assert "infusion_started" in proven
    assert all(line.rules and line.evidence for line in coded)


def test_drug_units_are_those_given_and_the_rest_of_the_vials_is_not_lost(cast: Cast) -> None:
    Coverage.objects.create(
        organization=cast.organization, patient=cast.patient, payer="Medicare", line="medicare", source="card", rank=1
    )
    made = make(cast)
    assert [(line.code, line.units) for line in lines(made, "drug")] == [("J1745", 42)]
    assert [(line.code, line.units, line.modifiers) for line in lines(made, "waste")] == [("J1745", 8, "JW")]
    assert made.payer == "medicare_ffs"


def test_what_is_not_billed_is_listed_with_its_reason(cast: Cast) -> None:
    reasons = {line.explanation for line in lines(make(cast), "not_billed")}
    assert {"access included", "observation included", "flush included", "oral medicine included"} <= reasons


def test_the_waste_that_a_payer_does_not_pay_says_how_much_it_was(cast: Cast) -> None:
    unbilled = next(line for line in lines(make(cast), "not_billed") if "waste" in line.explanation)
    assert unbilled.units is not None
    assert unbilled.units > 0
    assert "mg of" in unbilled.explanation


def test_an_approval_that_does_not_cover_the_day_is_work_before_the_claim(cast: Cast) -> None:
    held = [line.explanation for line in lines(make(cast), "hold")]
    assert any("No approval covers dose" in text for text in held)
    order = cast.visit.planned_dose.plan.order_version.order  # type: ignore[union-attr]
    cover = Coverage.objects.create(organization_id=order.organization_id, patient=order.patient, payer="A", line="commercial")
    Authorization.objects.create(
        organization_id=order.organization_id, order=order, coverage=cover, status="approved", reference="1", units=500,
        starts_on=cast.visit.day, ends_on=cast.visit.day, recorded_at=cast.at,
    )  # fmt: skip
    assert not any("No approval" in line.explanation for line in lines(make(cast), "hold"))


def test_a_visit_that_is_not_signed_has_no_charges(cast: Cast) -> None:
    Visit.objects.filter(id=cast.visit.id).update(closed=False)
    decision = services.charges_make(visit=cast.visit, actor=cast.actors["biller"], at=cast.at)
    assert [reason.code for reason in decision.reasons] == ["wrong_state"]
    assert not ChargeSet.objects.exists()


def test_a_nurse_makes_no_charges(cast: Cast) -> None:
    decision = services.charges_make(visit=cast.visit, actor=cast.actors["nurse"], at=cast.at)
    assert [reason.code for reason in decision.reasons] == ["not_permitted"]


def test_a_brand_that_is_not_known_is_said_and_nothing_is_guessed(cast: Cast) -> None:
    assert cast.visit.planned_dose is not None
    version = cast.visit.planned_dose.plan.order_version
    type(version).objects.filter(id=version.id).update(brand="")
    decision = services.charges_make(visit=cast.visit, actor=cast.actors["biller"], at=cast.at)
    assert "its brand is not known" in decision.reasons[0].message


def test_made_again_the_newest_set_holds(cast: Cast) -> None:
    first, second = make(cast), make(cast)
    assert first != second
    assert selectors.charge_set_of(cast.visit) in (first, second)
    assert ChargeSet.objects.count() == 2


def test_the_page_links_each_line_to_its_evidence_and_exports_it(cast: Cast) -> None:
    make(cast)
    client = browse(cast, "biller")
    page = client.get(f"/charges/{cast.visit.id}/").content.decode()
    assert "96413" in page
    assert "infusion started" in page
    assert "Not billed, and why" in page
    text = b"".join(client.get(f"/charges/{cast.visit.id}/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "J1745" in text


def test_the_queue_shows_signed_visits_and_its_queries_do_not_grow(cast: Cast) -> None:
    client = browse(cast, "biller")
    assert "Not made" in client.get("/charges/").content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get("/charges/")
    fields = {f.attname: getattr(cast.visit, f.attname) for f in Visit._meta.fields if f.name not in ("id", "appointment")}
    for _ in range(10):
        Visit.objects.create(**fields)
    with CaptureQueriesContext(connection) as many:
        client.get("/charges/")
    assert len(many) == len(few) <= 16


def test_only_billing_opens_charges(cast: Cast) -> None:
    assert browse(cast, "nurse").get("/charges/").status_code == 403
