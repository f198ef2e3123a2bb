"""`chairside schedule plan INSTANCE -o ANSWER --seconds S`: doses to days. No database, no Django."""

import json
import time
from pathlib import Path

import click


@click.command(short_help="Find a day for each dose of the coming weeks.")
@click.argument("instance", type=click.Path(path_type=Path), metavar="INSTANCE")
@click.option(
    "-o", "answer", type=click.Path(path_type=Path), required=True, metavar="ANSWER", help="Where to write the answer."
)
@click.option("--seconds", type=click.FloatRange(0, 86_400), default=20.0, show_default=True, help="When to stop searching.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def command(instance: Path, answer: Path, seconds: float, as_json: bool) -> None:
    """Find a day for each dose of the coming weeks: within its days, the gaps of its plan and what a day holds of chairs and
    nurses. A dose without a day is left for the call list.

    INSTANCE and ANSWER are JSON, or gzip where the name ends in .gz. The bound is a number that no answer costs less than.
    """
    begun = time.monotonic()
    from chairside.engines.planning.solve import solve
    from chairside.exchange.schedules.planning import planning_answer_values, planning_of
    from chairside.exchange.schedules.text import load, number, save

    question = planning_of(load(instance))
    found = solve(question, max(0.0, seconds - (time.monotonic() - begun)))
    save(answer, planning_answer_values(found.answer))
    figures = {
        "instance": question.id,
        "objective": number(found.price.total),
        "bound": number(found.bound),
        "gap": round(found.gap, 6),
        "seconds": round(time.monotonic() - begun, 3),
        "placed": found.price.doses_placed,
        "missed": found.price.doses_missed,
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    click.echo(f"{question.id}: {figures['placed']} doses have a day, {figures['missed']} have none.")
    click.echo(f"Price {figures['objective']}; none is below {figures['bound']} (gap {found.gap:.2%}). {figures['seconds']} s.")
