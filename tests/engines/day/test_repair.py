"""A day that has begun, mended: whatever happens, the answer passes the judge of repairs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.events import ChairDown, DrugLate, EventProblem, Late, NoShow, NurseOut, Reaction
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.repair_changes import RepairWeights, changes, disruption
from chairside.core.scheduling.day.repair_rules import repair_violations
from chairside.core.scheduling.day.repairing import after_event
from chairside.engines.day.repair import repair
from chairside.engines.day.search import Effort
from chairside.exchange.schedules.day import schedule_of
from tests.core.scheduling.day.day_files import day as day_file
from tests.core.scheduling.day.day_files import values

pytestmark = pytest.mark.timeout(240)
WEIGHTS = RepairWeights(1, 15, 60)
DAY, BOOKED = day_file("S1"), schedule_of(values("schedules/S1"))
PATIENTS, NURSES = [visit.id for visit in DAY.patients], [nurse.id for nurse in DAY.nurses]
CHAIRS = [chair.id for chair in DAY.chairs]
EVENT = st.one_of(
    st.builds(Late, st.sampled_from(PATIENTS), st.sampled_from((5, 45, 300))),
    st.builds(NoShow, st.sampled_from(PATIENTS)),
    st.builds(Reaction, st.sampled_from(PATIENTS), st.sampled_from((15, 60)), st.sampled_from((None, 3.0))),
    st.builds(NurseOut, st.sampled_from(NURSES)),
    st.builds(DrugLate, st.sampled_from(PATIENTS), st.sampled_from((200, 400, 640))),
    st.builds(ChairDown, st.sampled_from(CHAIRS)),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((0, 95, 180, 333, 600)), st.lists(EVENT, max_size=4))
def test_every_repair_passes_its_judge(now, events):
    possible = []
    for event in events:  # those that can be, as things are
        try:
            after_event(DAY, BOOKED, now, [*possible, event])
        except EventProblem:
            continue
        possible.append(event)
    facts = after_event(DAY, BOOKED, now, possible)
    found = repair(facts, WEIGHTS, Effort(iterations=100, cores=1))
    assert repair_violations(facts, found.schedule) == ()


def test_without_an_event_nothing_gets_worse():
    facts = after_event(DAY, BOOKED, 180, [])
    found = repair(facts, WEIGHTS, Effort(iterations=0, cores=1)).schedule
    assert objective(facts.day, found) + disruption(facts, changes(facts, found), WEIGHTS) <= objective(DAY, BOOKED)


def test_little_moves_for_one_who_is_late():
    late = next(each.patient for each in BOOKED.assignments if each.start > 240)
    facts = after_event(DAY, BOOKED, 180, [Late(late, 30)])
    found = repair(facts, WEIGHTS, Effort(iterations=2_000, cores=1)).schedule
    changed = changes(facts, found)
    assert repair_violations(facts, found) == ()
    assert changed.lost == ()
    assert disruption(facts, changed, WEIGHTS) < 300


def test_who_stays_keeps_the_chair():
    facts = after_event(DAY, BOOKED, 180, [])
    found = repair(facts, WEIGHTS, Effort(iterations=0, cores=1)).schedule
    assert changes(facts, found).moved == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_chair_that_is_down_moves_those_who_come_to_it_and_nobody_need_be_lost(seed):
    chair = max(CHAIRS, key=lambda chair: sum(each.chair == chair and each.start >= 180 for each in BOOKED.assignments))
    facts = after_event(DAY, BOOKED, 180, [ChairDown(chair)])
    found = repair(facts, WEIGHTS, Effort(iterations=50_000, cores=2, seed=seed)).schedule
    assert repair_violations(facts, found) == ()
    assert changes(facts, found).lost == ()
    assert all(each.chair != chair for each in found.assignments if each.start >= 180)
