"""The ten hard rules: each fault breaks exactly its rule, what only touches breaks none, and a second judge agrees."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.rules import feasible, violations
from chairside.exchange.schedules.day import day_of, written_schedule_of
from tests.core.scheduling.day import by_minute, day_files, small_days
from tests.core.scheduling.day.faults import FAULTS, NO_FAULTS, A, B, C, all_of, nurse, patient, visit


def _rules(day, schedule):
    return {found.rule for found in violations(day_of(day), written_schedule_of(schedule))}


@pytest.fixture
def tiny():
    """The worked example: the day and its feasible schedule, to be changed."""
    return day_files.values("tiny"), day_files.values("schedules/tiny")


@pytest.mark.parametrize("name", day_files.BEST)
def test_the_supplied_schedules_are_feasible(name):
    assert violations(day_files.day(name), day_files.schedule(name)) == ()
    assert feasible(day_files.day(name), day_files.schedule(name))


def test_the_worked_example_breaks_rule_8_alone_from_120_to_125():
    (found,) = violations(day_files.day("tiny"), day_files.schedule("tiny-uncovered"))
    assert (found.rule, found.at, found.patient) == (8, 120, "C")
    assert "from minute 120 to 125" in found.message


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_breaks_its_rule_and_no_other(tiny, name):
    fault, rules = FAULTS[name]
    fault(*tiny)
    assert _rules(*tiny) == rules
    assert by_minute.broken(*tiny) == rules


@pytest.mark.parametrize("name", NO_FAULTS)
def test_what_only_touches_breaks_nothing(tiny, name):
    NO_FAULTS[name](*tiny)
    assert _rules(*tiny) == set()
    assert by_minute.broken(*tiny) == set()


def test_a_day_of_nothing_is_feasible():
    day = {**day_files.values("tiny"), "chairs": [], "nurses": [], "patients": []}
    assert _rules(day, {"instance": "tiny", "assignments": [], "breaks": []}) == set()


def test_without_nurses_and_chairs_a_visit_is_on_no_chair_with_no_nurse(tiny):
    day, schedule = tiny
    assert _rules({**day, "nurses": [], "chairs": []}, schedule) == {3, 4, 8}


def test_the_day_may_run_past_midnight(tiny):
    day, schedule = tiny
    late = 1400
    for name in ("open", "close", "latest_end"):
        day[name] += late
    for each in day["nurses"]:
        each["shift"] = [at + late for at in each["shift"]]
        if each["break"]:
            each["break"]["window"] = [at + late for at in each["break"]["window"]]
    day["pharmacy"]["open"] = [at + late for at in day["pharmacy"]["open"]]
    for each in day["patients"]:
        each.update(release=each["release"] + late, latest_start=each["latest_start"] + late)
        each["pref"] = [at + late for at in each["pref"]]
    for each in schedule["assignments"]:
        each["start"] += late
        each["mix_start"] = None if each["mix_start"] is None else each["mix_start"] + late
    schedule["breaks"][0]["start"] += late
    assert _rules(day, schedule) == set()
    schedule["breaks"][0]["start"] = late + 121
    assert _rules(day, schedule) == {7}


def test_amounts_are_added_as_they_are_written(tiny):
    day, schedule = tiny
    nurse(1, shift=[0, 180])(day, schedule)
    all_of(patient(B, acuity=0.1), patient(C, acuity=0.2, tasks=[]), visit(C, start=30, chair="C3"))(day, schedule)
    day["chairs"].append({"id": "C3", "type": "recliner"})
    day["nurses"][1]["max_load"] = 0.3  # 0.1 + 0.2 in binary is a hair more
    assert _rules(day, schedule) == set()
    day["nurses"][1]["max_load"] = 0.2999
    assert _rules(day, schedule) == {6}


def test_a_message_says_what_who_and_when(tiny):
    day, schedule = tiny
    visit(A, chair="C1")(day, schedule)
    one, two = violations(day_of(day), written_schedule_of(schedule))
    assert one.message == "Chair C1 has more than one visit from minute 20 to 80: A and B."
    assert (one.patient, one.chair, one.at) == ("B", "C1", 20)
    assert two.message == "Chair C1 has more than one visit from minute 90 to 95: A and C."


def test_a_message_names_the_chairs_that_would_do(tiny):
    day, schedule = tiny
    patient(A, chair_types=["recliner", "private"])(day, schedule)
    (found,) = violations(day_of(day), written_schedule_of(schedule))
    assert found.message == "A is on chair C2, type bed, and may be on: recliner or private."


@pytest.mark.parametrize(("written", "told"), [(None, "nothing"), (2.5, "“2.5”")])
def test_a_message_says_what_was_written_for_a_time(tiny, written, told):
    day, schedule = tiny
    schedule["assignments"][A]["mix_start"] = written
    (found,) = violations(day_of(day), written_schedule_of(schedule))
    assert found.message == f"The preparation for A has no whole minute as its start, but {told}."


def test_a_message_says_from_when_to_when_a_break_is(tiny):
    day, schedule = tiny
    schedule["breaks"][0]["start"] = 121
    (found,) = violations(day_of(day), written_schedule_of(schedule))
    assert found.message == "The break of nurse N1 is from minute 121 to 151 and must be within 60 to 150."


def test_a_patient_may_be_called_the_break(tiny):
    day, schedule = tiny
    day["patients"][C]["id"] = schedule["assignments"][C]["patient"] = "the break"
    all_of(visit(C, start=84, nurse="N1"), nurse(0, max_load=9))(day, schedule)
    assert _rules(day, schedule) == {5}


def test_many_visits_at_once_are_told_in_few_words(tiny):
    day, schedule = tiny
    day["patients"] += [{**day["patients"][C], "id": f"X{n}"} for n in range(500)]
    schedule["assignments"] += [{**schedule["assignments"][C], "patient": f"X{n}"} for n in range(500)]
    found = violations(day_of(day), written_schedule_of(schedule))
    assert {each.rule for each in found} == {3, 5, 6, 8}
    assert all(len(each.message) < 200 for each in found)
    assert len(found) < 10


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_second_judge_agrees_on_small_days(data):
    day = data.draw(small_days.days())
    schedule = data.draw(small_days.schedules(day))
    assert _rules(day, schedule) == by_minute.broken(day, schedule)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(("tiny", "T1")))
def test_a_second_judge_agrees_on_a_good_schedule_that_was_changed_a_little(data, name):
    day, schedule = day_files.values(name), copy.deepcopy(day_files.values(f"schedules/{name}"))
    for _ in range(data.draw(st.integers(1, 3))):
        each = data.draw(st.sampled_from(schedule["assignments"]))
        field = data.draw(st.sampled_from(("start", "mix_start", "chair", "nurse", "both", "break")))
        by = data.draw(st.sampled_from((-30, -5, -1, 1, 5, 30)))
        if field == "break":
            data.draw(st.sampled_from(schedule["breaks"]))["start"] += by
        elif field in ("chair", "nurse"):
            each[field] = data.draw(st.sampled_from(day[f"{field}s"]))["id"]
        else:
            for time in ("start", "mix_start") if field == "both" else (field,):
                each[time] = each[time] and each[time] + by
    assert _rules(day, schedule) == by_minute.broken(day, schedule)
