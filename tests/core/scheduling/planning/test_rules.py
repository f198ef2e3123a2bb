import pytest

from chairside.core.scheduling.planning.objective import parts
from chairside.core.scheduling.planning.rules import violations
from chairside.exchange.schedules.planning import planning_of
from tests.core.scheduling.planning.worked import answer, worked

QUESTION = planning_of(worked())


@pytest.mark.parametrize(
    ("placements", "rule", "message"),
    [
        ([("D0", 1), ("D1", 2)], "gap", "1 days lie between D0 and D1 of T0; 2 to 3 are allowed."),
        ([("D0", 0), ("D1", 4)], "gap", "4 days lie between D0 and D1 of T0; 2 to 3 are allowed."),
        ([("D0", 4)], "day", "D0 may not be given on day 4."),
        ([("D0", 1), ("D0", 2)], "once", "D0 is placed 2 times."),
        ([("D7", 1)], "known", "There is no dose “D7” in the instance."),
    ],
)
def test_a_broken_rule_is_named_and_told(placements, rule, message):
    assert [(each.rule, each.message) for each in violations(QUESTION, answer(*placements))] == [(rule, message)]


def test_a_day_without_service_holds_no_dose():
    opened = worked()
    opened["doses"][1]["days"] = [3]
    found = violations(planning_of(opened), answer(("D0", 1), ("D1", 3)))
    assert [(each.rule, each.dose, each.day) for each in found] == [("closed", "D1", 3)]


@pytest.mark.parametrize(("limit", "rule"), [("chair_min_per_day", "chairs"), ("nurse_min_per_day", "nurses")])
def test_a_day_holds_its_minutes_and_not_one_more(limit, rule):
    both = worked(**{limit: 300 if rule == "chairs" else 80})
    both["plans"][0]["min_gap"] = 0
    same_day = answer(("D0", 2), ("D1", 2))
    assert violations(planning_of(both), same_day) == ()
    both[limit] -= 1
    assert [(each.rule, each.day) for each in violations(planning_of(both), same_day)] == [(rule, 2)]


def test_no_gap_is_judged_across_a_missed_dose():
    three = worked()
    three["doses"].append({**three["doses"][1], "id": "D2"})
    three["plans"][0]["doses"] = ["D0", "D2", "D1"]
    assert violations(planning_of(three), answer(("D0", 0), ("D1", 4))) == ()
    assert [each.rule for each in violations(planning_of(three), answer(("D0", 0), ("D2", 2), ("D1", 2)))] == ["gap"]


@pytest.mark.parametrize(
    ("placements", "days_off", "missed", "level", "total"),
    [
        ([("D0", 1), ("D1", 4)], 3, 0, 3, 6),
        ([("D0", 0), ("D1", 2)], 6, 0, 3, 9),
        ([("D0", 1)], 0, 180, 3, 183),
        ([], 0, 360, 0, 360),
    ],
)
def test_the_price_is_days_off_the_wish_missed_doses_and_the_fullest_day(placements, days_off, missed, level, total):
    price = parts(QUESTION, answer(*placements))
    assert (price.days_off, price.missed, price.level, price.total) == (days_off, missed, level, total)
    assert (price.doses_placed, price.doses_missed) == (len(placements), 2 - len(placements))
