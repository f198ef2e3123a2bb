from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling.check import check_booking
from chairside.core.scheduling.day_book import Booking, Clinic, Place, Shift
from chairside.core.scheduling.openings import APART, GRID, nearest_days, next_openings, openings
from chairside.engines.booking.center_day import earliest
from tests.core.scheduling.days import CHAIRS, CHICAGO, CLINIC, MONDAY, at, book, booking, request, shape, span

TUESDAY = MONDAY + timedelta(days=1)


def clocks(found) -> list[str]:
    return [opening.place.start.astimezone(CHICAGO).strftime("%a %H:%M") for opening in found]


def test_an_empty_day_is_offered_from_opening_half_an_hour_apart():
    assert clocks(openings(book(), request(), [MONDAY], earliest)) == ["Mon 08:00", "Mon 08:30", "Mon 09:00"]


def test_offers_begin_where_chair_and_nurse_are_both_free():
    morning = Shift("n1", "Ana", span("08:00", "17:00"), 1)
    taken = book(booking(1, at("08:00")), shifts=[morning])
    assert clocks(openings(taken, request(), [MONDAY], earliest, most=1)) == ["Mon 10:00"]


def test_no_opening_begins_in_the_past():
    assert clocks(next_openings(book(), request(not_before=at("09:42")), at("09:42"), earliest, most=1)) == ["Mon 09:45"]


def test_next_openings_stay_in_the_window():
    week = book(days=(MONDAY, TUESDAY))
    wish = request(window=(TUESDAY, TUESDAY), not_before=at("06:00"))
    assert clocks(next_openings(week, wish, at("06:00"), earliest, most=1)) == ["Tue 08:00"]
    assert next_openings(week, request(), at("18:00"), earliest) == ()


def test_days_nearest_to_the_target_come_first():
    window = DayWindow(MONDAY, MONDAY + timedelta(days=4))
    assert [day.day for day in nearest_days(window, MONDAY + timedelta(days=2))] == [25, 24, 26, 23, 27]


def test_the_nurse_with_fewer_hands_on_minutes_is_proposed():
    assert openings(book(booking(1, at("12:00"))), request(), [MONDAY], earliest)[0].place.nurse == "n2"


def test_a_search_that_proposes_the_impossible_is_overruled():
    def careless(_book, _request, _day):
        yield Place(at("09:00"), "c1", "n1")
        yield Place(at("12:00"), "c1", "n1")

    found = openings(book(booking(1, at("09:00"))), request(), [MONDAY], careless)
    assert clocks(found) == ["Mon 12:00"]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 11, 1), 7), (date(2026, 3, 8), 5), (date(2026, 3, 9), 6)],
    ids=["02:00 happens twice", "02:00 does not happen", "the day after"],
)
def test_on_the_day_of_the_clock_change_the_starts_are_elapsed_minutes_apart(day, hours):
    early = Clinic(CHICAGO, time(0), time(6))
    night = Shift("n1", "Ana", Span(at("00:00", day).astimezone(UTC), at("06:00", day).astimezone(UTC)), 4)
    wish = request(window=(day, day), target=day, not_before=datetime(2026, 1, 1, tzinfo=UTC))
    found = list(earliest(book(days=(day, day), shifts=[night], clinic=early), wish, day))
    assert len(found) == (hours - 2) * 12 + 1  # the last start is two hours before closing
    assert {later.start - place.start for place, later in pairwise(found)} == {GRID}
    assert found[-1].start + wish.shape.length == at("06:00", day).astimezone(UTC)


def test_a_night_shift_holds_a_visit_from_before_opening():
    evening = Shift("n1", "Ana", Span(at("20:00", MONDAY - timedelta(days=1)).astimezone(UTC), at("10:30").astimezone(UTC)), 1)
    assert clocks(openings(book(shifts=[evening]), request(), [MONDAY], earliest)) == ["Mon 08:00", "Mon 08:30"]


class Wordless(Clinic):
    """A site whose times cannot be spelled."""

    def clock(self, moment: datetime) -> str:
        raise AssertionError("a search put a refusal into words")

    spell = clock


def test_a_search_puts_none_of_the_refusals_that_it_passes_over_into_words():
    silent = Wordless(CHICAGO, CLINIC.opens, CLINIC.closes)
    full = [booking(n, at(start), chair) for n, start in enumerate(("08:00", "10:00", "12:00")) for chair in ("c1", "c2")]
    day = book(*full, clinic=silent, limit=1)
    assert list(earliest(day, request(not_before=at("09:00")), MONDAY))
    with pytest.raises(AssertionError, match="into words"):
        check_booking(day, request(), Place(at("08:00"), "c1", "n1"))


