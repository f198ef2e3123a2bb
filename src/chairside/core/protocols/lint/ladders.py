"""Ladders ascend and add up to the minutes stated; chair time equals its parts; restart rules cover the grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.schema.ladder import Ladder, RestartAction
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Kind
from chairside.core.protocols.schema.visit import ChairPart, ChairTime


def check(protocol: Protocol) -> Iterator[Finding]:
    for ladder in protocol.ladders:
        yield from _ladder(ladder, f"ladders[{ladder.key}]")
    for chair in protocol.chair_times:
        together = sum(part.minutes for part in chair.parts)
        place = f"chair_times[{chair.key}]"
        if together != chair.total:
            yield Finding(Code.CHAIR_TIME, place, f"the parts make {together} minutes, {chair.total} are stated")
        yield from _infusion(chair, protocol.ladder(chair.ladder), place)
    yield from _restarts(protocol)


def _infusion(chair: ChairTime, ladder: Ladder | None, place: str) -> Iterator[Finding]:
    """The time planned for the infusion is at least what its ladder takes."""
    planned = sum(part.minutes for part in chair.parts if part.part is ChairPart.INFUSION)
    least = max(ladder.least_minutes or 0, ladder.stated_minutes or 0) if ladder is not None else 0
    if planned < least:
        yield Finding(Code.CHAIR_TIME, place, f"{planned} minutes are planned for an infusion of at least {least}")


def total_minutes(ladder: Ladder) -> Decimal | None:
    """Minutes that the steps take to empty the bag they were written for; None when rates are not by volume."""
    if ladder.bag is None or not ladder.steps:
        return None
    left = ladder.bag
    minutes = Decimal(0)
    for step in ladder.steps:
        if step.minutes is None:
            return minutes + (left / step.rate).to("min").amount
        given = step.rate * quantity(step.minutes, "min")
        if left <= given:
            return minutes + (left / step.rate).to("min").amount
        left = left - given.to(left.unit)
        minutes += step.minutes
    return None


def _ladder(ladder: Ladder, place: str) -> Iterator[Finding]:
    rates = [step.rate for step in ladder.steps]
    if not ladder.steps and ladder.least_minutes is None and not ladder.sites:
        yield Finding(Code.LADDER_EMPTY, place, "neither steps nor least minutes")
    try:
        if any(not sooner < later for sooner, later in pairwise(rates)):
            yield Finding(Code.LADDER_NOT_ASCENDING, place, f"rates {', '.join(map(str, rates))} do not rise")
    except UnitError:
        yield Finding(Code.UNIT_MISMATCH, place, "rates of different kinds in one ladder")
        return
    if ladder.steps and (ladder.steps[-1].minutes is not None or any(step.minutes is None for step in ladder.steps[:-1])):
        yield Finding(Code.LADDER_OPEN_STEP, place, "only the last step runs until the bag is empty, and it must")
    yield from _minutes(ladder, place)


def _minutes(ladder: Ladder, place: str) -> Iterator[Finding]:
    try:
        total = total_minutes(ladder)
    except UnitError:
        yield Finding(Code.UNIT_MISMATCH, place, f"rates do not empty a bag of {ladder.bag}")
        return
    if total is not None:
        whole = total.quantize(Decimal(1), ROUND_HALF_UP)
        if ladder.stated_minutes is not None and whole != ladder.stated_minutes:
            yield Finding(Code.LADDER_MINUTES, place, f"the steps take {whole} minutes, {ladder.stated_minutes} are stated")
        if ladder.least_minutes is not None and total < ladder.least_minutes:
            yield Finding(
                Code.LADDER_MINUTES, place, f"the steps take {whole} minutes, fewer than the least of {ladder.least_minutes}"
            )
    if ladder.most_minutes is not None and ladder.least_minutes is not None and ladder.most_minutes < ladder.least_minutes:
        yield Finding(Code.LADDER_MINUTES, place, "the most minutes are fewer than the least")


def _restarts(protocol: Protocol) -> Iterator[Finding]:
    if not protocol.restarts:
        if protocol.ladders and protocol.kind in (Kind.DRUG, Kind.BLOOD):
            yield Finding(Code.RESTART_GRADES, "restarts", "it is infused, and nothing says what follows a reaction")
        return
    counted = Counter(grade for rule in protocol.restarts if not rule.terms for grade in rule.grades)
    for grade in range(1, 6):
        if counted[grade] != 1:
            yield Finding(Code.RESTART_GRADES, "restarts", f"grade {grade} has {counted[grade]} general rules, one is needed")
    for index, rule in enumerate(protocol.restarts):
        if rule.action is RestartAction.RESUME and rule.rate_percent is None:
            yield Finding(Code.RESTART_GRADES, f"restarts[{index}]", "resume without a rate")
