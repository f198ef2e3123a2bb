"""`clear`: everything that may hold a dose on a day: what holds it, what is met, what is still due."""

from __future__ import annotations

from typing import Any

from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import Clearance, Item
from chairside.core.protocols import Protocol
from chairside.exchange.questions import recorded
from chairside.exchange.questions.envelope import envelope, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `clear` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    day = fields.needed("date", fields.day("date"))
    who = recorded.patient(fields, day)
    asked: dict[str, Any] = {
        "indication": fields.needed("indication", fields.text("indication")),
        "dose_number": fields.needed("dose_number", fields.whole("dose_number")),
        "day": day,
        "patient": who,
        "facts": recorded.facts(fields, day, who.born),
        "history": recorded.history(fields, (protocol,), day, who.born),
        "brand": recorded.brand_of(fields),
        "regimen": fields.text("regimen") or "",
    }
    fields.close()
    decided = evaluate(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value, protocol), protocol)


def written(made: Clearance, protocol: Protocol) -> dict[str, Any]:
    """A clearance as plain JSON. Each entry says what it is, the code of its fact, and for whoever reads it a sentence."""
    return {
        "held_by": [_entry(item, protocol) for item in made.held_by],
        "met": [_entry(item, protocol) for item in made.met],
        "due": [_entry(item, protocol) | _when(item) for item in made.due],
    }


def _entry(item: Item, protocol: Protocol) -> dict[str, Any]:
    stated = next((need for need in protocol.requirements if need.key == item.key and need.what.value == item.what), None)
    code = stated.fact.partition(".")[2] if stated is not None else item.key
    return present({"what": item.what, "code": code, "state": item.state.value, "message": item.message or None})


def _when(item: Item) -> dict[str, Any]:
    return present({"before_dose": item.before_dose, "by": item.by and item.by.isoformat()})
