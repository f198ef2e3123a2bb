from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from chairside.apps.audit.models import AuditEntry, IdempotencyKey
from chairside.apps.audit.services import KeyConflict
from chairside.apps.intake.models import OrderVersion
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling import services
from chairside.apps.scheduling.models import Appointment, HandsOn
from chairside.core.access import Role
from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.visit import ChairTime
from tests.apps.scheduling.center import DAY, NOW, ZONE, Center, moment, open_center

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    with open_center() as made:
        yield made


def book(center: Center, dose: PlannedDose, *, start="09:00", chair=0, nurse=0, day=DAY, key=None, actor=None, at=NOW):
    return services.appointment_book(
        planned_dose=dose, chair=center.chairs[chair], nurse=center.nurses[nurse], start=moment(start, day),
        key=key or uuid4().hex, actor=actor or center.actor(), at=at,
    )  # fmt: skip


def value(answer: services.BookingDecision) -> Appointment:
    assert answer.value is not None, answer.reasons
    return answer.value


def codes(answer) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_a_booked_dose_holds_chair_nurse_and_hands(center):
    dose = center.dose()
    answer = book(center, dose)
    assert answer.allowed
    row = Appointment.objects.get()
    assert answer.value == row
    assert (row.chair, row.nurse, row.patient_id) == (center.chairs[0], center.nurses[0], dose.plan.patient_id)
    longest = max(time.total for time in protocol_times())
    assert row.during.upper - row.during.lower == timedelta(minutes=longest)
    hands = [(hand.kind, hand.during.lower - row.during.lower) for hand in HandsOn.objects.order_by("during")]
    assert hands[0] == ("start", timedelta())
    assert hands[-1][0] == "end"
    dose.refresh_from_db()
    assert dose.status == "booked"


def protocol_times() -> tuple[ChairTime, ...]:
    from chairside.formulary import loader

    return loader.load("infliximab_iv").chair_times


def test_booking_is_in_the_audit_trail_with_the_patient(center):
    dose = center.dose()
    row = value(book(center, dose))
    entry = AuditEntry.objects.get(action="appointment.book")
    assert (entry.subject, entry.patient, entry.actor_name) == (str(row.pk), dose.plan.patient_id, "Sam Scheduler")


def test_who_comes_second_is_told_why_and_what_is_still_free(center):
    book(center, center.dose())
    answer = book(center, center.dose(), start="10:00", nurse=1)
    assert answer.outcome is Outcome.REFUSED
    assert codes(answer) == ["slot_taken"]
    assert answer.value is None
    assert "Chair 1 is taken from 09:00" in answer.reasons[0].message
    assert "Next openings: Tue Dec 1, 10:00 on Chair 2 with" in answer.reasons[0].message
    assert len(answer.openings) == 3
    assert answer.openings[0].place.start == moment("10:00")
    assert Appointment.objects.count() == 1


def test_every_opening_that_was_told_can_be_booked(center):
    book(center, center.dose())
    refused = book(center, center.dose(), start="09:05", nurse=0)
    for opening in refused.openings:
        chair = next(one for one in center.chairs if str(one.pk) == opening.place.chair)
        nurse = next(one for one in center.nurses if str(one.pk) == opening.place.nurse)
        answer = services.appointment_book(
            planned_dose=center.dose(), chair=chair, nurse=nurse, start=opening.place.start, key=uuid4().hex,
            actor=center.actor(), at=NOW,
        )  # fmt: skip
        assert answer.allowed
        services.appointment_cancel(appointment=value(answer), reason="test", actor=center.actor(), at=NOW)


def test_a_repeated_request_is_the_same_appointment(center):
    dose = center.dose()
    first, again = (book(center, dose, key="k1") for _ in range(2))
    assert first.value == again.value
    assert Appointment.objects.count() == 1
    assert AuditEntry.objects.filter(action="appointment.book").count() == 1


def test_a_key_used_for_another_request_is_a_conflict(center):
    dose = center.dose()
    book(center, dose, key="k1")
    with pytest.raises(KeyConflict):
        book(center, dose, key="k1", start="11:00")


def test_a_refused_request_leaves_nothing_behind_and_may_be_repeated(center):
    dose = center.dose()
    assert not book(center, dose, key="k1", start="07:00").allowed
    assert not IdempotencyKey.objects.exists()
    assert not AuditEntry.objects.exists()
    assert book(center, dose, key="k1").allowed


def test_a_dose_is_booked_once(center):
    dose = center.dose()
    book(center, dose)
    answer = book(center, dose, start="13:00", chair=1, nurse=1)
    assert codes(answer) == ["wrong_state"]


@pytest.mark.parametrize(("day", "code"), [(-3, "too_early"), (4, "too_late")])
def test_the_window_of_the_dose_is_kept(center, day, code):
    assert codes(book(center, center.dose(), day=DAY + timedelta(days=day)))[0] == code


def test_an_order_that_is_not_signed_any_more_is_not_booked(center):
    dose = center.dose()
    OrderVersion.objects.filter(plan=dose.plan).update(status=OrderVersion.Status.SUPERSEDED)
    assert codes(book(center, dose)) == ["not_signed"]


