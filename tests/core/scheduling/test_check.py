from datetime import UTC, date, datetime, time, timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling.check import against_chair, check_booking
from chairside.core.scheduling.day_book import Chair, Clinic, DayBook, Place, Shift
from tests.core.scheduling.days import CHICAGO, MONDAY, at, book, booking, request, shape, span


def codes(decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_free_place_is_allowed_and_names_what_it_takes():
    decision = check_booking(book(), request(), Place(at("09:00"), "c1", "n1"))
    assert decision.outcome is Outcome.ALLOWED
    assert decision.value.during == span("09:00", "11:00")
    assert decision.value.hands_on == (span("09:00", "09:20"), span("10:50", "11:00"))


def test_a_taken_chair_is_named_with_its_minutes():
    decision = check_booking(book(booking(1, at("09:00"))), request(), Place(at("10:00"), "c1", "n2"))
    assert codes(decision) == ["slot_taken"]
    assert decision.reasons[0].message == "Chair 1 is taken from 09:00 to 11:00."
    assert decision.reasons[0].field == "chair"


def test_visits_that_touch_do_not_overlap():
    assert check_booking(book(booking(1, at("09:00"))), request(), Place(at("11:00"), "c1", "n1")).allowed


def test_a_nurse_has_two_hands_only():
    decision = check_booking(book(booking(1, at("09:00"))), request(), Place(at("09:10"), "c2", "n1"))
    assert codes(decision) == ["slot_taken"]
    assert decision.reasons[0].message == "Ana is hands-on with another patient from 09:00 to 09:20."


def test_a_nurse_is_never_given_more_patients_than_the_shift_says():
    taken = book(booking(1, at("09:00")), booking(2, at("09:20"), chair="c2"))
    decision = check_booking(taken, request(), Place(at("09:40"), "b1", "n1"))
    assert codes(decision) == ["slot_taken"]
    assert "already has 2 patients at 09:40" in decision.reasons[0].message


def test_patients_one_after_the_other_are_not_at_once():
    taken = book(booking(1, at("08:00"), of=shape(60)), booking(2, at("09:00"), of=shape(60)), limit=2)
    assert check_booking(taken, request(), Place(at("08:25"), "b1", "n1")).allowed


def test_a_visit_outside_the_shift_says_when_the_nurse_is_here():
    morning = Shift("n1", "Ana", span("08:00", "12:00"), 4)
    decision = check_booking(book(shifts=[morning]), request(), Place(at("11:00"), "c1", "n1"))
    assert codes(decision) == ["not_available"]
    assert decision.reasons[0].message == "Ana is here from 08:00 to 12:00; the visit runs from 11:00 to 13:00."


def test_two_shifts_that_touch_do_not_make_one_nurse_stay():
    shifts = [Shift("n1", "Ana", span("08:00", "12:00"), 4), Shift("n1", "Ana", span("12:00", "17:00"), 4)]
    assert codes(check_booking(book(shifts=shifts), request(), Place(at("11:00"), "c1", "n1"))) == ["not_available"]


@pytest.mark.parametrize("start", ["07:55", "15:05"])
def test_a_visit_lies_inside_the_opening_hours(start):
    early = Shift("n1", "Ana", span("06:00", "20:00"), 4)
    decision = check_booking(book(shifts=[early]), request(), Place(at(start), "c1", "n1"))
    assert codes(decision) == ["not_available"]
    assert "open from 08:00 to 17:00" in decision.reasons[0].message


def test_a_day_on_which_the_site_is_closed_is_refused():
    closed = Clinic(CHICAGO, time(8), time(17), closed=frozenset({MONDAY}))
    assert (
        "closed on Mon Nov 23"
        in check_booking(book(clinic=closed), request(), Place(at("09:00"), "c1", "n1")).reasons[0].message
    )


def test_before_and_after_the_window_are_different_refusals():
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    week = book(days=(MONDAY, wednesday))
    wish = request(window=(tuesday, tuesday), not_before=at("06:00"))
    assert codes(check_booking(week, wish, Place(at("09:00"), "c1", "n1"))) == ["too_early"]
    assert codes(check_booking(week, wish, Place(at("09:00", wednesday), "c1", "n1"))) == ["too_late"]


def test_the_calendar_day_is_that_of_the_site():
    late = Clinic(CHICAGO, time(8), time(23))
    evening = Shift("n1", "Ana", Span(at("18:00").astimezone(UTC), at("23:00").astimezone(UTC)), 4)
    # 20:00 in Chicago is already Tuesday in UTC.
    assert check_booking(book(shifts=[evening], clinic=late), request(), Place(at("20:00").astimezone(UTC), "c1", "n1")).allowed


def test_a_patient_is_not_in_two_chairs():
    decision = check_booking(book(booking(1, at("09:00"))), request("p1"), Place(at("10:00"), "c2", "n2"))
    assert codes(decision) == ["slot_taken"]
    assert decision.reasons[0].field == "patient"


def test_all_reasons_are_told_not_only_the_first():
    decision = check_booking(book(booking(1, at("09:00"))), request("p1"), Place(at("09:00"), "c1", "n1"))
    assert [reason.field for reason in decision.reasons] == ["patient", "chair", "nurse", "nurse"]


def test_the_past_is_not_booked():
    decision = check_booking(book(), request(not_before=at("10:00")), Place(at("09:00"), "c1", "n1"))
    assert codes(decision) == ["not_available"]


def test_the_wrong_kind_of_chair_is_refused():
    decision = check_booking(book(), request(chair_kinds=frozenset({"bed"})), Place(at("09:00"), "c1", "n1"))
    assert "needs: bed" in decision.reasons[0].message


def test_a_chair_out_of_use_and_an_unknown_one_are_refused():
    broken = DayBook(book().clinic, DayWindow(MONDAY, MONDAY), (Chair("c1", "Chair 1", "chair", in_use=False),), book().shifts)
    for chair in ("c1", "nowhere"):
        assert codes(check_booking(broken, request(), Place(at("09:00"), chair, "n1"))) == ["not_available"]


def test_an_appointment_does_not_stand_in_its_own_way_when_it_moves():
    taken = book(booking(1, at("09:00")))
    assert check_booking(taken, request("p1", moving="a1"), Place(at("09:30"), "c1", "n1")).allowed


def test_nothing_is_said_about_a_day_that_was_not_read():
    with pytest.raises(ValueError, match="was not read"):
        check_booking(book(), request(window=(MONDAY, date(2026, 12, 1))), Place(at("09:00", date(2026, 12, 1)), "c1", "n1"))


def test_two_hours_are_two_hours_on_the_day_when_the_clocks_change():
    spring = date(2026, 3, 8)  # 02:00 becomes 03:00
    early = Clinic(CHICAGO, time(0), time(6))
    night = Shift("n1", "Ana", Span(at("00:00", spring).astimezone(UTC), at("06:00", spring).astimezone(UTC)), 4)
    wish = request(window=(spring, spring), target=spring, not_before=datetime(2026, 1, 1, tzinfo=UTC))
    decision = check_booking(
        book(days=(spring, spring), shifts=[night], clinic=early), wish, Place(at("01:00", spring), "c1", "n1")
    )
    assert decision.allowed
    assert decision.value.during.length == timedelta(hours=2)
    assert decision.value.during.end.astimezone(CHICAGO).time() == time(4)


def test_each_thing_in_the_way_keeps_its_own_words_however_late_it_is_asked():
    day = book(booking(1, at("08:00")), booking(2, at("10:00")))
    found = list(against_chair(day, request(), at("09:00"), "c1"))
    assert [told().message for told in found] == [
        "Chair 1 is taken from 08:00 to 10:00.",
        "Chair 1 is taken from 10:00 to 12:00.",
    ]
