"""Contraindications, and reactions to earlier doses of the therapy (H-012). Allergies and medicines have their own files."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of

_SEVERE = 3


def contraindications(ask: Ask) -> Iterator[Item]:
    """Those that do not depend on the amount; the others are judged with the dose."""
    for item in ask.protocol.contraindications:
        if item.above is not None:
            continue
        found = evaluate(item.when, ask.known)
        if found.truth is Truth.TRUE:
            yield Item(
                item.key,
                "contraindication",
                by_severity(item.severity),
                f"{item.names.en}.",
                "contraindicated",
                item.source,
                ids(found.evidence),
                before_dose=ask.dose_number,
                release=item.release,
                advice=item.severity is Severity.ADVISE,
            )
        elif found.truth is Truth.UNKNOWN:
            missing = ", ".join(name_of(fact, ask.protocol) for fact in found.missing)
            message = f"{item.names.en}: cannot be told without {missing}."
            yield Item(
                item.key,
                "contraindication",
                State.DUE if ask.ahead else State.UNKNOWN,
                message,
                "missing_fact",
                item.source,
                ids(found.evidence),
                ask.day,
                before_dose=ask.dose_number,
                advice=item.severity is Severity.ADVISE,
            )


def earlier_reactions(ask: Ask) -> Iterator[Item]:
    """Reactions to earlier doses of this therapy: a severe one holds for good, any other not tolerated is looked at."""
    for dose in ask.course.everything:
        grade = dose.reaction.grade if dose.reaction else None
        if grade is not None and grade >= _SEVERE:
            message = f"Grade {grade} reaction ({dose.reaction.term if dose.reaction else ''}) on {day_spelled(dose.on)}."
            yield Item(
                "earlier_reaction",
                "contraindication",
                State.HELD,
                message,
                "contraindicated",
                "history",
                before_dose=ask.dose_number,
            )
        elif not dose.tolerated or (grade or 0) > 1:
            message = f"The dose of {day_spelled(dose.on)} was not tolerated: review premedication and rate."
            yield Item(
                "earlier_reaction",
                "contraindication",
                State.REVIEW,
                message,
                "risk_alert",
                "history",
                before_dose=ask.dose_number,
                release=("prescriber",),
            )
