"""One day played as a center lives it."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.instance import Assignment, Break, Chair, DayInstance, Drug, Nurse, Pharmacy, Visit, Weights
from chairside.core.scheduling.day.objective import parts
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.core.scheduling.day.use import Use, exact, excesses
from chairside.core.scheduling.replay.drawing import Draw
from chairside.core.scheduling.replay.floor import Floor
from chairside.core.scheduling.replay.lengths import least_minutes
from chairside.core.scheduling.replay.outcome import priced
from chairside.core.scheduling.replay.playable import unplayable
from tests.core.scheduling.day import day_files
from tests.engines.booking.filled_days import booked


def visit(name: str, duration: int, *tasks: tuple[int, int], **more) -> Visit:
    usual = {"release": 0, "latest_start": 200, "linked": False, "pref": (0, 200), "chair_types": ("bed",), "skill": "general"}
    return Visit(name, duration=duration, tasks=tasks, **{**usual, "acuity": 1, "drug": None, "weight": 1, **more})


def day(*visits: Visit, load: int = 4, shift: int = 120, rest: Break | None = None) -> DayInstance:
    chairs = (Chair("C1", "bed"), Chair("C2", "bed"))
    nurses = (Nurse("N1", (0, shift), load, ("general",), rest), Nurse("N2", (0, 120), 4, ("general",)))
    return DayInstance("day", 0, 120, 180, Weights(600, 1, 1, 3, 20, 1), chairs, nurses, Pharmacy(1, (0, 180)), visits)


def schedule(*places: tuple[str, int, str, str], rest: int | None = None) -> Schedule:
    rests = () if rest is None else (NurseBreak("N1", rest),)
    return Schedule("day", tuple(Assignment(*place) for place in places), rests)


def play(of: DayInstance, booked: Schedule, late: dict[str, int] | None = None, absent: str = "", **minutes: int):
    taken = {each.id: minutes.get(each.id, each.duration) for each in of.patients}
    return Floor(of, booked).play(Draw(taken, late or {}, frozenset(absent.split())))


def spans(played) -> dict[str, tuple[int, int, int]]:
    """Begin, end and wait by patient."""
    return {stay.visit.id: (stay.begin, stay.end, stay.wait) for stay in played.stays}


A, B, C = visit("A", 40, (0, 10), (30, 10)), visit("B", 30, (0, 10), (20, 10)), visit("C", 30, (0, 10))
PLACES = (("A", 0, "C1", "N1"), ("B", 40, "C1", "N1"), ("C", 50, "C2", "N1"))


def test_a_delay_goes_on_through_the_chair_and_the_nurse():
    """By hand. A takes 55: its last task is from 45 to 55, and the chair and the nurse are free at 55. B (due at 40) goes
    before C (due at 50), which begins at 65. B's last task is done from 75 to 85; only then the break, planned for 80."""
    late = play(day(A, B, C, rest=Break(10, (80, 120))), schedule(*PLACES, rest=80), A=55)
    assert spans(late) == {"A": (0, 55, 0), "B": (55, 85, 15), "C": (65, 95, 15)}
    assert late.breaks == {"N1": 85}
    assert late.peak == 2


def test_a_task_that_the_nurse_comes_to_late_moves_the_end_of_its_visit():
    """C begins at 20, when A's last task would be due if A took 30: the nurse does what fell due first, and of what fell due
    together the visit that runs."""
    places = (("A", 0, "C1", "N1"), ("C", 19, "C2", "N1"))
    assert spans(play(day(A, C), schedule(*places), A=30)) == {"A": (0, 39, 0), "C": (19, 49, 0)}
    places = (("A", 0, "C1", "N1"), ("C", 20, "C2", "N1"))
    assert spans(play(day(A, C), schedule(*places), A=30)) == {"A": (0, 30, 0), "C": (30, 60, 10)}


def test_a_task_done_late_moves_the_later_ones_of_its_visit():
    """C's first task is from 8 to 18, so that D's second, due at 10, is from 18 to 23; the third is 10 after that, as ever."""
    steps = visit("D", 30, (0, 5), (10, 5), (25, 5))
    found = play(day(steps, C), schedule(("D", 0, "C1", "N1"), ("C", 8, "C2", "N1")))
    assert spans(found) == {"D": (0, 38, 0), "C": (8, 38, 0)}


def test_a_nurse_never_bears_more_than_her_load():
    both = schedule(("A", 0, "C1", "N1"), ("C", 10, "C2", "N1"))
    assert spans(play(day(A, C), both))["C"] == (10, 40, 0)
    assert spans(play(day(A, C, load=1), both))["C"] == (40, 70, 30)
    assert spans(play(day(replace(A, acuity=9), load=1), schedule(PLACES[0]))) == {"A": (0, 40, 0)}


def test_a_visit_waits_for_its_drug():
    drug = Drug(prep=20, release=0, need_offset=5, infusion_end_offset=20, stability=200)
    booked = Schedule("day", (Assignment("A", 0, "C1", "N1", 10),), ())
    assert spans(play(day(replace(A, drug=drug)), booked)) == {"A": (25, 65, 25)}


def test_who_comes_late_waits_from_then_on_and_gives_way_to_who_is_there():
    found = play(day(A, B), schedule(*PLACES[:2]), late={"A": 45})
    assert spans(found) == {"B": (40, 70, 0), "A": (70, 110, 25)}


