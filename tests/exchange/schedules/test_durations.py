"""How long visits really take, as a file."""

import pytest

from chairside.core.kernel.evidence import Tier
from chairside.exchange.schedules.durations import PUBLIC, durations_of
from chairside.exchange.schedules.text import FileProblem, load
from tests.core.scheduling.day import day_files
from tests.core.scheduling.test_chair_time import REAL_MINUTES

DAY = day_files.day("T1")
SPREAD = {"mean": 100, "sd": 20}
ALL = {"30": SPREAD, "360": SPREAD}


def test_the_public_table_has_its_source_and_the_published_minutes():
    found = durations_of(load(PUBLIC), DAY)
    assert found.source.tier is Tier.LITERATURE
    assert "xinyi914/optimizing-chemotherapy-scheduling-MILP-problem" in found.source.title
    published = {minutes: (mean, sd) for minutes, (mean, _, sd) in REAL_MINUTES.items()}
    assert {minutes: (spread.mean, spread.sd) for minutes, spread in found.of_planned.items()} == published


def test_the_public_medians_are_near_those_of_the_skewed_shape():
    found = durations_of(load(PUBLIC), DAY)
    for minutes, (_, median, _) in REAL_MINUTES.items():
        assert found.of_planned[minutes].at(0.5) == pytest.approx(median, rel=0.06)


def test_every_part_is_read():
    found = durations_of(
        {
            "planned": ALL,
            "patients": {"P001": {"quantiles": [[0, 20], [0.5, 30], [1, 90]]}, "P002": {"mean": 200.5, "sd": 0}},
            "late": {"share": 0.1, "minutes": {"mean": 15, "sd": 10}},
            "no_show": 0.03,
            "reaction_minutes": 60,
            "note": "unknown keys are allowed",
        },
        DAY,
    )
    assert found.of(DAY.visit["P001"]).at(0.5) == 30
    assert found.of(DAY.visit["P002"]).mean == 200.5
    assert (found.late.share, found.late.minutes.mean, found.no_show, found.reaction) == (0.1, 15, 0.03, 60)
    assert not found.beyond


def test_a_visit_may_speak_for_itself():
    assert durations_of({"own_sd": True}, DAY).of(DAY.visit["P002"]).sd == DAY.visit["P002"].sd == 40


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], "the file: input should be an object"),
        ({}, "durations: nothing says how long P001 really takes: planned with 30 minutes, and there is no table"),
        ({"planned": {"60": SPREAD}}, "durations: nothing says how long P001 really takes: planned with 30 minutes, and the"),
        ({"planned": {"half": SPREAD}}, "planned: “half” must be a whole number of minutes above 0"),
        ({"planned": {"30": {"mean": 50}}}, "planned.30: needs either mean and sd, or quantiles"),
        ({"planned": {"30": {"mean": 50, "sd": -1}}}, "planned.30: a mean of 50.0 and a standard deviation of -1.0 cannot be"),
        ({"planned": {"30": {"mean": "50", "sd": 1}}}, "planned.30.mean: input should be a valid number"),
        ({"planned": {"30": {"quantiles": [[0.5, 3]]}}}, "planned.30: quantiles rise from the share 0"),
        ({"planned": ALL, "patients": {"P99": SPREAD}}, "patients.P99: there is no patient “P99” in the instance"),
        ({"planned": ALL, "own_sd": True}, "own_sd: stands in place of a table “planned”, not beside it"),
        ({"planned": ALL, "beyond": "guess"}, "beyond: input should be 'nearest' or 'refuse'"),
        ({"planned": ALL, "no_show": 2}, "no_show: 2.0 must be between 0 and 1"),
        ({"planned": ALL, "late": {"share": -0.1, "minutes": SPREAD}}, "late.share: -0.1 must be between 0 and 1"),
        ({"planned": ALL, "reaction_minutes": -5}, "reaction_minutes: -5 must be 0 or more"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_the_field(values, line):
    with pytest.raises(FileProblem) as problem:
        durations_of(values, DAY)
    assert str(problem.value).startswith(line)
