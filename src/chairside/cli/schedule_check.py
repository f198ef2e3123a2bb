"""`chairside schedule check`: is a schedule possible, and what does it cost?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chairside.exchange.schedules.text import load, number

if TYPE_CHECKING:
    from chairside.core.scheduling.day.objective import Metrics, Parts


@click.command("check", short_help="Judge a schedule by the ten hard rules, and price it.")
@click.argument("instance", type=click.Path(path_type=Path))
@click.argument("schedule", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(instance: Path, schedule: Path, as_json: bool) -> None:
    """Judge SCHEDULE, of the day INSTANCE, by the ten hard rules and price it. Exit 0 when it is feasible, 1 when a rule is
    broken."""
    from chairside.core.scheduling.day.objective import metrics, parts
    from chairside.core.scheduling.day.rules import violations
    from chairside.exchange.schedules.day import day_of, written_schedule_of

    day, given = day_of(load(instance)), written_schedule_of(load(schedule))
    found, price, figures = violations(day, given), parts(day, given), metrics(day, given)
    if as_json:
        answer = {
            "instance": day.id,
            "feasible": not found,
            "violations": [{key: part for key, part in asdict(each).items() if part not in ("", None)} for each in found],
            "objective": number(price.total),
            "metrics": asdict(figures),
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        rules = sorted({each.rule for each in found})
        broken = f"rule {rules[0]} is" if len(rules) == 1 else f"rules {', '.join(map(str, rules))} are"
        click.echo(f"{day.id}: {f'not feasible: {broken} broken' if found else 'feasible'}.")
        if given.instance != day.id:
            click.echo(f"The schedule says that it is of another day, {given.instance}.")
        for each in found:
            click.echo(f"  Rule {each.rule}: {each.message}")
        click.echo("\n".join(_told(price, figures)))
    if found:
        raise click.exceptions.Exit(1)


def _told(price: Parts, figures: Metrics) -> Iterator[str]:
    """The price and the figures in plain lines; a figure of nothing is a dash."""
    yield (
        f"Objective {number(price.total)}: left out {number(price.unscheduled)}, wait {number(price.wait)}, off the wish "
        f"{number(price.pref)}, overtime {number(price.overtime)}, peak {number(price.peak)}, balance {number(price.balance)}."
    )
    yield f"Visits: {figures.served} served, {figures.unserved} left out; the last ends at minute {_figure(figures.last_end)}."
    yield (
        f"Minutes: wait {_figure(figures.wait_mean)} on average and {_figure(figures.wait_p95)} for 95 of 100, "
        f"{figures.minutes_off_wish} off the wishes, {figures.overtime} of overtime."
    )
    in_use = "-" if figures.utilisation is None else f"{figures.utilisation:.0%}"
    yield (
        f"At most {figures.peak_chairs} chairs at once, {in_use} of the chair time in use; "
        f"{_figure(figures.hands_on_min)} to {_figure(figures.hands_on_max)} hands-on minutes a nurse."
    )


def _figure(value: Any) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
