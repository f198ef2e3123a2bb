"""Contraindications, allergies and earlier reactions (H-005), interactions and duplicate therapy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.clearance.requirements import Ask
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.safety import Hypersensitivity, Interaction
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of

_NOT_ANY_MORE = frozenset(("refuted", "entered-in-error", "inactive", "resolved", "planned", "refused"))
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


def hypersensitivities(ask: Ask) -> Iterator[Item]:
    """Allergies and reactions on record, to the drug, an ingredient, or another member of its class."""
    heard = [
        fact
        for fact in ask.known.facts
        if fact.kind in (FactKind.ALLERGY, FactKind.REACTION) and fact.status not in _NOT_ANY_MORE
    ]
    for rule in ask.protocol.hypersensitivities:
        for fact in heard:
            if names(fact.code, rule.agents):
                yield _allergy(rule, fact, ask)


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


def interactions(ask: Ask) -> Iterator[Item]:
    """Active medicines that must not go together with it, and those of the same kind of therapy."""
    medicines = [fact for fact in ask.known.facts if fact.kind is FactKind.MEDICATION and fact.on <= ask.day]
    for rule in ask.protocol.interactions:
        for fact in medicines:
            if names(fact.code, rule.agents) and _counts(rule, fact, ask):
                what, code = ("duplicate", "duplicate_therapy") if rule.duplicate else ("interaction", "interaction")
                message = f"{fact.code} is {fact.status} ({day_spelled(fact.on)}): {rule.names.en}."
                yield Item(
                    rule.key,
                    what,
                    by_severity(rule.severity),
                    message,
                    code,
                    rule.source,
                    ids((fact,)),
                    before_dose=ask.dose_number,
                    release=rule.release,
                    advice=rule.severity is Severity.ADVISE,
                )


def names(text: str, agents: Iterable[str]) -> bool:
    """True when the text names one of the agents as whole words ("infliximab-dyyb" also names infliximab)."""
    said = text.casefold()
    return any(re.search(rf"(?<![a-z0-9]){re.escape(agent.casefold())}(?![a-z0-9])", said) for agent in agents)


def _allergy(rule: Hypersensitivity, fact: Fact, ask: Ask) -> Item:
    grade = int(fact.value) if isinstance(fact.value, Decimal) else None
    shown = f"{fact.code} ({f'grade {grade}' if grade is not None else fact.value or fact.note or 'reaction not described'})"
    state, code = by_severity(rule.severity), "contraindicated" if rule.same_drug else "risk_alert"
    message = f"{'Allergy or earlier reaction to' if rule.same_drug else 'Earlier reaction in the same class:'} {shown}."
    if state is State.HELD and rule.least_grade > 1 and grade is None:
        state, code, message = State.UNKNOWN, "missing_fact", f"{message} How severe was it?"
    elif state is State.HELD and grade is not None and grade < rule.least_grade:
        state, code = State.REVIEW, "risk_alert"
    return Item(
        rule.key,
        "contraindication",
        state,
        message,
        code,
        rule.source,
        ids((fact,)),
        before_dose=ask.dose_number,
        release=rule.release or (("prescriber",) if state is State.REVIEW else ()),
        advice=rule.severity is Severity.ADVISE,
    )


def _counts(rule: Interaction, fact: Fact, ask: Ask) -> bool:
    """Active, or last taken within the washout."""
    if fact.status == "active":
        return True
    return (
        fact.status in ("taken", "stopped", "completed")
        and rule.washout_days > 0
        and (ask.day - fact.on).days < rule.washout_days
    )
