"""`chairside schedule repair QUESTION -o ANSWER`: mend a day that has begun. No database, no Django."""

import json
import time
from pathlib import Path

import click

from chairside.cli.problems import UsageProblem


@click.command("repair", short_help="Mend a day that has begun, with few changes.")
@click.argument("question", type=click.Path(path_type=Path), metavar="QUESTION")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, metavar="ANSWER", help="Where to write it.")
@click.option("--seed", type=click.IntRange(0, 4_000_000), default=1, show_default=True, help="Of the random numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON too.")
def command(question: Path, output: Path, seed: int, as_json: bool) -> None:
    """Mend the day of QUESTION after what happened: somebody late or not coming, a reaction, a nurse who leaves, a drug that
    is late, a chair that is down. What has begun stays; the rest moves as little as it pays."""
    from chairside.core.scheduling.day.objective import objective
    from chairside.core.scheduling.day.repair_changes import changes, disruption
    from chairside.core.scheduling.day.repair_rules import repair_violations
    from chairside.engines.day.repair import repair
    from chairside.engines.day.search import Effort, NoSchedule
    from chairside.exchange.schedules.day import schedule_values
    from chairside.exchange.schedules.repairing import changes_values, repair_of
    from chairside.exchange.schedules.text import load, number, save

    asked = repair_of(load(question))
    facts, begun = asked.facts, time.perf_counter()
    try:
        found = repair(facts, asked.weights, Effort(seconds=asked.seconds, seed=seed))
    except NoSchedule as problem:
        raise UsageProblem(f"{facts.day.id}: {problem}") from None
    if broken := repair_violations(facts, found.schedule):
        raise AssertionError(f"the repair broke rule {broken[0].rule}: {broken[0].message}")
    changed = changes(facts, found.schedule)
    answer = {
        "instance": facts.day.id,
        "schedule": schedule_values(found.schedule),
        **changes_values(changed),
        "handover": list(facts.handover),
        "reseat": list(facts.reseat),
        "objective": number(objective(facts.day, found.schedule)),
        "disruption": number(disruption(facts, changed, asked.weights)),
        "first_ms": round(found.first_ms, 3),
        "elapsed_ms": round((time.perf_counter() - begun) * 1000, 3),
    }
    save(output, answer)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{facts.day.id}: {len(changed.moved)} visits move, {len(changed.lost)} lose their place.")
    for each in changed.moved:
        to = f"minute {each.after.start} on {each.after.chair} with {each.after.nurse}"
        click.echo(f"  {each.after.patient}: from minute {each.before.start} to {to}.")
    for patient in changed.lost:
        click.echo(f"  {patient} has no place any more: call them.")
    for patient in facts.handover:
        click.echo(f"  {patient} needs another nurse: theirs is out.")
    for patient in facts.reseat:
        click.echo(f"  {patient} needs another seat: their chair is down.")
    click.echo(f"Price {answer['objective']}, and {answer['disruption']} for the changes.")
