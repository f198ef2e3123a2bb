"""`chairside simulate INSTANCE [SCHEDULE]`: a day replayed with random durations, or planned for
them. No database, no Django."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.core.scheduling.day.instance import DayInstance
    from chairside.core.scheduling.replay.durations import Durations

_PATH = click.Path(path_type=Path)
_SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
_QUANTILES = (0.5, 0.6, 0.7, 0.8)


@click.command("simulate", short_help="Replay a day with random durations, or plan it for them.")
@click.argument("instance", type=_PATH, metavar="INSTANCE")
@click.argument("schedule", type=_PATH, metavar="[SCHEDULE]", required=False)
@click.option("--runs", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Days to draw.")
@click.option("--seed", type=click.IntRange(0, 4_000_000), default=1, show_default=True, help="Of the random numbers.")
@click.option("--durations", type=_PATH, metavar="FILE", help="How long visits really take; else a public table.")
@click.option("--plan", is_flag=True, help="Plan the day with each quantile, and name the plan that costs least.")
@click.option(
    "--quantile", "quantiles", type=_SHARE, multiple=True, metavar="Q", help="With --plan: to plan with; may be repeated."
)
@click.option("--seconds", type=click.FloatRange(0, 86_400), default=60.0, show_default=True, help="For all the plans.")
@click.option("--tries", type=click.IntRange(1, 1000), default=3, show_default=True, help="Schedules found for each plan.")
@click.option("--iterations", type=click.IntRange(0), help="In place of seconds: rounds a core for each schedule.")
@click.option("-o", "output", type=_PATH, metavar="SCHEDULE", help="With --plan: where to write the plan that costs least.")
@click.option("--planned-day", type=_PATH, metavar="DAY", help="With --plan: the day with the minutes of that plan.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def command(instance: Path, schedule: Path | None, plan: bool, as_json: bool, durations: Path | None, **options: Any) -> None:
    """Replay SCHEDULE, of the day INSTANCE, with visits that take what they really take: who waits, who stays late, and what
    it costs on average. With --plan, find the schedule: the day is planned with nominal minutes and with each quantile Q of the
    real ones (0.5 0.6 0.7 0.8 if none is given), and each plan is replayed on the same days."""
    begun = time.monotonic()
    from chairside.exchange.schedules.day import day_of
    from chairside.exchange.schedules.durations import PUBLIC, durations_of
    from chairside.exchange.schedules.text import load

    if plan == (schedule is not None):
        raise UsageProblem("name a SCHEDULE to replay, or --plan for one to be found, and not both")
    if not plan and (options["output"] or options["planned_day"] or options["quantiles"]):
        raise UsageProblem("-o, --planned-day and --quantile go with --plan")
    values = load(instance)
    day = day_of(values)
    taken = durations_of(load(durations or PUBLIC), day)
    if schedule is None:
        answer, lines = _planned(day, values, taken, begun, **options)
    else:
        answer, lines = _replayed(day, schedule, taken, options["runs"], options["seed"])
    answer["seconds"] = round(time.monotonic() - begun, 3)
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else "\n".join(lines))


def _replayed(day: DayInstance, path: Path, taken: Durations, runs: int, seed: int) -> tuple[dict[str, Any], list[str]]:
    from chairside.cli.simulate_words import outcome_lines, outcome_values, standing
    from chairside.core.scheduling.day.objective import objective
    from chairside.core.scheduling.day.rules import violations
    from chairside.core.scheduling.replay.outcome import replay
    from chairside.core.scheduling.replay.playable import unplayable
    from chairside.engines.robust.chance import draws
    from chairside.exchange.schedules.day import schedule_of
    from chairside.exchange.schedules.text import load, number, refuse_first

    given = schedule_of(load(path))
    refuse_first(unplayable(day, given))
    found = replay(day, given, draws(day, taken, runs, seed))
    answer = {
        "instance": day.id,
        "runs": runs,
        "seed": seed,
        **standing(day, taken),
        "broken_rules": sorted({each.rule for each in violations(day, given)}),
        "booked_cost": number(objective(day, given)),
        **outcome_values(day, given, found),
    }
    return answer, outcome_lines(answer)


def _planned(
    day: DayInstance,
    values: dict[str, Any],
    taken: Durations,
    begun: float,
    *,
    runs: int,
    seed: int,
    quantiles: tuple[float, ...],
    seconds: float,
    iterations: int | None,
    tries: int,
    output: Path | None,
    planned_day: Path | None,
) -> tuple[dict[str, Any], list[str]]:
    from chairside.cli.simulate_words import plan_lines, plan_values, standing
    from chairside.core.scheduling.day.sizes import unsearchable
    from chairside.engines.day.search import Effort
    from chairside.engines.robust.choosing import NoPlan, best, plans
    from chairside.exchange.schedules.day import schedule_values, values_with_minutes
    from chairside.exchange.schedules.text import refuse_first, save

    refuse_first(unsearchable(day))
    left = max(0.0, seconds - (time.monotonic() - begun))
    effort = Effort(seconds=None if iterations is not None else left, iterations=iterations, seed=seed)
    found = list(plans(day, taken, quantiles or _QUANTILES, effort, tries=tries, runs=runs, seed=seed))
    chosen = best(found)
    if chosen is None:
        raise UsageProblem(f"{day.id}: {next(each.problem for each in found if isinstance(each, NoPlan))}")
    if output:
        save(output, schedule_values(chosen.schedule))
    if planned_day:
        save(planned_day, values_with_minutes(values, chosen.day))
    answer = {
        "instance": day.id,
        "runs": runs,
        "seed": seed,
        **standing(day, taken),
        "chosen": chosen.quantile,
        "plans": [plan_values(day, each) for each in found],
    }
    return answer, plan_lines(answer)
