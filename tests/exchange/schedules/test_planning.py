import pytest

from chairside.exchange.schedules.planning import planning_answer_of, planning_answer_values, planning_of
from chairside.exchange.schedules.text import FileProblem
from tests.core.scheduling.planning.worked import answer, worked


def put(key, value, *path):
    """The worked example with one value changed or, given nothing, taken out."""
    values = worked()
    place = values
    for step in path:
        place = place[step]
    place.pop(key) if value is None else place.__setitem__(key, value)
    return values


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], "the file: "),
        (put("miss_penalty", None), "miss_penalty: is missing"),
        (put("days", "5"), "days: "),
        (put("days", -1), "days: -1 must be a number from 0 to 1,000,000,000"),
        (put("chair_min_per_day", -1), "chair_min_per_day: -1 must be a number from 0 to 1,000,000,000"),
        (put("nurse_min_per_day", 10**400), "nurse_min_per_day: "),
        (put("level_weight", -0.5), "level_weight: -0.5 must be a number from 0 to 1,000,000,000"),
        (put("closed", [5]), "closed[0]: day 5 is not one of the days 0 to 4"),
        (put("days", [2, -1], "doses", 1), "doses[1].days[1]: day -1 is not one of the days 0 to 4"),
        (put("w", -1, "doses", 0), "doses[0].w: -1.0 must be a number from 0 to 1,000,000,000"),
        (put("chair_min", 1.5, "doses", 0), "doses[0].chair_min: "),
        (put("id", "D1", "doses", 0), "doses: the id “D1” stands 2 times"),
        (put("id", "", "doses", 0), "doses: an id is empty"),
        (put("max_gap", 1, "plans", 0), "plans[0].max_gap: 1 is less than min_gap, 2"),
        (put("doses", ["D0", "D9"], "plans", 0), "plans[0].doses[1]: there is no dose “D9” in the instance"),
        (put("doses", ["D0", "D1", "D0"], "plans", 0), "plans[0].doses[2]: “D0” is already in plan “T0”"),
        (put("doses", ["D0"], "plans", 0), "doses[1].id: “D1” is in no plan"),
    ],
)
def test_an_unusable_file_is_one_line_that_names_the_field(values, line):
    with pytest.raises(FileProblem) as problem:
        planning_of(values)
    assert str(problem.value).startswith(line)
    assert "\n" not in str(problem.value)


def test_unknown_keys_change_nothing():
    values = worked(note="made up")
    values["doses"][0]["therapy"] = "infliximab"
    assert planning_of(values) == planning_of(worked())


def test_an_answer_is_written_and_read_back():
    given = answer(("D0", 1), ("D1", 4))
    values = planning_answer_values(given)
    assert values == {"instance": "p", "placements": [{"dose": "D0", "day": 1}, {"dose": "D1", "day": 4}]}
    assert planning_answer_of(values) == given
