"""`prepare`: whether a bag may be made and run so, and until when it may be used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.product import Storage
from chairside.core.protocols.truth import Known
from chairside.core.stock.preparing import prepare
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import envelope, number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of

_MOST_MINUTES = 31 * 24 * 60


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `prepare` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    prepared = fields.needed("prepared_at", fields.moment("prepared_at"))
    start = fields.needed("start_at", fields.moment("start_at"))
    if start < prepared:
        raise fields.problem("start_at", f"{start.isoformat()} lies before prepared_at, {prepared.isoformat()}")
    volume = quantity(fields.needed("volume_ml", fields.number("volume_ml", least=None, above=0)), "mL")
    asked: dict[str, Any] = {
        "brand": recorded.brand_of(fields),
        "dose": given.in_a_bag(fields, protocol, volume),
        "diluent": fields.needed("diluent", fields.text("diluent")),
        "volume": volume,
        "filter_micron": fields.number("filter_micron"),
        "prepared_at": prepared,
        "storage": Storage(fields.needed("storage", fields.word("storage", [place.value for place in Storage]))),
        "start_at": start,
        "minutes": _minutes(fields),
        "known": _known(fields, protocol, start.date()),
    }
    fields.close()
    decided = prepare(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def _minutes(fields: Fields) -> Decimal:
    minutes = fields.needed("minutes", fields.number("minutes", least=None, above=0))
    if minutes > _MOST_MINUTES:
        raise fields.problem("minutes", f"{number(minutes)} cannot be right; a bag runs for days at most")
    return minutes


def _known(fields: Fields, protocol: Protocol, day: date) -> Known | None:
    """The patient, where the question tells of one: some bags depend on the weight."""
    who = recorded.patient(fields, day)
    told = recorded.facts(fields, day, who.born)
    return None if who == Patient() and not told else Known(day, who, told, (), protocol.facts)


def written(use_by: datetime) -> dict[str, Any]:
    """The time after which the bag may not be used, in the zone of the question."""
    return {"use_by": use_by.isoformat()}
