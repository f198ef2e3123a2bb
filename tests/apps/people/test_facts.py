"""A fact is recorded as a person gave it, or refused with a reason; a correction is a new fact that names the old one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from chairside.apps.people.models import Fact as Row
from chairside.apps.people.selectors import facts_for
from chairside.apps.people.services import fact_record
from chairside.core.access import Role
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind
from tests.apps.walk import NOW, TODAY, Center, another_patient, center, must

pytestmark = pytest.mark.django_db
WEIGHT = Fact(FactKind.VITAL, "weight_kg", TODAY, Decimal("71.40"), "kg")


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def record(place: Center, fact: Fact, **more: object):
    told = {"patient": more.pop("patient", None) or another_patient(place, 0), "actor": place.actor(Role.NURSE), **more}
    return fact_record(fact=fact, today=TODAY, at=NOW, **told)


def test_a_number_is_kept_digit_for_digit(place: Center) -> None:
    row = must(record(place, WEIGHT))
    assert (row.exact, row.unit, row.source) == ("71.40", "kg", f"person:{place.users[Role.NURSE].id}")
    assert facts_for(row.patient)[0].value == Decimal("71.40")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on": TODAY + timedelta(days=1)}, "out_of_range"),
        ({"value": None}, "missing_fact"),
        ({"value": Decimal("-1")}, "out_of_range"),
        ({"unit": "pounds"}, "out_of_range"),
        ({"value": Decimal(900)}, "out_of_range"),
    ],
)
def test_what_cannot_be_is_refused(place: Center, change: dict[str, object], code: str) -> None:
    decision = record(place, replace(WEIGHT, **change))  # type: ignore[arg-type]
    assert decision.outcome is Outcome.REFUSED
    assert decision.reasons[0].code == code
    assert not Row.objects.exists()


def test_an_unusual_value_asks_and_is_recorded_once_confirmed(place: Center) -> None:
    heavy = replace(WEIGHT, value=Decimal(260))
    patient = another_patient(place, 1)
    assert record(place, heavy, patient=patient).outcome is Outcome.REVIEW
    assert must(record(place, heavy, patient=patient, confirmed=True)).exact == "260"


def test_a_correction_names_the_old_fact_and_only_the_new_one_stands(place: Center) -> None:
    old = must(record(place, WEIGHT))
    new = must(record(place, replace(WEIGHT, value=Decimal("74.1")), patient=old.patient, corrects=old))
    assert [fact.value for fact in facts_for(old.patient)] == [Decimal("74.1")]
    again = record(place, WEIGHT, patient=old.patient, corrects=old)
    assert again.reasons[0].code == "wrong_state"
    other = record(place, replace(WEIGHT, code="height_cm", unit="cm"), patient=old.patient, corrects=new)
    assert other.reasons[0].code == "mismatch"


def test_another_patients_fact_cannot_be_corrected(place: Center) -> None:
    old = must(record(place, WEIGHT))
    decision = record(place, WEIGHT, patient=another_patient(place, 9), corrects=old)
    assert "wrong_person" in [reason.code for reason in decision.reasons]


def test_the_same_key_is_the_same_fact(place: Center) -> None:
    patient = another_patient(place, 2)
    first = must(record(place, WEIGHT, patient=patient, key="k-1"))
    assert must(record(place, WEIGHT, patient=patient, key="k-1")) == first
    assert Row.objects.count() == 1


def test_a_biller_records_nothing(place: Center) -> None:
    decision = record(place, WEIGHT, actor=place.actor(Role.BILLER))
    assert [reason.code for reason in decision.reasons] == ["not_permitted"]


def test_the_database_refuses_to_edit_a_fact(place: Center) -> None:
    must(record(place, WEIGHT))
    with pytest.raises(DatabaseError), transaction.atomic():
        Row.objects.update(exact="1")