visits = st.lists(
    st.tuples(
        st.integers(0, 90), st.sampled_from(["c1", "c2", "b1"]), st.sampled_from(["n1", "n2"]), st.sampled_from([30, 60, 120])
    ),
    max_size=10,
)


@given(visits, st.sampled_from([30, 60, 120, 240]), st.integers(1, 3))
@hypothesis_settings(max_examples=60)
def test_the_search_finds_a_start_exactly_when_some_chair_and_nurse_are_allowed(drawn, minutes, limit):
    day = book(limit=limit)
    for number, (slot, chair, nurse, length) in enumerate(drawn):
        made = booking(number, at("08:00") + slot * GRID, chair, nurse, shape(length, 15, 5))
        wish = request(made.patient, shape=shape(length, 15, 5))
        if check_booking(day, wish, Place(made.during.start, chair, nurse)).allowed:
            day = book(*day.bookings, made, limit=limit)
    wish = request(shape=shape(minutes, 15, 5))
    found = {place.start for place in earliest(day, wish, MONDAY)}
    starts = [at("08:00").astimezone(UTC) + n * GRID for n in range(9 * 12)]
    possible = {
        start
        for start in starts
        if any(check_booking(day, wish, Place(start, chair.id, nurse)).allowed for chair in CHAIRS for nurse in ("n1", "n2"))
    }
    assert found == possible
    assert_nothing_overlaps(day, limit)


anything = st.lists(
    st.tuples(
        st.integers(-30, 560),
        st.integers(5, 200),
        st.sampled_from(["c1", "c2", "b1", "elsewhere"]),
        st.sampled_from(["n1", "n2", "gone"]),
        st.sampled_from(["new", "p1", "p2"]),
        st.sampled_from(["a", "moved"]),
    ),
    max_size=9,
)
presence = st.lists(
    st.tuples(st.sampled_from(["n1", "n2"]), st.integers(-60, 500), st.integers(1, 600), st.integers(1, 2)), max_size=4
)


@given(anything, presence, st.sampled_from([30, 61, 120]), st.sampled_from([(), ("bed",), ("chair",)]), st.integers(-60, 400))
@hypothesis_settings(max_examples=60, deadline=None)
def test_the_search_finds_every_start_whatever_was_booked(drawn, on, minutes, kinds, now):
    opens, minute = at("08:00").astimezone(UTC), timedelta(minutes=1)
    booked = []
    for number, (start, length, chair, nurse, patient, name) in enumerate(drawn):
        begin = opens + start * minute
        during = Span(begin, begin + length * minute)
        booked.append(Booking(f"{name}{number}", chair, nurse, patient, during, (Span(begin, begin + 3 * minute),)))
    there: list[Shift] = []
    for nurse, start, length, limit in on:
        during = Span(opens + start * minute, opens + (start + length) * minute)
        if not any(other.nurse == nurse and other.during.overlaps(during) for other in there):
            there.append(Shift(nurse, nurse, during, limit))
    day = book(*booked, shifts=there)
    moment = opens + now * minute
    wish = request(shape=shape(minutes, 15, 5), chair_kinds=frozenset(kinds), moving="moved0", not_before=moment)
    places = list(earliest(day, wish, MONDAY))
    assert all(check_booking(day, wish, place).allowed for place in places)
    possible = [
        start
        for start in (opens + n * GRID for n in range(9 * 12))
        if any(check_booking(day, wish, Place(start, chair.id, nurse)).allowed for chair in CHAIRS for nurse in ("n1", "n2"))
    ]
    assert [place.start for place in places] == possible


def assert_nothing_overlaps(day, limit):
    """Whatever the checker let in, one by one, is a day on which nobody is in two places."""
    for one in day.bookings:
        for other in day.bookings:
            if one.id < other.id:
                assert not (one.chair == other.chair and one.during.overlaps(other.during))
                assert one.nurse != other.nurse or not any(a.overlaps(b) for a in one.hands_on for b in other.hands_on)
    for one in day.bookings:
        with_her = [b for b in day.bookings if b.nurse == one.nurse and b.during.start <= one.during.start < b.during.end]
        assert len(with_her) <= limit


def test_offers_are_half_an_hour_apart_whatever_is_booked():
    found = openings(book(booking(1, at("08:20"))), request(), [MONDAY], earliest, most=9, each_day=9)
    starts = [opening.place.start for opening in found]
    assert all(abs(a - b) >= APART for n, a in enumerate(starts) for b in starts[:n])


def test_the_appointment_that_is_given_up_is_in_nobodys_way():
    day = book(booking(1, at("08:00")), shifts=[Shift("n1", "Ana", span("08:00", "10:00"), 1)])
    assert openings(day, request(), [MONDAY], earliest) == ()
    assert clocks(openings(day, request(moving="a1"), [MONDAY], earliest)) == ["Mon 08:00"]
