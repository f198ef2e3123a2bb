"""Contraindications, and reactions to earlier doses of the therapy (H-012). Allergies and medicines have their own files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.clearance.occasion import in_force
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.desensitization import lifts
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.protocols.schema.safety import Contraindication
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.standing import Latest
from chairside.core.protocols.truth import Finding, Truth, evaluate
from chairside.core.protocols.vocabulary import name_of
from chairside.core.protocols.words import plain

_SEVERE = 3


def contraindications(ask: Ask) -> Iterator[Item]:
    """Those that do not depend on the amount; the others are judged with the dose.

    A diagnosis that is not on the list is not there. A result that was never recorded is needed where a requirement or a
    question asks for it; where none does, that it cannot be told is said, and holds nothing.
    """
    asked = {item.fact for item in in_force(ask)} | {item.fact for item in for_regimen(ask.protocol.questions, ask.regimen)}
    for item in for_regimen(ask.protocol.contraindications, ask.regimen):
        if item.above is not None:
            continue
        found = evaluate(item.when, ask.known)
        if found.truth is Truth.TRUE:
            yield _against(item, f"{item.names.en}.", by_severity(item.severity), "contraindicated", found, ask)
        elif found.truth is Truth.UNKNOWN:
            missing = ", ".join(name_of(fact, ask.protocol) for fact in found.missing)
            message = f"{item.names.en}: cannot be told without {missing}."
            needed = any(fact in asked or fact.startswith("patient.") for fact in found.missing) or _unread(found, ask)
            state = State.DUE if ask.ahead or not needed else State.UNKNOWN
            advice = not needed or item.severity is Severity.ADVISE
            yield replace(_against(item, message, state, "missing_fact", found, ask), by=ask.day, advice=advice)


def _unread(found: Finding, ask: Ask) -> bool:
    """True when something is on record for what is missing: not final, without a unit, or in words that nobody knows."""
    return any(ask.known.latest(fact) != Latest() for fact in found.missing)


def _against(item: Contraindication, message: str, state: State, code: str, found: Finding, ask: Ask) -> Item:
    return Item(
        item.key,
        "contraindication",
        state,
        message,
        code,
        item.source,
        ids(found.evidence),
        before_dose=ask.dose_number,
        release=item.release,
        advice=item.severity is Severity.ADVISE,
    )


def earlier_reactions(ask: Ask) -> Iterator[Item]:
    """Reactions to earlier doses of this therapy: a severe one holds for good, any other not tolerated is looked at."""
    opened = lifts(ask.desensitization, ask.known.facts, ask.protocol)
    for dose in ask.course.everything:
        grade = dose.reaction.grade if dose.reaction else None
        if opened and ((grade or 0) >= _SEVERE or _never_again(ask, dose) is not None):
            told = f"Grade {grade} reaction on {day_spelled(dose.on)}. The order names a desensitization."
            yield Item("earlier_reaction", "contraindication", State.MET, told, advice=True)
        elif grade is not None and grade >= _SEVERE:
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
        elif (never := _never_again(ask, dose)) is not None:
            message = f"Grade {grade} {_said(dose)} on {day_spelled(dose.on)}: after that the drug is not given again."
            yield Item(
                "earlier_reaction",
                "contraindication",
                State.HELD,
                message,
                "contraindicated",
                never.source,
                before_dose=ask.dose_number,
                release=() if never.release == "none" else (never.release,),
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


def _never_again(ask: Ask, dose: DoseGiven) -> Restart | None:
    """The protocol's rule that blocks the drug after that reaction: the one for its term before the general one."""
    reaction = dose.reaction
    if reaction is None:
        return None
    fitting = [rule for rule in ask.protocol.restarts if reaction.grade in rule.grades]
    of_term = [rule for rule in fitting if plain(reaction.term) in rule.terms]
    rules = of_term or [rule for rule in fitting if not rule.terms]
    return next((rule for rule in rules if rule.action is RestartAction.NEVER), None)


def _said(dose: DoseGiven) -> str:
    return dose.reaction.term.replace("_", " ") if dose.reaction is not None and dose.reaction.term else "reaction"
