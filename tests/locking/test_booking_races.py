"""Many people booking at once, on real connections: exactly one wins, nobody deadlocks, each loser is told what is free."""

import random
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from chairside.apps.organizations.context import organization_scope
from chairside.apps.scheduling import services
from chairside.apps.scheduling.models import Appointment
from tests.apps.scheduling.center import NOW, Center, center, moment
from tests.locking.racing import CHAIR_OVERLAPS, HANDS_OVERLAPS, PATIENT_OVERLAPS, count, deadlocks, race

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
RAW = """
    INSERT INTO scheduling_appointment (id, organization_id, site_id, patient_id, planned_dose_id, chair_id, nurse_id, during,
        status, booked_at, booked_by)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, tstzrange(%s, %s), 'booked', now(), 'raw')"""


@pytest.fixture
def place():
    made = center(chairs=8, nurses=8)
    with organization_scope(made.organization.pk):
        yield made


def attempt(place: Center, dose, *, chair=0, nurse=0, start="09:00", key=None):
    key = key or uuid4().hex
    return lambda: services.appointment_book(
        planned_dose=dose, chair=place.chairs[chair], nurse=place.nurses[nurse], start=moment(start), key=key,
        actor=place.actor(), at=NOW,
    )  # fmt: skip


def split(results) -> tuple[list, list]:
    """Who won, who was refused; anything else is a failure of the test."""
    assert not [result for result in results if isinstance(result, Exception)], results
    return [r for r in results if r.allowed], [r for r in results if not r.allowed]


def assert_no_overlap():
    assert count(CHAIR_OVERLAPS) == count(HANDS_OVERLAPS) == count(PATIENT_OVERLAPS) == 0


def assert_told(losers) -> None:
    for loser in losers:
        assert [reason.code for reason in loser.reasons] == ["slot_taken"]
        assert "Next openings: Tue Dec 1," in loser.reasons[0].message
        assert loser.openings


def test_eight_racing_for_one_chair_one_wins(place):
    before = deadlocks()
    winners, losers = split(race(place.organization.pk, [attempt(place, place.dose(), nurse=n) for n in range(WRITERS)]))
    assert (len(winners), len(losers)) == (1, WRITERS - 1)
    assert_told(losers)
    assert Appointment.objects.get() == winners[0].value
    assert_no_overlap()
    assert deadlocks() == before


def test_eight_racing_for_one_nurses_hands_one_wins(place):
    before = deadlocks()
    doses = [place.dose() for _ in range(WRITERS)]
    winners, losers = split(race(place.organization.pk, [attempt(place, dose, chair=n) for n, dose in enumerate(doses)]))
    assert (len(winners), len(losers)) == (1, WRITERS - 1)
    for loser in losers:
        assert {reason.code for reason in loser.reasons} == {"slot_taken"}
        assert {reason.field for reason in loser.reasons} == {"nurse"}
        assert loser.openings
        assert "Next openings:" in loser.reasons[0].message
    assert_no_overlap()
    assert deadlocks() == before


def test_eight_requests_for_one_dose_make_one_appointment(place):
    dose = place.dose()
    winners, losers = split(race(place.organization.pk, [attempt(place, dose, chair=n, nurse=n) for n in range(WRITERS)]))
    assert (len(winners), len(losers)) == (1, WRITERS - 1)
    assert Appointment.objects.count() == 1


def test_one_request_sent_eight_times_at_once_is_one_appointment(place):
    dose = place.dose()
    winners, losers = split(race(place.organization.pk, [attempt(place, dose, key="same") for _ in range(WRITERS)]))
    assert not losers
    assert len({winner.value.pk for winner in winners}) == 1
    assert Appointment.objects.count() == 1


def test_random_attempts_by_eight_never_overlap_and_never_deadlock(place):
    """80 doses, two chairs and three nurses wanted in every order; some are moved, some cancelled."""
    before, chance = deadlocks(), random.Random(7)
    work = [
        [(place.dose(), chance.randrange(2), chance.randrange(3), chance.randrange(8, 14)) for _ in range(10)]
        for _ in range(WRITERS)
    ]

    def busy(tasks, seed):
        own = random.Random(seed)

        def run():
            answers = []
            for dose, chair, nurse, hour in tasks:
                answer = attempt(place, dose, chair=chair, nurse=nurse, start=f"{hour:02}:{own.choice(['00', '15', '30'])}")()
                answers.append(answer)
                if answer.allowed and own.random() < 0.5:
                    answers.append(change(place, answer.value, own))
            return answers

        return run

    results = race(place.organization.pk, [busy(tasks, seed) for seed, tasks in enumerate(work)])
    assert not [result for result in results if isinstance(result, Exception)], results
    answers = [answer for result in results for answer in result]
    assert sum(answer.allowed for answer in answers) > 0
    assert all(answer.openings for answer in answers if "slot_taken" in {reason.code for reason in answer.reasons})
    assert_no_overlap()
    assert deadlocks() == before


def change(place: Center, row: Appointment, own: random.Random):
    if own.random() < 0.3:
        return services.appointment_cancel(appointment=row, reason="test", actor=place.actor(), at=NOW)
    return services.appointment_move(
        appointment=row, chair=place.chairs[own.randrange(2)], nurse=place.nurses[own.randrange(3)],
        start=moment(f"{own.randrange(8, 14):02}:00"), key=uuid4().hex, actor=place.actor(), at=NOW,
    )  # fmt: skip


def test_the_constraint_alone_lets_one_of_eight_in(place):
    """Writers that skip the service and its locks: the database still refuses all but one."""
    doses = [place.dose() for _ in range(WRITERS)]

    def insert(dose):
        values = [place.organization.pk, place.site.pk, dose.plan.patient_id, dose.pk, place.chairs[0].pk, place.nurses[0].pk]

        def run():
            with connection.cursor() as cursor:
                cursor.execute(RAW, [*values, moment("09:00"), moment("11:00")])
            return True

        return run

    results = race(place.organization.pk, [insert(dose) for dose in doses])
    assert results.count(True) == 1
    states = {result.__cause__.sqlstate for result in results if isinstance(result, Exception)}
    assert states <= {"23P01", "40P01"}
    assert_no_overlap()


@pytest.mark.parametrize("table", ["scheduling_chair", "people_user", "plans_planneddose", "people_patient"])
def test_a_booking_waits_for_whoever_holds_its_chair_nurse_dose_or_patient(place, table):
    """Without these locks the constraints still hold, but by deadlocks of a second each."""
    dose = place.dose()
    rows = {
        "scheduling_chair": place.chairs[0].pk,
        "people_user": place.nurses[0].pk,
        "plans_planneddose": dose.pk,
        "people_patient": dose.plan.patient_id,
    }

    def impatient():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        return attempt(place, dose)()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR NO KEY UPDATE", [rows[table]])
        (result,) = race(place.organization.pk, [impatient])
    assert isinstance(result, OperationalError)
    assert result.__cause__.sqlstate == "55P03"
