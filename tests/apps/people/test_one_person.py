"""Two merged records are one person wherever something is read, and nothing of anybody else comes with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Exists, OuterRef

from chairside.apps.people.history import history_for
from chairside.apps.people.merging import patient_merge, patient_unmerge
from chairside.apps.people.models import Fact as Row
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import facts_for, kept_record, records_of
from chairside.apps.people.services import fact_record
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.access import Role
from chairside.core.kernel.fact import Fact, FactKind
from tests.apps.walk import NOW, TODAY, Center, another_patient, center, must

pytestmark = pytest.mark.django_db
ALLERGY = Fact(FactKind.ALLERGY, "latex", TODAY, "rash")


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def record(place: Center, patient: Patient, fact: Fact = ALLERGY, **more: object) -> Row:
    return must(fact_record(patient=patient, fact=fact, today=TODAY, actor=place.actor(Role.NURSE), at=NOW, **more))  # type: ignore[arg-type]


def merged(place: Center, kept: Patient, other: Patient):
    merge = must(
        patient_merge(kept=kept, merged=other, reason="one card", actor=place.actor(Role.INTAKE), at=NOW, birth_date=None)
    )
    for row in (kept, other):
        row.refresh_from_db()
    return merge


def given(place: Center, patient: Patient, number: int, amount: str, **more: object) -> None:
    DoseGivenRecord.objects.create(
        organization=place.organization, patient=patient, protocol="ferric_carboxymaltose", dose_number=number,
        on=TODAY - timedelta(days=30), amount=Decimal(amount), unit="mg", source="letter", **more,
    )  # fmt: skip


def test_an_allergy_of_either_record_is_an_allergy_of_the_person(place: Center) -> None:
    kept, other, stranger = (another_patient(place, number) for number in range(3))
    record(place, other)
    record(place, stranger, Fact(FactKind.ALLERGY, "penicillin", TODAY, "hives"))
    assert not facts_for(kept)
    merge = merged(place, kept, other)
    assert [fact.code for fact in facts_for(kept)] == [fact.code for fact in facts_for(other)] == ["latex"]
    must(patient_unmerge(merge=merge, reason="two cards", actor=place.actor(Role.INTAKE), at=NOW))
    assert not facts_for(kept)


def test_in_a_query_over_many_each_row_has_its_own_persons_records(place: Center) -> None:
    kept, other, stranger = (another_patient(place, number) for number in range(3))
    record(place, other)
    merged(place, kept, other)
    facts = Row.objects.filter(patient__in=records_of(OuterRef("pk")))
    assert set(Patient.objects.filter(Exists(facts))) == {kept, other}
    assert stranger not in Patient.objects.filter(Exists(facts))


def test_a_dose_told_of_by_both_records_is_one_dose_and_its_reaction_stays(place: Center) -> None:
    kept, other = another_patient(place, 0), another_patient(place, 1)
    given(place, kept, 1, "750", tolerated=True)
    given(place, other, 1, "750", reaction_grade=2, reaction_term="flushing", tolerated=False)
    given(place, other, 2, "500", tolerated=True)
    merged(place, kept, other)
    assert [(dose.dose_number, str(dose.dose.amount.normalize())) for dose in history_for(kept)] == [(1, "7.5E+2"), (2, "5E+2")]
    assert history_for(kept)[0].reaction is not None


def test_a_correction_stands_under_the_record_of_the_fact_that_it_corrects(place: Center) -> None:
    kept, other = another_patient(place, 0), another_patient(place, 1)
    old = record(place, other)
    merge = merged(place, kept, other)
    new = record(place, kept, Fact(FactKind.ALLERGY, "latex", TODAY, "anaphylaxis"), corrects=old)
    assert new.patient == other
    must(patient_unmerge(merge=merge, reason="two cards", actor=place.actor(Role.INTAKE), at=NOW))
    assert [fact.value for fact in facts_for(other)] == ["anaphylaxis"]
    assert not facts_for(kept)


def test_the_kept_record_of_a_record_that_is_not_merged_is_itself(place: Center) -> None:
    kept, other = another_patient(place, 0), another_patient(place, 1)
    assert kept_record(other) == other
    merged(place, kept, other)
    assert kept_record(other) == kept_record(kept) == kept
