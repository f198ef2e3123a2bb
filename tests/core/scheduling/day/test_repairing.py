"""A day that has begun: what the events make of it, the judge of a repair, and what a repair changes and costs."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.events import ChairDown, DrugLate, EventProblem, Late, NoShow, NurseOut, Reaction
from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.repair_changes import RepairWeights, changes, disruption
from chairside.core.scheduling.day.repair_rules import repair_violations
from chairside.core.scheduling.day.repairing import ScheduleProblem, after_event
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.exchange.schedules.day import day_of, written_schedule_of
from tests.core.scheduling.day import day_files, small_days
from tests.engines.booking import filled_days

USUAL = RepairWeights(moved_minute=1, nurse_change=15, remix=60)
DAY, BOOKED = day_files.day("tiny"), day_files.schedule("tiny")
A, B, C = BOOKED.assignments
REPAIRED = Schedule("tiny", (A, Assignment("B", 60, "C1", "N2", 65), Assignment("C", 30, "C1", "N2")), BOOKED.breaks)


def _facts(now, *events, day=DAY, schedule=BOOKED):
    return after_event(day, schedule, now, events)


def _rules(facts, schedule):
    return {found.rule for found in repair_violations(facts, schedule)}


def _with(schedule, **places):
    """The schedule with these patients' places changed; none takes the patient out."""
    kept = [(each, places.get(each.patient, {})) for each in schedule.assignments]
    return replace(schedule, assignments=tuple(replace(each, **new) for each, new in kept if new is not None))


@pytest.fixture
def late():
    """The worked example: it is 10, and B is 30 late."""
    return _facts(10, Late("B", 30))


def test_the_worked_example(late):
    assert late.visits == {"A": A}
    assert late.preparations == {"A": 0}
    assert late.breaks == {}
    assert late.day.visit["B"].release == 50
    assert repair_violations(late, REPAIRED) == ()
    found = changes(late, REPAIRED)
    assert [(each.after.patient, each.minutes) for each in found.moved] == [("C", 60), ("B", 40)]
    assert (found.lost, found.remixed, late.handover) == ((), (), ())
    assert (objective(late.day, REPAIRED), disruption(late, found, USUAL)) == (150, 60)


