"""`chairside schedule bound INSTANCE --seconds S`: what no schedule of a day costs less than. No database, no Django."""

import json
import time
from pathlib import Path

import click


@click.command("bound", short_help="Prove that no schedule of a day can cost less.")
@click.argument("instance", type=click.Path(path_type=Path), metavar="INSTANCE")
@click.option("--seconds", type=click.FloatRange(0, 86_400), default=30.0, show_default=True, help="When to stop.")
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
def command(instance: Path, seconds: float, as_json: bool) -> None:
    """Prove a number that the price of no schedule of the day INSTANCE is below, whomever it leaves out."""
    begun = time.monotonic()
    from chairside.engines.bounds.proving import prove
    from chairside.exchange.schedules.day import day_of
    from chairside.exchange.schedules.text import load, number

    day = day_of(load(instance))
    found = prove(day, max(0.0, seconds - (time.monotonic() - begun)))
    answer = {
        "instance": day.id,
        "bound": number(found.value),
        "method": found.method,
        "seconds": round(time.monotonic() - begun, 3),
    }
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{day.id}: no schedule costs less than {answer['bound']} ({found.method}, {answer['seconds']} s).")
