"""`chairside simulate`: a day replayed with random durations, or planned for them."""

import json

import pytest
from click.testing import CliRunner

from chairside.cli import main
from chairside.core.scheduling.day.rules import feasible
from chairside.exchange.schedules.day import day_of, schedule_of
from chairside.exchange.schedules.text import load
from tests.core.scheduling.day import day_files

T1, BOOKED = str(day_files.path("T1")), str(day_files.path("schedules/T1"))


def simulate(*arguments):
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def test_the_figures_are_told_and_the_same_for_the_same_seed():
    found, again = (simulate(T1, BOOKED, "--runs", 200, "--json") for _ in range(2))
    assert (found.exit_code, found.stderr) == (0, "")
    figures, same = json.loads(found.stdout), json.loads(again.stdout)
    assert figures.pop("seconds") > 0 < same.pop("seconds")
    assert figures == same
    assert (figures["instance"], figures["runs"], figures["seed"]) == ("day-c6-p16-s1", 200, 1)
    assert (figures["visits"], figures["left_out"], figures["between"], figures["beyond"]) == (16, 1, 11, 0)
    assert (figures["broken_rules"], figures["booked_cost"]) == ([], 1185)
    assert figures["source"]["tier"] == "literature"
    assert figures["cost"]["mean"] > 1185
    assert figures["cost"]["mean"] == pytest.approx(sum(figures["cost"]["parts"].values()), abs=0.01)
    assert set(figures["past_shift"]) == {"N01", "N02", "N03"}
    for name in ("wait", "overtime", "last_end"):
        assert set(figures[name]) == {"mean", "mean_error", "p90", "p90_error"}


def test_visits_without_spread_are_played_as_booked(tmp_path):
    values, still, file = day_files.values("T1"), tmp_path / "still.json", tmp_path / "durations.json"
    still.write_text(json.dumps({**values, "patients": [{**each, "sd": 0} for each in values["patients"]]}))
    file.write_text('{"own_sd": true}')
    found = simulate(still, BOOKED, "--durations", file, "--runs", 3)
    assert found.stdout.splitlines() == [
        "day-c6-p16-s1: 3 days drawn (seed 1), 15 visits booked, 1 left out.",
        "Minutes on average ± standard error, and those that 90 of 100 do not exceed in brackets:",
        "  wait beyond the booked start: 0.0 ± 0.0 (0) a visit",
        "  somebody waits longer than 30 minutes: on 0.0% ± 0.0 % of days",
        "  overtime of visits past close: 0.0 ± 0.0 (0) a day",
        "  end of the last visit: minute 580.0 ± 0.0 (580)",
        "  past the end of the shift: N01 0.0 ± 0.0 (0); N02 0.0 ± 0.0 (0); N03 0.0 ± 0.0 (0)",
        "  breaks that begin too late for their window: 0.00 a day",
        "Cost 1185 ± 0.0 on average (unscheduled 600, wait 205, pref 95, peak 100, balance 185); 1185 as booked.",
    ]


def test_a_plan_is_found_and_is_possible_on_the_day_that_it_was_planned_for(tmp_path):
    schedule, planned = tmp_path / "schedule.json", tmp_path / "day.json.gz"
    work = ("--iterations", 100, "--tries", 1, "--runs", 30, "--quantile", 0.6)
    found = simulate(T1, "--plan", *work, "-o", schedule, "--planned-day", planned, "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    figures = json.loads(found.stdout)
    nominal, longer = figures["plans"]
    assert (nominal["quantile"], longer["quantile"]) == (None, 0.6)
    least = min(nominal, longer, key=lambda plan: plan["cost"]["mean"])
    assert figures["chosen"] == least["quantile"]
    assert feasible(day_of(load(planned)), schedule_of(load(schedule)))
    replayed = json.loads(simulate(T1, schedule, "--runs", 30, "--json").stdout)
    assert replayed["cost"] == least["cost"]
    lines = simulate(T1, "--plan", *work).stdout.splitlines()
    assert lines[-1] == f"Least: {'nominal minutes' if least is nominal else 'the 0.6 quantile'}."
    assert [line.split()[0] for line in lines[-3:-1]] == ["nominal", "quantile"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ((T1,), "name a SCHEDULE to replay, or --plan for one to be found, and not both"),
        ((T1, BOOKED, "--plan"), "name a SCHEDULE to replay, or --plan for one to be found, and not both"),
        ((T1, BOOKED, "--quantile", 0.5), "-o, --planned-day and --quantile go with --plan"),
        ((T1, day_files.path("schedules/tiny")), "assignments[0].patient: there is no patient “A” in the instance"),
    ],
)
def test_what_cannot_be_asked_exits_2_with_one_line(arguments, line):
    found = simulate(*arguments)
    assert (found.exit_code, found.stdout, found.stderr) == (2, "", f"chairside: {line}\n")


def test_unusable_durations_exit_2_with_the_field(tmp_path):
    file = tmp_path / "durations.json"
    file.write_text('{"planned": {"60": {"mean": 83, "sd": 44}}}')
    found = simulate(T1, BOOKED, "--durations", file)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("chairside: durations: nothing says how long P001 really takes")


def test_a_day_that_has_no_schedule_at_all_says_why(tmp_path):
    values, file = day_files.values("tiny"), tmp_path / "day.json"
    values["nurses"][0]["break"]["window"] = [60, 70]
    file.write_text(json.dumps(values))
    found = simulate(file, "--plan", "--iterations", 1, "--tries", 1, "--runs", 1)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith("chairside: tiny: nurse N1 has no minute for her break")