FAULTS = {
    "a begun visit is moved": ({"A": {"start": 6}}, {10}),
    "a begun visit has another nurse": ({"A": {"nurse": "N2"}}, {10}),
    "a begun visit is left out": ({"A": None}, {10}),
    "a begun preparation is moved": ({"A": {"mix_start": 1}}, {9}),
    "a visit in the past": ({"C": {"start": 9}}, {2}),
    "before the late patient comes": ({"B": {"start": 49, "mix_start": 50}, "C": None}, {2}),
    "on the chair of a begun visit": ({"B": {"chair": "C2", "start": 55, "mix_start": 60}, "C": None}, {3}),
    "two visits on a chair": ({"C": {"start": 40}}, {3}),
    "longer than her shift": ({"C": None, "B": {"start": 61, "mix_start": 61}}, {4, 8}),
    "a skill that nobody has": ({"B": {"nurse": "ghost"}}, {4}),
    "a task in a begun visit's task": ({"C": {"nurse": "N1", "start": 15, "chair": "C1"}, "B": None}, {5}),
    "two tasks at once": ({"C": {"start": 60, "chair": "C2"}}, {3, 5}),
    "a preparation in the past": ({"B": {"mix_start": 9}}, {9}),
    "ready too late": ({"B": {"mix_start": 66}}, {9}),
    "a preparation while another runs": ({"B": {"mix_start": 10}}, {9}),
    "twice": ({"C": {"patient": "B"}}, {1, 2, 3, 9}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_breaks_its_rule_and_no_other(late, name):
    places, rules = FAULTS[name]
    assert _rules(late, _with(REPAIRED, **places)) == rules


def test_breaks_that_cannot_be(late):
    for start, rules in ((9, {5, 7, 8}), (125, {7}), (70, {5, 8}), (110, set()), ("110", {7})):
        assert _rules(late, replace(REPAIRED, breaks=(NurseBreak("N1", start),))) == rules
    assert _rules(late, replace(REPAIRED, breaks=())) == {7}
    begun = _facts(125)
    assert (begun.breaks, begun.pinned, _rules(begun, BOOKED)) == ({"N1": 120}, {}, set())
    later = _with(BOOKED, C={"start": 130, "nurse": "N1"})
    assert _rules(_facts(125, schedule=later), later) == {5, 8}
    assert _rules(begun, replace(BOOKED, breaks=(NurseBreak("N1", 121),))) == {7}


def test_the_next_visit_gives_way_to_a_reaction():
    facts = _facts(60, Reaction("B", 20))  # on C1 until 100, where C is booked at 90
    assert facts.day.visit["B"].duration == 80
    assert facts.day.visit["B"].tasks == ((0, 15), (70, 10))
    assert _rules(facts, BOOKED) == {3, 5}
    assert _rules(facts, _with(BOOKED, C=None)) == set()
    assert changes(facts, _with(BOOKED, C=None)).lost == ("C",)


def test_an_only_task_stays_at_its_offset_in_a_reaction():
    after = _facts(95, Reaction("C", 10)).day.visit["C"]
    assert (after.duration, after.tasks) == (40, ((0, 15),))


def test_what_begun_visits_break_among_themselves_is_excused():
    # It is 95: B reacts after C began on its chair with its nurse; together they outlast her shift and her load.
    clash = _with(BOOKED, C={"start": 79, "chair": "C1"})
    facts = _facts(79 + 1, Reaction("B", 60, acuity=2), schedule=_with(BOOKED, C={"start": 79}, B={"start": 25}))
    assert {found.rule for found in violations(facts.day, clash)} >= {3, 4, 6}
    assert _rules(facts, _with(BOOKED, C={"start": 79}, B={"start": 25})) == set()


def test_what_joins_an_excused_excess_is_not_excused():
    day = replace(DAY, chairs=(*DAY.chairs, replace(DAY.chairs[0], id="C3")))
    booked = _with(BOOKED, C={"start": 150, "chair": "C3", "nurse": "N1"})
    facts = _facts(100, Reaction("A", 30, acuity=5), day=day, schedule=_with(booked, A={"start": 60, "mix_start": 30}, B=None))
    now = _with(booked, A={"start": 60, "mix_start": 30}, B=None)
    assert facts.day.visit["A"].duration == 120  # a load of 5 until 180, for a nurse of 4
    assert _rules(facts, _with(now, C=None)) == set()
    assert _rules(facts, now) == {6, 8}


def test_a_nurse_who_is_out_hands_over_and_takes_nobody():
    facts = _facts(70, NurseOut("N2"))
    assert facts.handover == ("B",)
    assert facts.day.nurse["N2"].shift == (0, 70)
    assert _rules(facts, BOOKED) == {4}  # C was to be hers
    kept = _with(BOOKED, C={"nurse": "N1", "start": 95, "chair": "C1"})
    assert _rules(facts, replace(kept, breaks=(NurseBreak("N1", 60),))) == {5, 7}
    # Until 125 with N1, who may rest from then on only; the window of her break ends at 150.
    assert _rules(facts, kept) == {8}
    assert _rules(facts, _with(BOOKED, C={"nurse": "N1", "start": 150})) == set()
    both = changes(facts, _with(BOOKED, C={"nurse": "N1", "start": 150}))
    assert disruption(facts, both, USUAL) == 60 + 15


def test_what_she_handed_over_is_no_longer_in_her_hands():
    day = replace(DAY, chairs=(*DAY.chairs, replace(DAY.chairs[0], id="C3")))
    facts = _facts(70, NurseOut("N2"), day=day)
    assert _rules(facts, _with(BOOKED, C={"start": 70, "chair": "C3"})) == {4}


def test_the_break_of_a_nurse_who_is_out_disappears_unless_it_has_begun():
    gone = _facts(100, NurseOut("N1"))
    assert gone.day.nurse["N1"].rest is None
    resting = _facts(125, NurseOut("N1"))
    assert resting.day.nurse["N1"].rest is not None
    assert resting.breaks == {"N1": 120}
    early = _facts(-5, NurseOut("N1"))
    assert early.day.nurse["N1"].shift == (-5, -5)


def test_running_visits_may_be_covered_by_less_when_a_nurse_is_out():
    facts = _facts(70, NurseOut("N1"), NurseOut("N2"))
    assert set(facts.handover) == {"A", "B"}
    assert _rules(facts, _with(BOOKED, C=None)) == set()
    assert _rules(facts, _with(BOOKED, C={"start": 180 - 30})) == {4, 8}


def test_a_no_show_leaves_the_day():
    facts = _facts(30, NoShow("B"))
    assert "B" not in facts.day.visit
    assert _rules(facts, BOOKED) == {1}
    assert _rules(facts, _with(BOOKED, B=None, C={"start": 31})) == set()
    assert changes(facts, _with(BOOKED, B=None)).lost == ()


def test_a_begun_preparation_is_kept_while_it_keeps():
    # B is booked at 35, mixed from 20 to 30; its infusion ends 50 after the start, and it keeps for 60.
    booked = _with(BOOKED, B={"start": 35}, C=None)
    facts = _facts(25, Late("B", 5), schedule=booked)
    assert facts.preparations == {"A": 0, "B": 20}
    assert _rules(facts, _with(booked, B={"start": 40})) == set()
    assert _rules(facts, _with(booked, B={"start": 40, "mix_start": 30})) == {9}
    later = _with(booked, B={"start": 41, "mix_start": 30})
    assert _rules(facts, _with(booked, B={"start": 41})) == {9}
    assert _rules(facts, _with(later, B={"mix_start": 29})) == {9}  # the old one is in the hood until 30
    assert _rules(facts, later) == set()
    assert changes(facts, later).remixed == ("B",)
    assert disruption(facts, changes(facts, later), USUAL) == 0  # her own lateness
    of_another = _facts(25, Reaction("A", 1), schedule=booked)
    assert disruption(of_another, changes(of_another, later), USUAL) == 6 + 60


def test_nothing_new_is_mixed_in_the_past():
    booked = _with(REPAIRED, C=None)
    facts = _facts(45, schedule=booked)
    assert _rules(facts, _with(booked, B={"mix_start": 45})) == set()
    assert _rules(facts, _with(booked, B={"mix_start": 44})) == {9}


def test_a_late_drug():
    facts = _facts(10, DrugLate("B", 40))
    assert facts.day.visit["B"].drug.release == 40
    assert _facts(10, DrugLate("B", 3)).day.visit["B"].drug.release == 5
    assert _rules(facts, BOOKED) == {9}
    assert _rules(facts, _with(BOOKED, B={"start": 35, "mix_start": 40}, C=None)) == set()


def test_a_drug_that_can_no_longer_be_in_time_for_a_begun_visit_is_a_fact():
    booked = _with(BOOKED, B={"mix_start": 25})
    facts = _facts(22, DrugLate("B", 50), schedule=booked)
    assert facts.mix_window("B", 20)[0] == 50
    assert _rules(facts, booked) == {9}
    assert _rules(facts, _with(booked, B={"mix_start": 50})) == set()


def test_a_break_that_can_be_nowhere_stays():
    day = replace(DAY, nurses=(replace(DAY.nurses[0], rest=replace(DAY.nurses[0].rest, window=(95, 130))), DAY.nurses[1]))
    booked = replace(BOOKED, breaks=(NurseBreak("N1", 100),))
    facts = _facts(60, Reaction("A", 20), day=day, schedule=booked)  # her work from 100 to 110
    assert facts.pinned == {"N1": 100}
    assert _rules(facts, booked) == {8}  # while she rests, A is all that N2 may have
    alone = _with(booked, C=None)
    assert _rules(facts, alone) == set()
    assert _rules(facts, replace(alone, breaks=(NurseBreak("N1", 99),))) == {7}
    assert _facts(60, Reaction("A", 6), day=day, schedule=booked).pinned == {"N1": 100}
    assert _facts(60, Reaction("A", 5), day=day, schedule=booked).pinned == {}


def test_fixed_visits_stay_fixed_unless_the_events_make_it_impossible():
    day = replace(DAY, fixed=(A, B, C))
    assert _facts(10, day=day).day.fixed == (A, B, C)
    assert _facts(10, Late("B", 30), day=day).day.fixed == (A, C)
    assert _facts(60, Reaction("B", 20), day=day).day.fixed == (A, B)
    assert _facts(60, NoShow("B"), day=day).day.fixed == (A, C)
    assert _facts(60, NurseOut("N2"), day=day).day.fixed == (A, B)
    assert _facts(10, DrugLate("B", 40), day=day).day.fixed == (A, C)
    assert _rules(_facts(10, day=day), _with(BOOKED, C=None)) == {10}


def test_events_are_taken_in_order():
    facts = _facts(30, Reaction("B", 10), Reaction("B", 10), NurseOut("N2"), NoShow("B"))
    assert (facts.handover, "B" in facts.day.visit) == ((), False)
    with pytest.raises(EventProblem) as problem:
        _facts(30, NoShow("B"), Reaction("B", 10))
    assert (problem.value.number, problem.value.field) == (1, "patient")


@pytest.mark.parametrize(
    ("now", "event", "words"),
    [
        (10, Late("A", 30), "the visit of A has begun, at minute 5"),
        (10, Late("Zoe", 30), "there is no patient “Zoe”"),
        (10, Late("B", -1), "-1 must be a number of 0 or more"),
        (100, NoShow("B"), "the visit of B is over"),
        (5, Reaction("A", 10), "the visit of A is not running"),
        (95, Reaction("A", 10), "the visit of A is not running"),
        (10, Reaction("A", 10, -1), "-1 must be"),
        (10, NurseOut("N9"), "there is no nurse “N9”"),
        (10, DrugLate("A", 50), "the preparation for A has begun, at minute 0"),
        (10, DrugLate("C", 50), "C has no drug"),
        (10, ChairDown("C9"), "there is no chair “C9”"),
    ],
)
def test_an_event_that_cannot_be(now, event, words):
    with pytest.raises(EventProblem, match=words):
        _facts(now, event)


def test_a_patient_who_was_left_out_cannot_be_late():
    with pytest.raises(EventProblem, match="C has no place"):
        _facts(10, Late("C", 5), schedule=_with(BOOKED, C=None))


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"C": {"chair": "C9"}}, r"assignments\[2\].chair: there is no chair “C9”"),
        ({"C": {"patient": "B"}}, r"assignments\[2\].patient: B is listed twice"),
        ({"B": {"mix_start": None}}, r"assignments\[1\].mix_start: is missing"),
    ],
)
def test_a_schedule_that_makes_no_sense(places, words):
    with pytest.raises(ScheduleProblem, match=words):
        _facts(10, schedule=_with(BOOKED, **places))
    with pytest.raises(ScheduleProblem, match=r"breaks\[1\].nurse: N1 has two breaks"):
        _facts(10, schedule=replace(BOOKED, breaks=BOOKED.breaks * 2))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_before_the_day_begins_the_rules_are_those_of_any_day(data):
    values = data.draw(small_days.days())
    day, schedule = day_of(values), written_schedule_of(data.draw(small_days.schedules(values)))
    facts = after_event(day, Schedule(day.id, (), ()), -100, ())
    assert _rules(facts, schedule) == {found.rule for found in violations(day, schedule)}


