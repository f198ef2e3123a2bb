"""What must be known before a dose, what speaks against it, and what stops it."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.formulary.sheet import words
from chairside.formulary.sheet.numbers import condition_text, leaves
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


def requirements(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.requirements:
        yield row(item.names.en, _requirement(item), item.layer)
    for asked in protocol.questions:
        trips = words.listed([word.replace("_", " ") for word in asked.trips], "or")
        yield row(
            f"Asked: {asked.asks.en}",
            [
                Said(
                    f"“{trips}” or “unknown” {_DOES[asked.severity]}{words.only(asked.applies)}.{_released(asked.release)}",
                    asked.source,
                )
            ],
            asked.layer,
        )
    for against in protocol.contraindications:
        above = f" at more than {against.above.spelled()}" if against.above else ""
        does = _DOES[against.severity]
        yield row(
            f"Contraindication: {against.names.en}",
            [
                Said(
                    f"{words.started(condition_text(against.when))}{above} {does}.{_released(against.release)}",
                    against.source,
                )
            ],
            against.layer,
        )
    for allergy in protocol.hypersensitivities:
        kind = "An allergy or reaction to" if allergy.same_drug else "A reaction to another of its class:"
        grade = f", from grade {allergy.least_grade}," if allergy.least_grade > 1 else ""
        does = _DOES[allergy.severity]
        yield row(
            f"Allergy: {words.key(allergy.key)}",
            [
                Said(
                    f"{kind} {words.listed(allergy.agents, 'or')}{grade} {does}.{_released(allergy.release)}",
                    allergy.source,
                )
            ],
            allergy.layer,
        )
    for other in protocol.interactions:
        wash = f", or within {words.days(other.washout_days)} of the last one" if other.washout_days else ""
        does = _DOES[other.severity]
        kind = "Duplicate therapy" if other.duplicate else "Interaction"
        yield row(
            f"{kind}: {other.names.en}",
            [
                Said(
                    f"{words.started(words.listed(other.agents, 'or'))}, while active{wash}, {does}.{_released(other.release)}",
                    other.source,
                )
            ],
            other.layer,
        )
    for table in protocol.tables:
        lines = [f"{', '.join(line.words)}: {line.verdict.value}" for line in table.rows]
        heads = ", ".join(words.key(fact) for fact in table.facts)
        resume = f" Resumed with {condition_text(table.resume)}." if table.resume else ""
        yield row(table.names.en, [Said(f"By {heads}. {'; '.join(lines)}.{resume}", table.source)], table.layer)
    for never in protocol.nevers:
        told = "; ".join(f"{part}: {says}" for part, says in leaves(never))
        yield row(f"Never at the chair: {never.names.en}", [Said(f"{words.started(told)}.", never.source)], never.layer)
    for rule in protocol.hold_rules:
        yield row(
            rule.names.en,
            [Said(f"{'Stops the therapy' if rule.stop else 'Holds the dose'}; a prescriber is called.", rule.source)],
            rule.layer,
        )


def _requirement(item: Requirement) -> Iterator[Said]:
    when = _WHEN[item.when] + (f" {words.listed(item.doses)}" if item.doses else "")
    if item.repeat_within_months is not None:
        when += f" within {item.repeat_within_months} months"
    whom = f", for {words.listed([words.key(key) for key in item.indications])}" if item.indications else ""
    yield Said(f"{when}{whom}{words.only(item.applies)}.", item.source)
    wanted = condition_text(item.accept) if item.accept is not None else "it is on record"
    later = f"; to continue: {condition_text(item.accept_continuing)}" if item.accept_continuing is not None else ""
    yield Said(f"Accepted: {wanted}{later}.", item.source)
    ages = [
        f"not older than {words.days(item.fresh_days)}" if item.fresh_days is not None else "",
        f"at least {words.days(item.lead_days)} before the dose" if item.lead_days is not None else "",
        f"{item.series} in the series" if item.series is not None else "",
        f"asked for {words.days(item.ask_days)} ahead",
    ]
    yield Said(f"{words.started(', '.join(part for part in ages if part))}.", item.source)
    yield Said(f"Missing {_DOES[item.missing]}; out of bounds {_DOES[item.unmet]}.{_released(item.release)}", item.source)


def _released(roles: tuple[str, ...]) -> str:
    return f" Released by: {words.listed([words.key(role) for role in roles], 'or')}." if roles else " Nobody may release it."