def test_a_biller_does_not_book(center):
    assert codes(book(center, center.dose(), actor=center.actor(Role.BILLER))) == ["not_permitted"]
    assert not Appointment.objects.exists()


def test_a_moved_appointment_keeps_its_identity_and_takes_its_hands_along(center):
    row = value(book(center, center.dose()))
    answer = services.appointment_move(
        appointment=row,
        chair=center.chairs[1],
        nurse=center.nurses[1],
        start=moment("09:30"),
        key="m1",
        actor=center.actor(),
        at=NOW,
    )
    assert answer.allowed
    assert value(answer).pk == row.pk
    assert set(HandsOn.objects.values_list("nurse", flat=True)) == {center.nurses[1].pk}
    assert HandsOn.objects.order_by("during")[0].during.lower == moment("09:30")


def test_a_move_onto_another_patient_is_refused_and_changes_nothing(center):
    book(center, center.dose(), chair=1, nurse=1)
    row = value(book(center, center.dose()))
    answer = services.appointment_move(
        appointment=row,
        chair=center.chairs[1],
        nurse=center.nurses[0],
        start=moment("10:00"),
        key="m1",
        actor=center.actor(),
        at=NOW,
    )
    assert "slot_taken" in codes(answer)
    assert answer.openings
    row.refresh_from_db()
    assert row.chair == center.chairs[0]
    assert row.during.lower == moment("09:00")


def test_a_small_shift_of_an_appointment_does_not_collide_with_itself(center):
    row = value(book(center, center.dose()))
    answer = services.appointment_move(
        appointment=row,
        chair=center.chairs[0],
        nurse=center.nurses[0],
        start=moment("09:10"),
        key="m1",
        actor=center.actor(),
        at=NOW,
    )
    assert answer.allowed


def test_a_cancelled_appointment_frees_chair_hands_and_dose(center):
    dose = center.dose()
    row = value(book(center, dose))
    answer = services.appointment_cancel(appointment=row, reason="Patient has a cold", actor=center.actor(), at=NOW)
    assert value(answer).status == "cancelled"
    assert not HandsOn.objects.exists()
    assert AuditEntry.objects.get(action="appointment.cancelled").reason == "Patient has a cold"
    assert book(center, dose).allowed


def test_a_cancellation_says_why(center):
    row = value(book(center, center.dose()))
    assert codes(services.appointment_cancel(appointment=row, reason=" ", actor=center.actor(), at=NOW)) == ["missing_fact"]


def test_a_patient_who_has_arrived_is_not_cancelled(center):
    row = value(book(center, center.dose()))
    Appointment.objects.filter(pk=row.pk).update(status="arrived")
    answer = services.appointment_cancel(appointment=row, reason="x", actor=center.actor(), at=NOW)
    assert codes(answer) == ["wrong_state"]
    assert "the patient has arrived" in answer.reasons[0].message


def test_nobody_is_a_no_show_before_their_time(center):
    row = value(book(center, center.dose()))
    assert codes(services.appointment_no_show(appointment=row, actor=center.actor(), at=NOW)) == ["too_early"]
    answer = services.appointment_no_show(appointment=row, actor=center.actor(), at=moment("09:30"))
    assert value(answer).status == "no_show"
    assert PlannedDose.objects.get().status == "planned"


def test_one_click_books_nearest_to_the_target_day(center):
    dose = center.dose()
    answer = services.book_first_opening(planned_dose=dose, site=center.site, key="f1", actor=center.actor(), at=NOW)
    assert answer.allowed
    assert value(answer).during.lower == moment("08:00")
    again = services.book_first_opening(planned_dose=dose, site=center.site, key="f1", actor=center.actor(), at=NOW)
    assert again.value == answer.value


def test_one_click_without_an_opening_says_so(center):
    dose = center.dose(target=DAY + timedelta(days=20))
    answer = services.book_first_opening(planned_dose=dose, site=center.site, key="f1", actor=center.actor(), at=NOW)
    assert codes(answer) == ["not_available"]


def test_the_database_refuses_an_overlap_when_the_service_is_bypassed(center):
    row = value(book(center, center.dose()))
    other = center.dose()
    values = {
        "organization": center.organization, "site": center.site, "patient_id": other.plan.patient_id, "booked_at": NOW,
        "booked_by": "x", "nurse": center.nurses[1], "during": row.during,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="chair_no_overlap"), transaction.atomic():
        Appointment.objects.create(chair=row.chair, **values)
    second = Appointment.objects.create(chair=center.chairs[1], **values)
    with pytest.raises(IntegrityError, match="nurse_hands_no_overlap"), transaction.atomic():
        HandsOn.objects.create(
            organization=center.organization, appointment=second, nurse=row.nurse, during=row.during, kind="start"
        )


def test_the_day_is_the_sites(center):
    """23:00 in Chicago on the last day of the window is the next day in UTC; the window is judged at the site."""
    last = DAY + timedelta(days=3)
    answer = book(center, center.dose(), start="23:00", day=last)
    assert "too_late" not in codes(answer)
    assert moment("23:00", last).astimezone(ZONE).date() == last
