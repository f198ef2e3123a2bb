"""A new patient who looks like a known one is put before a person; nothing is merged on a score, nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.intake.services.facts import facts_receive
from chairside.apps.intake.services.people import patient_receive
from chairside.apps.people.duplicates import duplicate_decide, duplicates_look_for
from chairside.apps.people.models import Fact, LikelyDuplicate, Patient, PatientIdentifier, PatientMerge
from chairside.core.access import Role
from chairside.core.intake.referral import Identifier, Packet, Person, Recorded
from chairside.core.kernel.fact import Fact as Told
from chairside.core.kernel.fact import FactKind
from tests.apps.people.two_records import merged, pair, patient
from tests.apps.walk import NOW, TODAY, Center, center, must

pytestmark = pytest.mark.django_db
BORN = date(1961, 3, 4)


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def receive(place: Center, number: str, born: date | None = BORN, system: str = "urn:mrn", **more: str):
    person = Person(
        source=f"fhir:Patient/{number}", family=more.pop("family", "Moreno"), given=more.pop("given", "Anna"), born=born,
        identifiers=(Identifier(system, number),), **more,
    )  # fmt: skip
    return patient_receive(packet=Packet(person=person), source=person.source, actor=place.actor(Role.INTAKE), at=NOW)


def test_a_new_patient_who_looks_like_a_known_one_is_put_before_a_person(place: Center) -> None:
    known, new = must(receive(place, "1", system="urn:a")), must(receive(place, "2", system="urn:b"))
    assert known != new
    row = LikelyDuplicate.objects.get()
    assert (row.one, row.other, row.score, row.decision) == (known, new, 70, "")
    assert "agrees: birth date" in row.reasons.splitlines()
    assert not PatientMerge.objects.exists()
    must(receive(place, "2", system="urn:b"))
    assert LikelyDuplicate.objects.count() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"family": "MORENO"},
        {"given": "Ana"},
        {"born": date(1961, 4, 3)},
        {"family": "Diaz", "phone": "(555) 123-4567", "postal_code": "60601", "address": "12 Elm St"},
        {"born": None, "phone": "+15551234567", "postal_code": "60601", "sex": "female", "address": "12 Elm St"},
    ],
)
def test_it_is_found_by_birth_date_name_phone_or_home(place: Center, more: dict[str, object]) -> None:
    known = patient(place, "A", phone="555-123-4567", postal_code="60601", address="12 Elm St", sex="female")
    new = must(receive(place, "2", **more))  # type: ignore[arg-type]
    assert [(row.one, row.other) for row in LikelyDuplicate.objects.all()] == [(known, new)]


@pytest.mark.parametrize("more", [{"given": "Brigitta"}, {"born": date(1990, 1, 1)}, {"family": "Okafor", "given": "Ben"}])
def test_twins_namesakes_and_strangers_are_not_asked_about(place: Center, more: dict[str, object]) -> None:
    patient(place, "A", phone="555-123-4567", postal_code="60601", address="12 Elm St")
    must(receive(place, "2", phone="555-123-4567", postal_code="60601", address="12 Elm St", **more))  # type: ignore[arg-type]
    assert not LikelyDuplicate.objects.exists()


def test_a_patient_of_another_organization_is_never_a_duplicate(place: Center) -> None:
    with center("other", (Role.INTAKE,)) as elsewhere:
        patient(elsewhere, "A")
    must(receive(place, "2"))
    assert not LikelyDuplicate.objects.exists()


def test_looking_costs_the_same_among_many(place: Center) -> None:
    def cost(number: int) -> int:
        new = patient(place, f"new-{number}")
        with CaptureQueriesContext(connection) as queries:
            duplicates_look_for(patient=new, at=NOW)
        return len(queries)

    patient(place, "A")
    few = cost(0)
    Patient.objects.bulk_create(
        Patient(organization=place.organization, mrn=f"M{n}", family="Moreno", given="Anna", birth_date=BORN)
        for n in range(300)
    )
    assert cost(1) == few <= 5
    assert LikelyDuplicate.objects.filter(other__mrn="new-1").count() <= 50


def test_nobody_alike_costs_one_query(place: Center) -> None:
    patient(place, "A", "Okafor", "Ben", birth_date=BORN + timedelta(days=999))
    new = patient(place, "B")
    with CaptureQueriesContext(connection) as queries:
        assert duplicates_look_for(patient=new, at=NOW) == ()
    assert len(queries) == 1


def test_a_pair_that_was_ever_asked_about_is_not_asked_about_again(place: Center) -> None:
    one, other = patient(place, "A"), patient(place, "B")
    (asked,) = duplicates_look_for(patient=other, at=NOW)
    must(duplicate_decide(pair=asked, same=False, reason="met both", actor=place.actor(Role.INTAKE), at=NOW))
    assert duplicates_look_for(patient=other, at=NOW) == ()
    assert duplicates_look_for(patient=one, at=NOW) == ()


def test_a_merged_record_is_compared_as_a_part_of_its_person(place: Center) -> None:
    kept, other = patient(place, "A", "Diaz"), patient(place, "B", "Moreno")
    merged(place, kept, other)
    (asked,) = duplicates_look_for(patient=patient(place, "C", "Moreno"), at=NOW)
    assert (asked.one, asked.score) == (kept, 70)


def test_deciding_takes_a_reason_and_a_record_to_keep(place: Center) -> None:
    one, other = patient(place, "A"), patient(place, "B")
    row = pair(place, one, other)
    actor = place.actor(Role.INTAKE)
    told = {"pair": row, "actor": actor, "at": NOW}
    assert [r.field for r in duplicate_decide(**told, same=True, reason=" ").reasons] == ["keep", "reason"]  # type: ignore[arg-type]
    nurse = duplicate_decide(pair=row, same=False, reason="x", actor=place.actor(Role.NURSE), at=NOW)
    assert [reason.code for reason in nurse.reasons] == ["not_permitted"]
    decided = must(duplicate_decide(**told, same=True, keep=other, reason="one card"))  # type: ignore[arg-type]
    assert decided.decision == LikelyDuplicate.Decision.SAME
    one.refresh_from_db()
    assert one.merged_into == other
    again = duplicate_decide(**told, same=False, reason="x")  # type: ignore[arg-type]
    assert [reason.code for reason in again.reasons] == ["wrong_state"]


def test_a_refused_merge_leaves_the_pair_to_decide(place: Center) -> None:
    one, other = patient(place, "A"), patient(place, "B", birth_date=date(1961, 4, 3))
    row = pair(place, one, other)
    decision = duplicate_decide(pair=row, same=True, keep=one, reason="x", actor=place.actor(Role.INTAKE), at=NOW)
    assert decision.value is None
    row.refresh_from_db()
    assert row.decision == ""


# ---- the numbers of a merged record ----


def test_the_number_of_a_merged_record_finds_the_kept_one(place: Center) -> None:
    kept, other = must(receive(place, "1", system="urn:a")), must(receive(place, "2", system="urn:b"))
    merged(place, kept, other)
    assert must(receive(place, "2", system="urn:b")) == kept
    assert must(receive(place, "1", system="urn:a")) == kept
    assert Patient.objects.count() == 2
    assert PatientIdentifier.objects.get(value="2").patient == other, "no row moves"


def test_two_numbers_of_one_person_may_come_together_once_merged(place: Center) -> None:
    kept, other = must(receive(place, "1", system="urn:a")), must(receive(place, "2", system="urn:b"))
    person = Person(
        "fhir:Patient/3", "Moreno", "Anna", born=BORN, identifiers=(Identifier("urn:a", "1"), Identifier("urn:b", "2"))
    )
    both = {"packet": Packet(person=person), "source": "x", "actor": place.actor(Role.INTAKE), "at": NOW}
    assert [reason.code for reason in patient_receive(**both).reasons] == ["wrong_person"]  # type: ignore[arg-type]
    merged(place, kept, other)
    assert must(patient_receive(**both)) == kept  # type: ignore[arg-type]


def test_a_number_is_known_under_its_own_birth_date_and_no_third(place: Center) -> None:
    kept, other = must(receive(place, "1", system="urn:a")), must(receive(place, "2", date(1961, 4, 3), system="urn:b"))
    merged(place, kept, other, birth_date=BORN)
    assert must(receive(place, "2", date(1961, 4, 3), system="urn:b")) == kept
    assert must(receive(place, "2", BORN, system="urn:b")) == kept
    assert receive(place, "2", date(1980, 1, 1), system="urn:b").value is None


def test_a_resource_sent_again_after_the_merge_adds_nothing_and_a_changed_one_corrects_its_own(place: Center) -> None:
    kept, other = must(receive(place, "1", system="urn:a")), must(receive(place, "2", system="urn:b"))

    def send(to: Patient, note: str) -> int:
        fact = Recorded(Told(FactKind.ALLERGY, "latex", TODAY, "rash", note=note), "fhir:AllergyIntolerance/1")
        return facts_receive(patient=to, packet=Packet(facts=(fact,)), actor=place.actor(Role.INTAKE), at=NOW)

    assert send(other, "") == 1
    merged(place, kept, other)
    assert send(kept, "") == 0
    assert send(kept, "worse") == 1
    assert set(Fact.objects.values_list("patient", flat=True)) == {other.pk}
