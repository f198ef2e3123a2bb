"""Allergies and reactions on record: by the protocol's rules, and for a person to read where no rule knows them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.desensitization import lifts
from chairside.core.protocols.naming import names, names_nothing_else, spelled
from chairside.core.protocols.schema.safety import Hypersensitivity
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.standing import status_of

_NOT_ANY_MORE = frozenset(("refuted", "entered-in-error", "cancelled", "inactive", "resolved", "planned", "refused"))
_NONE_KNOWN = frozenset(
    ("no known allergy", "no known allergies", "no known drug allergy", "no known drug allergies", "nka", "nkda", "none")
)


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each rule that an allergy or reaction meets, and one for each active allergy that meets none."""
    heard = [
        fact
        for fact in ask.known.facts
        if fact.kind in (FactKind.ALLERGY, FactKind.REACTION) and status_of(fact) not in _NOT_ANY_MORE
    ]
    unread: dict[str, Fact] = {}
    for fact in heard:
        rules = [rule for rule in ask.protocol.hypersensitivities if _knows(rule, fact.code)]
        # One that only another component of a menu knows is not about this one; while the regimen is not known all count.
        own = list(for_regimen(rules, ask.regimen)) if ask.regimen else rules
        # What a rule calls unrelated is unrelated only as long as no other rule knows it.
        telling = [rule for rule in own if rule.severity is not Severity.ADVISE] or own
        for rule in telling:
            yield _met(rule, fact, ask)
        if not rules and fact.kind is FactKind.ALLERGY and spelled(fact.code) not in _NONE_KNOWN:
            unread.setdefault(fact.code.casefold(), fact)
    for fact in unread.values():
        yield _unread(fact, ask)


def _knows(rule: Hypersensitivity, text: str) -> bool:
    """One agent is enough for a rule that warns; "unrelated" must be true of everything that stands in the text."""
    return (names_nothing_else if rule.severity is Severity.ADVISE else names)(text, rule.agents)


def _met(rule: Hypersensitivity, fact: Fact, ask: Ask) -> Item:
    grade = int(fact.value) if isinstance(fact.value, Decimal) else None
    told = f"grade {grade}" if grade is not None else fact.value or fact.note or "reaction not described"
    shown = f"{fact.code} ({told})"
    state, code = by_severity(rule.severity), "contraindicated" if rule.same_drug else "risk_alert"
    what = "Allergy or earlier reaction to" if rule.same_drug else "Earlier reaction that the protocol warns of:"
    message = f"{what} {shown}."
    if rule.severity is Severity.ADVISE:
        message = f"Allergy on record that the protocol calls unrelated: {shown}."
    elif state is State.HELD and rule.least_grade > 1 and grade is None:
        state, code, message = State.UNKNOWN, "missing_fact", f"{message} How severe was it?"
    elif state is State.HELD and grade is not None and grade < rule.least_grade:
        state, code = State.REVIEW, "risk_alert"
    if rule.same_drug and lifts(ask.desensitization, ask.known.facts, ask.protocol):
        told = f"{message} The order names a desensitization."
        return Item(rule.key, "contraindication", State.MET, told, "", rule.source, ids((fact,)), advice=True)
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


def _unread(fact: Fact, ask: Ask) -> Item:
    """Silence about an allergy in other words than the protocol's would be a guess."""
    return Item(
        "allergy_not_recognised",
        "contraindication",
        State.REVIEW,
        f"The allergy to “{fact.code}” is not one that the protocol knows. Read it: does it concern this therapy?",
        "risk_alert",
        "allergies on record",
        ids((fact,)),
        before_dose=ask.dose_number,
        release=("prescriber",),
    )
