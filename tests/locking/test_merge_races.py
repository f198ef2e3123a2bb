"""People who merge at the same moment, on real connections: one wins, nobody deadlocks, no record goes round in a circle."""

from __future__ import annotations

import pytest
from django.db import transaction

from chairside.apps.intake.services.people import patient_receive
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.duplicates import duplicate_decide
from chairside.apps.people.lock import receiving_lock
from chairside.apps.people.merging import patient_merge, patient_unmerge
from chairside.apps.people.models import LikelyDuplicate, Patient, PatientMerge
from chairside.core.access import Role
from chairside.core.intake.referral import Identifier, Packet, Person
from tests.apps.people.two_records import merged, pair, patient
from tests.apps.walk import NOW, Center, center
from tests.locking.racing import deadlocks, race

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8


@pytest.fixture
def place():
    with center(roles=(Role.INTAKE,)) as made:
        yield made


def merging(place: Center, kept: Patient, other: Patient):
    actor = place.actor(Role.INTAKE)
    return lambda: patient_merge(kept=kept, merged=other, reason="x", actor=actor, at=NOW)


def settled(results) -> tuple[list, list]:
    assert not [result for result in results if isinstance(result, Exception)], results
    return [r for r in results if r.value], [r for r in results if not r.value]


def roots() -> set[str]:
    return {row.merged_into.mrn for row in Patient.objects.exclude(merged_into=None).select_related("merged_into")}


def test_the_same_pair_merged_both_ways_at_once_is_merged_one_way(place):
    before = deadlocks()
    one, other = patient(place, "A"), patient(place, "B")
    runners = [merging(place, *(pair if n % 2 else pair[::-1])) for n, pair in enumerate([(one, other)] * WRITERS)]
    winners, losers = settled(race(place.organization.pk, runners))
    assert PatientMerge.objects.count() == 1
    assert len({winner.value.pk for winner in winners}) == 1
    assert {loser.reasons[0].code for loser in losers} == {"wrong_state"}
    assert Patient.objects.exclude(merged_into=None).count() == 1
    assert deadlocks() == before


def test_a_chain_merged_at_once_ends_at_one_record(place):
    before = deadlocks()
    records = [patient(place, f"{n}") for n in range(WRITERS)]
    runners = [merging(place, records[n + 1], records[n]) for n in range(WRITERS - 1)]
    winners, losers = settled(race(place.organization.pk, runners))
    assert (len(winners), losers) == (WRITERS - 1, [])
    assert roots() == {records[-1].mrn}
    assert Patient.objects.filter(merged_into=None).count() == 1
    assert deadlocks() == before


def test_a_circle_merged_at_once_stays_open(place):
    records = [patient(place, f"{n}") for n in range(4)]
    runners = [merging(place, records[(n + 1) % 4], records[n]) for n in range(4)]
    winners, losers = settled(race(place.organization.pk, runners))
    assert (len(winners), len(losers)) == (3, 1)
    assert len(roots()) == 1


def test_undone_by_two_at_once_it_is_undone_once(place):
    row = merged(place, patient(place, "A"), patient(place, "B"))
    actor = place.actor(Role.INTAKE)
    undo = [lambda: patient_unmerge(merge=row, reason="x", actor=actor, at=NOW) for _ in range(4)]
    winners, losers = settled(race(place.organization.pk, undo))
    assert (len(winners), len(losers)) == (1, 3)


def test_of_two_decisions_about_a_pair_one_holds(place):
    one, other = patient(place, "A"), patient(place, "B")
    row = pair(place, one, other)
    actor = place.actor(Role.INTAKE)

    def deciding(same: bool):
        return lambda: duplicate_decide(pair=row, same=same, keep=one, reason="x", actor=actor, at=NOW)

    winners, losers = settled(race(place.organization.pk, [deciding(n % 2 == 0) for n in range(6)]))
    assert (len(winners), len(losers)) == (1, 5)
    decided = LikelyDuplicate.objects.get().decision
    assert (decided == LikelyDuplicate.Decision.SAME) == PatientMerge.objects.exists()


def test_a_message_that_finds_a_patient_and_merges_them_meets_no_deadlock(place):
    before = deadlocks()
    one, other = patient(place, "A"), patient(place, "B")
    one.identifiers.create(organization=place.organization, system="urn:a", value="A")
    other.identifiers.create(organization=place.organization, system="urn:a", value="B")
    actor = place.actor(Role.INTAKE)

    def message(number: str, kept: Patient, gone: Patient):
        person = Person("m", "Moreno", "Anna", born=one.birth_date, identifiers=(Identifier("urn:a", number),))

        def run():
            with transaction.atomic():
                receiving_lock(actor.organization)
                assert patient_receive(packet=Packet(person=person), source="m", actor=actor, at=NOW).value
                return patient_merge(kept=kept, merged=gone, reason="A40", actor=actor, at=NOW)

        return run

    runners = [message("B", one, other), message("A", other, one), merging(place, one, other), merging(place, other, one)] * 2
    settled(race(place.organization.pk, runners))
    with organization_scope(place.organization.pk):
        assert Patient.objects.exclude(merged_into=None).count() == 1
    assert deadlocks() == before
