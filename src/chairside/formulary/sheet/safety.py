"""What must be known before a dose, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.requirement import Question, Requirement
from chairside.core.protocols.schema.safety import (
    Bound,
    Contraindication,
    DecisionTable,
    Hypersensitivity,
    Interaction,
    Never,
    Verdict,
)
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.vocabulary import KINDS
from chairside.formulary.sheet import words
from chairside.formulary.sheet.parts import Row, Said, row

_WHEN = {
    Occasion.COURSE: "Before the first dose of each course",
    Occasion.FIRST_DOSE: "Before the first dose ever",
    Occasion.EVERY_DOSE: "Before every dose",
    Occasion.EVERY_VISIT: "At every visit",
    Occasion.DOSES: "Before dose",
    Occasion.REPEAT_COURSE: "Before a repeat course",
}
_DOES = {Severity.HOLD: "holds the dose", Severity.REVIEW: "asks a person", Severity.ADVISE: "is only told"}
_BOUNDS = {
    Bound.MOST_DOSE: "never a larger dose than",
    Bound.MOST_RATE: "never faster than",
    Bound.LEAST_MINUTES: "never in less than",
    Bound.ROUTE: "never by another route",
}
_VERDICTS = {
    Verdict.CONTINUE: "continue",
    Verdict.JUDGE: "a prescriber decides",
    Verdict.SUSPEND: "suspend",
    Verdict.STOP: "stop",
}


def requirements(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.requirements:
        yield row(item.names.en, _requirement(item, protocol), item.layer, item.key)
    for asked in protocol.questions:
        yield row(f"Asked: {asked.asks.en}", [_question(asked, protocol)], asked.layer, asked.key)


def _requirement(item: Requirement, protocol: Protocol) -> Iterator[Said]:
    for text in (_occasion(item, protocol), _accepted(item, protocol), _ages(item), *_bounds(item, protocol)):
        yield Said(text, item.source)


def _occasion(item: Requirement, protocol: Protocol) -> str:
    when = _WHEN[item.when] + (f" {words.listed(item.doses)}" if item.doses else "")
    if item.repeat_within_months is not None:
        when += f" within {item.repeat_within_months} months"
    whom = f", for {words.keys(item.indications)}" if item.indications else ""
    return f"{when}{whom}{words.for_regimens(item.regimens)}{words.only(item.applies, protocol)}."


def _accepted(item: Requirement, protocol: Protocol) -> str:
    wanted = words.condition(item.accept, protocol) if item.accept is not None else "it is on record"
    later = f"; to continue: {words.condition(item.accept_continuing, protocol)}" if item.accept_continuing is not None else ""
    kind, name = KINDS[item.what.value], words.fact_name(item.fact, protocol)
    about = name if name.startswith(kind) else f"{kind}: {name}"
    return f"{about}. Accepted: {wanted}{later}."


def _ages(item: Requirement) -> str:
    apart = f", at least {words.listed(item.apart_days, 'then')} days apart" if item.apart_days else ""
    told = [
        f"not older than {words.days(item.fresh_days)}" if item.fresh_days is not None else "",
        f"at least {words.days(item.lead_days)} before the dose" if item.lead_days is not None else "",
        f"{item.series} in the series{apart}" if item.series is not None else apart.removeprefix(", "),
        f"a booster when the series is {words.days(item.booster_days)} old" if item.booster_days is not None else "",
        f"asked for {words.days(item.ask_days)} ahead",
    ]
    return f"{words.started(', '.join(part for part in told if part))}."


def _bounds(item: Requirement, protocol: Protocol) -> Iterator[str]:
    released = _released(item.release, item.missing, item.unmet)
    yield f"Missing {_DOES[item.missing]}; out of bounds {_DOES[item.unmet]}.{released}"
    if item.unless is not None:
        yield f"For review instead of a hold while {words.condition(item.unless, protocol)}."
    if item.jurisdiction != "US" or item.valid_from is not None or item.valid_until is not None:
        yield f"Stands in {item.jurisdiction}{words.valid(item.valid_from, item.valid_until)}."


def _question(asked: Question, protocol: Protocol) -> Said:
    trips = f"“{words.keys(asked.trips, 'or')}” or “unknown”"
    scope = f"{words.for_regimens(asked.regimens)}{words.only(asked.applies, protocol)}"
    name = words.fact_name(asked.fact, protocol)
    return Said(f"{name}: {trips} {_DOES[asked.severity]}{scope}.{_released(asked.release, asked.severity)}", asked.source)


def against(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.contraindications:
        yield row(f"Contraindication: {item.names.en}", [_contraindication(item, protocol)], item.layer, item.key)
    for allergy in protocol.hypersensitivities:
        yield row(f"Allergy: {words.key(allergy.key)}", [_allergy(allergy)], allergy.layer, allergy.key)
    for other in protocol.interactions:
        kind = "Duplicate therapy" if other.duplicate else "Interaction"
        yield row(f"{kind}: {other.names.en}", [_interaction(other)], other.layer, other.key)
    for table in protocol.tables:
        yield row(table.names.en, _table(table, protocol), table.layer, table.key)
    for never in protocol.nevers:
        yield row(f"Never at the chair: {never.names.en}", [_never(never, protocol)], never.layer, never.key)


def _contraindication(item: Contraindication, protocol: Protocol) -> Said:
    above = f" at more than {item.above.spelled()}" if item.above is not None else ""
    does = f"{above}{words.for_regimens(item.regimens)} {_DOES[item.severity]}"
    return Said(
        f"{words.started(words.condition(item.when, protocol))}{does}.{_released(item.release, item.severity)}", item.source
    )


def _allergy(item: Hypersensitivity) -> Said:
    kind = "An allergy or reaction to" if item.same_drug else "A reaction to something else:"
    grade = f", from grade {item.least_grade}," if item.least_grade > 1 else ""
    does = f"{words.for_regimens(item.regimens)}{grade} {_DOES[item.severity]}"
    return Said(f"{kind} {words.listed(item.agents, 'or')}{does}.{_released(item.release, item.severity)}", item.source)


def _interaction(item: Interaction) -> Said:
    wash = f", or within {words.days(item.washout_days)} of the last one" if item.washout_days else ""
    does = f"while active{wash}{words.for_regimens(item.regimens)}, {_DOES[item.severity]}"
    return Said(
        f"{words.started(words.listed(item.agents, 'or'))}, {does}.{_released(item.release, item.severity)}", item.source
    )


def _table(table: DecisionTable, protocol: Protocol) -> Iterator[Said]:
    heads = words.listed([words.fact_name(fact, protocol) for fact in table.facts])
    missing = _DOES[table.missing]
    yield Said(f"By {heads}. What was never recorded {missing}.{_released(table.release, Severity.HOLD)}", table.source)
    for scale in table.scales:
        name = words.fact_name(scale.fact, protocol)
        grades = [f"{words.key(grade.word)}: {words.stretch(scale.unit, grade.at, name)}" for grade in scale.grades]
        yield Said(f"{'; '.join(grades)}.", table.source)
    for line in table.rows:
        pairs = zip(table.facts, line.words, strict=True)
        told = words.listed(
            [f"{words.fact_name(fact, protocol)} {'any' if word == '*' else words.key(word)}" for fact, word in pairs]
        )
        yield Said(f"With {told}: {_VERDICTS[line.verdict]}.", table.source)
    if table.resume is not None:
        yield Said(f"Resumed with {words.condition(table.resume, protocol)}.", table.source)


def _never(item: Never, protocol: Protocol) -> Said:
    limit = f" {item.limit.spelled()}" if item.limit is not None else ""
    return Said(f"{words.started(_BOUNDS[item.bound])}{limit}{words.only(item.when, protocol)}.", item.source)


def _released(roles: tuple[str, ...], *does: Severity) -> str:
    """Who may release what it does; what is only told needs nobody."""
    if roles:
        return f" Released by: {words.keys(roles, 'or')}."
    return "" if does and set(does) == {Severity.ADVISE} else " Nobody may release it."
