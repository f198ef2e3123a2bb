"""`restart`: whether, and how fast, a drug may start again after a reaction."""

from __future__ import annotations

from typing import Any

from chairside.core.kernel.quantity import quantity
from chairside.core.visit.reactions.reaction import Restart
from chairside.core.visit.reactions.restarting import restart_of
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import envelope, in_unit, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of
from chairside.exchange.questions.text import shown


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `restart` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    brand = recorded.brand_of(fields)
    if brand and protocol.product(brand) is None:
        names = ", ".join(product.brand for product in protocol.products)
        raise fields.problem("brand", f"{shown(brand)} is not a product of {protocol.id} ({names or 'it has none'})")
    reaction = fields.needed("reaction", fields.part("reaction"))
    rate = reaction.number("rate_at_onset_ml_h", least=None, above=0)
    asked: dict[str, Any] = {
        "grade": reaction.whole("grade", most=5),
        "term": given.term_of(reaction),
        "rate_at_onset": None if rate is None else quantity(rate, "mL/h"),
        "count": reaction.needed("count_this_visit", reaction.whole("count_this_visit", most=100)),
        "resolved": fields.needed("resolved", fields.flag("resolved")),
    }
    reaction.close()
    fields.close()
    decided = restart_of(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def written(made: Restart) -> dict[str, Any]:
    """A restart as plain JSON: the highest rate, and how long to stay there before the ladder goes on."""
    hold = None if made.hold_minutes is None else str(made.hold_minutes)
    return present({"rate_ml_h": in_unit(made.rate, "mL/h"), "hold_min": hold})