def test_a_chair_is_kept_for_who_is_booked_on_it_first_while_her_nurse_is_busy():
    long = visit("D", 60, (0, 50))
    booked = schedule(("D", 0, "C2", "N1"), ("A", 30, "C1", "N1"), ("B", 40, "C1", "N2"))
    assert spans(play(day(A, B, long), booked)) == {"D": (0, 60, 0), "A": (50, 90, 20), "B": (90, 120, 50)}


def test_who_does_not_come_leaves_the_chair_free_and_costs_nothing():
    of, booked = day(A, B), schedule(("A", 0, "C1", "N1"), ("B", 30, "C1", "N1"))
    assert spans(play(of, booked, absent="A")) == {"B": (30, 60, 0)}
    assert priced(of, booked, play(of, booked, absent="A")).total == 20 + B.hands_on


def test_overtime_is_paid_past_close_and_past_a_shift_before_it_and_never_twice():
    booked = schedule(*PLACES)
    for shift, minutes in ((120, 5), (110, 15), (180, 5)):
        of = day(A, B, C, shift=shift)
        assert priced(of, booked, play(of, booked, C=75)).overtime == 3 * minutes


@settings(max_examples=100)
@given(found=booked())
def test_without_any_chance_the_day_is_played_as_it_is_booked(found):
    of, schedule, *_ = found
    assert not list(unplayable(of, schedule))
    played = play(of, schedule)
    assert spans(played) == {
        place.patient: (place.start, place.start + of.visit[place.patient].duration, 0) for place in schedule.assignments
    }
    assert played.breaks == {rest.nurse: rest.start for rest in schedule.breaks}
    assert priced(of, schedule, played) == parts(of, schedule)


@pytest.mark.parametrize("name", ["T1", "T2", "T3", "S1", "tiny"])
def test_without_any_chance_the_known_days_are_played_as_they_are_booked(name):
    of, booked = day_files.day(name), day_files.schedule(name)
    assert priced(of, booked, play(of, booked)).total == day_files.BEST[name]


@settings(max_examples=60)
@given(found=booked(), seed=st.integers(0, 2**32))
def test_nobody_is_early_or_dropped_and_no_chair_or_nurse_bears_more_than_it_may(found, seed):
    of, schedule, _, step = found
    random = Random(seed)
    minutes = {each.id: random.randint(least_minutes(each), 3 * each.duration) for each in of.patients}
    late = {each.id: random.randint(0, 5 * step) for each in of.patients}
    played = play(of, schedule, late, **minutes)
    place = {each.patient: each for each in schedule.assignments}
    assert {stay.visit.id for stay in played.stays} == set(place)
    for stay in played.stays:
        assert stay.wait == stay.begin - place[stay.visit.id].start - late[stay.visit.id] >= 0
        assert stay.end - stay.begin >= minutes[stay.visit.id]
    for chair in of.chairs:
        on_chair = [stay for stay in played.stays if place[stay.visit.id].chair == chair.id]
        assert not list(excesses((Use(stay.begin, stay.end, stay.visit.id) for stay in on_chair), 1))
    for nurse in of.nurses:
        hers = [stay for stay in played.stays if stay.nurse == nurse.id]
        uses = (Use(stay.begin, stay.end, stay.visit.id, exact(stay.visit.acuity)) for stay in hers)
        assert not list(excesses(uses, exact(nurse.max_load)))


@given(longer=st.lists(st.tuples(st.integers(10, 60), st.integers(0, 30)), min_size=1, max_size=6))
def test_on_a_chain_more_delay_never_makes_a_wait_shorter(longer):
    visits = [visit(f"V{number}", 30, (0, 5), (25, 5)) for number in range(len(longer))]
    booked = schedule(*((each.id, 30 * number, "C1", "N1") for number, each in enumerate(visits)))
    of = day(*visits)
    less = play(of, booked, **{each.id: minutes for each, (minutes, _) in zip(visits, longer, strict=True)})
    more = play(of, booked, **{each.id: minutes + extra for each, (minutes, extra) in zip(visits, longer, strict=True)})
    for one, two in zip(less.stays, more.stays, strict=True):
        assert one.wait <= two.wait


@pytest.mark.parametrize(
    ("booked", "field"),
    [
        (schedule(("X", 0, "C1", "N1")), "assignments[0].patient"),
        (schedule(PLACES[0], PLACES[0]), "assignments[0].patient"),
        (schedule(("A", 0, "C9", "N1")), "assignments[0].chair"),
        (schedule(("A", 0, "C1", "N9")), "assignments[0].nurse"),
    ],
)
def test_what_leaves_a_day_unclear_is_named(booked, field):
    assert next(unplayable(day(A), booked))[0] == field


def test_a_break_or_a_preparation_that_nobody_has_timed_is_named():
    resting = day(A, rest=Break(10, (80, 120)))
    assert list(unplayable(resting, schedule(PLACES[0]))) == [
        ("breaks", "nurse N1 has one break in the instance and 0 in the schedule")
    ]
    drug = Drug(prep=20, release=0, need_offset=5, infusion_end_offset=20, stability=200)
    assert [field for field, _ in unplayable(day(replace(A, drug=drug)), schedule(PLACES[0]))] == ["assignments[0].mix_start"]
