"""`dose`: the amount of one dose, what it takes from the shelf, and what it bills."""

from __future__ import annotations

from typing import Any

from chairside.core.kernel.decision import Decision
from chairside.core.plans.dosing import Dose, dose
from chairside.core.protocols import Protocol
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.dose_value import written
from chairside.exchange.questions.envelope import envelope
from chairside.exchange.questions.orders import ordered, policy
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `dose` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    if protocol.plan is not None:
        from chairside.exchange.questions import items  # only a plan needs what decides several at once

        return items.answer(rulebook, fields, protocol, protocol.plan)
    decided = decide(rulebook, fields, protocol)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def decide(rulebook: Rulebook, fields: Fields, protocol: Protocol) -> Decision[Dose]:
    """What the rulebook decides of the dose that is asked for. Raises InputProblem."""
    day = fields.needed("date", fields.day("date"))
    who = recorded.patient(fields, day)
    asked: dict[str, Any] = {
        "indication": recorded.indication_of(fields),
        "dose_number": fields.needed("dose_number", fields.whole("dose_number")),
        "day": day,
        "patient": who,
        "facts": recorded.facts(fields, day, who.born),
        "history": given.history(fields, (protocol,), day, who.born, rulebook.known_ids()),
        "brand": recorded.brand_of(fields),
        "regimen": fields.text("regimen") or "",
        "phase": fields.text("phase") or "",
        "order": ordered(fields.part("order")),
        "policy": policy(fields.part("policy")),
        "lots": fields.quantities("lots"),
    }
    fields.close()
    return dose(protocol, **asked)
