"""`chairside schedule book`: the best places for one more visit in a schedule that stays as it is."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chairside.cli.problems import UsageProblem
from chairside.exchange.schedules.text import load, number, save

if TYPE_CHECKING:
    from chairside.core.scheduling.day.schedule import Schedule
    from chairside.engines.booking.insertion import Answer, Offer
    from chairside.exchange.schedules.booking import BookingQuestion


@click.command("book", short_help="Offer the best places for one more visit.")
@click.argument("question", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the answer to this file.")
@click.option("--accept", type=click.IntRange(min=1), metavar="K", help="Add the schedule with offer K, counted from 1.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(question: Path, output: Path | None, accept: int | None, as_json: bool) -> None:
    """Offer the best places for the request of QUESTION. Exit 0 also when there is none."""
    from chairside.engines.booking.insertion import book
    from chairside.engines.booking.standing import Standing, TooLong
    from chairside.exchange.schedules.booking import booking_of
    from chairside.exchange.schedules.day import schedule_values

    asked = booking_of(load(question))
    begun = time.perf_counter()
    try:
        found = book(Standing(asked.day, asked.schedule), asked.request, offers=asked.offers, apart=asked.apart)
    except TooLong as problem:
        raise UsageProblem(f"instance: {problem}") from problem
    elapsed = (time.perf_counter() - begun) * 1000
    answer = _answer(asked, found, elapsed)
    if accept and found.offers:
        if accept > len(found.offers):
            raise UsageProblem(f"--accept {accept}: the answer has {_count(len(found.offers), 'offer')}")
        answer["schedule"] = schedule_values(_accepted(asked, found.offers[accept - 1]))
    if output:
        save(output, answer)
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _told(answer))


def _answer(asked: BookingQuestion, found: Answer, elapsed: float) -> dict[str, Any]:
    from chairside.core.scheduling.day.explaining import refusal
    from chairside.exchange.schedules.day import assignment_values

    offers = []
    for offer in found.offers:
        place = assignment_values(offer.place)
        del place["patient"]
        parts = {name: number(getattr(offer.parts, name)) for name in ("wait", "pref", "overtime", "peak", "balance")}
        offers.append({**place, "delta": number(offer.delta), "parts": parts})
    return {
        "instance": asked.day.id,
        "request": asked.request.id,
        "outcome": "offered" if offers else "none",
        "offers": offers,
        "reasons": [{"rule": rule, "message": refusal(asked.day, asked.request, rule)} for rule in found.blocking],
        "elapsed_ms": round(elapsed, 3),
    }


def _accepted(asked: BookingQuestion, offer: Offer) -> Schedule:
    """The schedule with the offer in it, judged once more by the rules."""
    from chairside.core.scheduling.day.rules import violations

    day = replace(asked.day, patients=(*asked.day.patients, asked.request))
    schedule = replace(asked.schedule, assignments=(*asked.schedule.assignments, offer.place))
    if broken := violations(day, schedule):
        raise AssertionError(f"an offer breaks rule {broken[0].rule}: {broken[0].message}")
    return schedule


def _told(answer: dict[str, Any]) -> str:
    """The answer in plain lines."""
    name = f"{answer['instance']}: {answer['request']}"
    if not answer["offers"]:
        return "\n".join((f"{name} has no place.", *(_reason(**each) for each in answer["reasons"])))
    lines = [f"{name} has {_count(len(answer['offers']), 'offer')}."]
    for place, offer in enumerate(answer["offers"], 1):
        mixed = "" if offer["mix_start"] is None else f", mixed from {offer['mix_start']}"
        where = f"minute {offer['start']} on {offer['chair']} with {offer['nurse']}{mixed}"
        parts = ", ".join(f"{part} {price}" for part, price in offer["parts"].items() if price)
        lines.append(f"  {place}. {where}: adds {offer['delta']}{f' ({parts})' if parts else ''}.")
    return "\n".join(lines)


def _reason(rule: int, message: str) -> str:
    return f"  Rule {rule}: {message}" if rule else f"  {message}"


def _count(many: int, thing: str) -> str:
    return f"{many} {thing}{'s' * (many != 1)}"