@settings(max_examples=60, deadline=None)
@given(filled_days.booked(), st.integers(0, 150), st.randoms(use_true_random=False))
def test_to_leave_out_what_has_not_begun_is_a_repair_of_any_day(case, now, random):
    day, schedule, _, _ = case
    facts = after_event(day, schedule, now, ())
    assert _rules(facts, schedule) == set()
    running = [
        each.patient for each in schedule.assignments if each.start < now < each.start + day.visit[each.patient].duration
    ]
    events = [
        *(Reaction(patient, random.randint(0, 9), 3) for patient in running),
        *(NurseOut(nurse.id) for nurse in day.nurses[:2]),
    ]
    random.shuffle(events)
    after = after_event(day, schedule, now, events[: random.randint(0, 3)])
    begun = replace(schedule, assignments=tuple(after.visits.values()))
    # A reaction may move her work into a break that has not begun: then the break moves.
    assert _rules(after, begun) <= {5}


def test_a_chair_that_is_down_takes_nobody_and_who_sits_on_it_stays():
    facts = _facts(30, ChairDown("C1"))
    assert facts.reseat == ("B",)
    assert [chair.id for chair in facts.day.chairs] == ["C2"]
    assert _rules(facts, BOOKED) == {3}  # C was to follow B
    assert _rules(facts, _with(BOOKED, C=None)) == set()
    assert _rules(facts, _with(BOOKED, C=None, B={"chair": "C2"})) == {10}
    assert changes(facts, _with(BOOKED, C=None)).lost == ("C",)
    assert _facts(85, ChairDown("C1")).reseat == ()  # B has ended
    assert _facts(30, ChairDown("C1"), NoShow("B")).reseat == ()


def test_a_fixed_visit_need_not_stay_on_a_chair_that_is_down():
    day = replace(DAY, fixed=(A, B, C))
    assert _facts(30, ChairDown("C1"), day=day).day.fixed == (A, B)
