"""Medicines beside the therapy: interactions and duplicate therapy, and those that no rule judges, listed by name."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.naming import names
from chairside.core.protocols.schema.safety import Interaction
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.standing import status_of

_VOID = frozenset(("entered-in-error", "cancelled", "refuted", "not-taken", "refused"))
_ENDED = frozenset(("taken", "stopped", "completed", "ended", "inactive"))


def judge(ask: Ask) -> Iterator[Item]:
    """Medicines that must not go together with it, and those of the same kind of therapy; last, those that no rule names."""
    taken = [
        fact
        for fact in ask.known.facts
        if fact.kind is FactKind.MEDICATION and fact.on <= ask.day and status_of(fact) not in _VOID
    ]
    not_judged = [fact for fact in taken if status_of(fact) not in _ENDED]
    for rule in for_regimen(ask.protocol.interactions, ask.regimen):
        for fact in taken:
            if names(fact.code, rule.agents):
                not_judged = [other for other in not_judged if other is not fact]
                state = _state(rule, fact, ask)
                if state is not None:
                    yield _met(rule, fact, state, ask)
    if not_judged:
        yield _listed(not_judged, ask)


def _state(rule: Interaction, fact: Fact, ask: Ask) -> State | None:
    """As the rule says when active or last taken within the washout; for review when it is not said whether it is taken."""
    if status_of(fact) == "active":
        return by_severity(rule.severity)
    if status_of(fact) in _ENDED:
        days = (ask.day - fact.on).days
        if days < rule.washout_days:
            return by_severity(rule.severity)
        # One day means 24 hours, and of a medicine the day is all that is kept: a person says whether they have passed.
        return State.REVIEW if rule.washout_days == days == 1 else None
    return State.REVIEW


def _met(rule: Interaction, fact: Fact, state: State, ask: Ask) -> Item:
    what, code = ("duplicate", "duplicate_therapy") if rule.duplicate else ("interaction", "interaction")
    said = status_of(fact)
    standing = f"is {said}" if said in _ENDED or said == "active" else "is on record, and not whether it is taken"
    return Item(
        rule.key,
        what,
        state,
        f"{fact.code} {standing} ({day_spelled(fact.on)}): {rule.names.en}.",
        code,
        rule.source,
        ids((fact,)),
        before_dose=ask.dose_number,
        release=rule.release or (("prescriber",) if state is State.REVIEW else ()),
        advice=rule.severity is Severity.ADVISE,
    )


def _listed(facts: list[Fact], ask: Ask) -> Item:
    named = ", ".join(dict.fromkeys(fact.code for fact in facts))
    return Item(
        "medicines_not_judged",
        "interaction",
        State.DUE,
        f"Medicines that the protocol does not judge: {named}. Read the list.",
        "interaction",
        "medicines on record",
        ids(facts),
        before_dose=ask.dose_number,
        advice=True,
    )
