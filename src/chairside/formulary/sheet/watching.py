"""Who is given what beforehand, what is watched, what follows a reaction, and how long the chair is taken."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.protocols.schema.visit import Moment, Monitoring, Premedication, SetOfVitals
from chairside.core.protocols.vocabulary import name_of
from chairside.formulary.sheet import words
from chairside.formulary.sheet.parts import Row, Said, row

_RESTARTS = {
    RestartAction.CONTINUE: "go on",
    RestartAction.RESUME: "resume once it has passed",
    RestartAction.NEW_ORDER: "a prescriber writes a new order",
    RestartAction.NEVER: "never restarted in this visit",
}
_MOMENTS = {
    Moment.BASELINE: "before the start",
    Moment.BEFORE_STEP: "before each step",
    Moment.AFTER_START: "after the start",
    Moment.EVERY: "again and again",
    Moment.END: "at the end",
    Moment.OBSERVATION_END: "when observation ends",
}


def premedications(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.premedications:
        yield row(
            f"{words.started(item.agent)}{words.for_infusions(item.infusions)}", [_premedication(item)], item.layer, item.key
        )


def _premedication(item: Premedication) -> Said:
    what = " ".join(part for part in (words.amount(item.amount), words.key(item.route)) if part)
    given = f"{words.started(item.wish.value)}{f', {what}' if what else ''}{words.for_regimens(item.regimens)}"
    return Said(f"{given}; start {item.wait_minutes} min after it{'; makes drowsy' if item.sedating else ''}.", item.source)


def watching(protocol: Protocol) -> Iterator[Row]:
    if protocol.monitoring is not None:
        yield _monitoring(protocol.monitoring)
    for seen in protocol.observations:
        firm = f"required; shortened only by: {words.key(seen.release)}" if seen.required else "not required"
        yield row(
            f"Observation{words.for_infusions(seen.infusions)}",
            [Said(f"{seen.minutes} min after the end{words.for_regimens(seen.regimens)}, {firm}.", seen.source)],
            seen.layer,
        )


def _monitoring(stated: Monitoring) -> Row:
    vitals = words.listed([name_of(f"vital.{code}").lower() for code in stated.vitals])
    times = words.listed([_set(item) for item in stated.sets])
    told = [vitals, times, f"a set unlocks a step for {stated.fresh_minutes} min"]
    return row("Vital signs", [Said(f"{words.started(text)}.", stated.source) for text in told if text], stated.layer)


def _set(item: SetOfVitals) -> str:
    when = _MOMENTS[item.at]
    if item.minutes is not None:
        when = f"every {item.minutes} min" if item.at is Moment.EVERY else f"{item.minutes} min {when}"
    return f"{when}{words.for_infusions(item.infusions)}"


def reactions(protocol: Protocol) -> Iterator[Row]:
    for rule in protocol.hold_rules:
        does = "Stops the therapy" if rule.stop else "Holds the dose"
        yield row(rule.names.en, [Said(f"{does}; a prescriber is called.", rule.source)], rule.layer, rule.key)
    for restart in protocol.restarts:
        terms = f" ({words.keys(restart.terms, 'or')})" if restart.terms else ""
        grades = words.listed(restart.grades, "or")
        yield row(f"After a reaction of grade {grades}{terms}", [Said(_restart(restart), restart.source)], restart.layer)


def _restart(rule: Restart) -> str:
    part = f", at {rule.rate_percent}% of the rate at its onset" if rule.rate_percent is not None else ""
    hold = f", held for {rule.hold_minutes} min" if rule.hold_minutes is not None else ""
    often = "" if not rule.times else f"; {'once' if rule.times == 1 else f'{rule.times} times'} in a visit"
    role = "nobody may release it" if rule.release in ("", "none") else f"released by: {words.key(rule.release)}"
    return f"{words.started(_RESTARTS[rule.action])}{part}{hold}{often}; {role}."


def chairs(protocol: Protocol) -> Iterator[Row]:
    for chair in protocol.chair_times:
        ladder = protocol.ladder(chair.ladder)
        parts = ", ".join(f"{words.key(part.part.value)} {part.minutes}" for part in chair.parts)
        name = f"{words.started(words.key(chair.key))}: {ladder.names.en if ladder else words.key(chair.ladder)}"
        yield row(name, [Said(f"{chair.total} min: {parts}.", chair.source)], chair.layer, chair.key)
