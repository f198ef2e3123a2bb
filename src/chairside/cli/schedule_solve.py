"""`chairside schedule solve INSTANCE -o SCHEDULE --seconds S`: a good schedule for a day. No database, no Django."""

import json
import time
from pathlib import Path

import click

from chairside.cli.problems import UsageProblem

_TO_PROVE = 3.5  # seconds, at most, that the command goes on after the search


@click.command("solve", short_help="Find a good schedule for a day.")
@click.argument("instance", type=click.Path(path_type=Path), metavar="INSTANCE")
@click.option("-o", "schedule", type=click.Path(path_type=Path), required=True, metavar="SCHEDULE", help="Where to write it.")
@click.option("--seconds", type=click.FloatRange(0, 86_400), default=10.0, show_default=True, help="When to stop searching.")
@click.option("--iterations", type=click.IntRange(0), help="In place of seconds: rounds a core, the same answer each time.")
@click.option("--seed", type=click.IntRange(0, 4_000_000), default=1, show_default=True, help="Of the random numbers.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def command(instance: Path, schedule: Path, seconds: float, iterations: int | None, seed: int, as_json: bool) -> None:
    """Find a good schedule for the day INSTANCE: who comes when, to which chair and nurse, what is prepared when, and the
    nurses' breaks. It obeys the ten hard rules; a visit without a place is left out.

    The bound is a number that no schedule costs less than, proven in some seconds after the search; the gap says how much
    of the price it leaves open.
    """
    begun = time.monotonic()
    from chairside.core.scheduling.day.objective import metrics, objective
    from chairside.core.scheduling.day.rules import violations
    from chairside.core.scheduling.day.sizes import unsearchable
    from chairside.engines.bounds.proving import prove
    from chairside.engines.day.search import Effort, NoSchedule, search
    from chairside.exchange.schedules.day import day_of, schedule_values
    from chairside.exchange.schedules.text import load, number, refuse_first, save

    day = day_of(load(instance))
    refuse_first(unsearchable(day))
    left = max(0.0, seconds - (time.monotonic() - begun))
    try:
        found = search(day, Effort(seconds=None if iterations is not None else left, iterations=iterations, seed=seed))
    except NoSchedule as problem:
        raise UsageProblem(f"{day.id}: {problem}") from None
    if broken := violations(day, found):
        raise AssertionError(f"the search broke rule {broken[0].rule}: {broken[0].message}")
    save(schedule, schedule_values(found))
    end = time.monotonic() if iterations is not None else begun + seconds
    proven = prove(day, max(0.0, end + _TO_PROVE - time.monotonic()))
    price, bound, figures = objective(day, found), proven.value, metrics(day, found)
    gap = (price - bound) / price if price else 0.0
    answer = {
        "instance": day.id,
        "objective": number(price),
        "bound": number(bound),
        "gap": round(gap, 6),
        "seconds": round(time.monotonic() - begun, 3),
        "served": figures.served,
        "unserved": figures.unserved,
    }
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{day.id}: {figures.served} visits have a place, {figures.unserved} are left out.")
    click.echo(f"Price {answer['objective']}; none is below {answer['bound']} (gap {gap:.0%}). {answer['seconds']} s.")
