"""`clear`: everything that may hold a dose on a day: what holds it, what is met, what is still due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chairside.core.clearance.combined import ItemClearance, evaluate_plan
from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import Clearance, Item
from chairside.core.kernel.decision import Decision
from chairside.core.protocols import Protocol
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import envelope, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, items_of, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `clear` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    if protocol.plan is not None:
        parts = items_of(protocol, rulebook)
        asked = _asked(rulebook, fields, (protocol, *parts.values()))
        del asked["brand"], asked["regimen"]  # each item of a plan has its own
        plan = evaluate_plan(protocol, parts, **asked)
        return envelope(plan, None if plan.value is None else combined(plan.value, parts), protocol)
    decided = decide(rulebook, fields, protocol)
    return envelope(decided, None if decided.value is None else written(decided.value, protocol), protocol)


def decide(rulebook: Rulebook, fields: Fields, protocol: Protocol) -> Decision[Clearance]:
    """What the rulebook says may hold the dose that is asked for. Raises InputProblem."""
    return evaluate(protocol, **_asked(rulebook, fields, (protocol,)))


def _asked(rulebook: Rulebook, fields: Fields, protocols: Sequence[Protocol]) -> dict[str, Any]:
    day = fields.needed("date", fields.day("date"))
    who = recorded.patient(fields, day)
    asked: dict[str, Any] = {
        "indication": recorded.indication_of(fields),
        "dose_number": fields.needed("dose_number", fields.whole("dose_number")),
        "day": day,
        "patient": who,
        "facts": recorded.facts(fields, day, who.born),
        "history": given.history(fields, protocols, day, who.born, rulebook.known_ids()),
        "brand": recorded.brand_of(fields),
        "regimen": fields.text("regimen") or "",
    }
    fields.close()
    return asked


def combined(items: Iterable[ItemClearance], parts: Mapping[str, Protocol]) -> dict[str, Any]:
    """The clearance of a plan's day: the lists of all its items, each entry saying which item it is for."""
    made: dict[str, Any] = {"held_by": [], "met": [], "due": []}
    for one in items:
        own = parts.get(one.item.protocol)
        if own is not None and one.decision.value is not None:
            for key, entries in written(one.decision.value, own).items():
                made[key] += [{"item": one.item.key, **entry} for entry in entries]
    return made


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
