"""`dose` of a plan of several protocols: every item of one day of its cycle, each decided by its own protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chairside.core.plans.limits.order import OrderedDose
from chairside.core.plans.together.combined import CombinedDose, ItemDose, plan_doses
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.visit import Plan
from chairside.exchange.questions import dose_value, given, recorded
from chairside.exchange.questions.envelope import envelope, identity, measured, present
from chairside.exchange.questions.orders import ordered, policy
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Rulebook, items_of


def answer(rulebook: Rulebook, fields: Fields, protocol: Protocol, plan: Plan) -> Answer:
    """Answer a `dose` question about a plan. `orders` and `brands` are by the key of the item."""
    parts = items_of(protocol, rulebook)
    keys = [item.key for item in plan.items]
    day = fields.needed("date", fields.day("date"))
    who = recorded.patient(fields, day)
    asked: dict[str, Any] = {
        "indication": recorded.indication_of(fields),
        "dose_number": fields.needed("dose_number", fields.whole("dose_number")),
        "day": day,
        "patient": who,
        "facts": recorded.facts(fields, day, who.born),
        "history": given.history(fields, tuple(parts.values()), day, who.born, rulebook.known_ids()),
        "orders": _orders(fields.part("orders"), keys),
        "brands": _brands(fields.part("brands"), keys),
        "policy": policy(fields.part("policy")),
    }
    fields.close()
    decided = plan_doses(protocol, parts, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value, parts), protocol)


def written(made: CombinedDose, parts: Mapping[str, Protocol]) -> dict[str, Any]:
    """The doses of one day in their order; items of one sequence number run together."""
    return {
        "cycle": made.cycle,
        "day": made.day,
        "items": [_item(one, parts.get(one.item.protocol)) for one in made.items],
        "per_cycle": [{"protocol": total.protocol, "dose": measured(total.amount)} for total in made.per_cycle],
    }


def _item(one: ItemDose, own: Protocol | None) -> dict[str, Any]:
    value = one.decision.value
    return present(
        {
            "key": one.item.key,
            "sequence": one.item.sequence,
            "outcome": one.decision.outcome.word,
            "value": {} if value is None else dose_value.written(value),
            "per_cycle": one.per_cycle and measured(one.per_cycle),
            "protocol": own and identity(own),
        }
    )


def _orders(part: Fields | None, keys: list[str]) -> dict[str, OrderedDose]:
    if part is None:
        return {}
    made = {key: order for key in keys if (order := ordered(part.part(key))) is not None}
    part.close()
    return made


def _brands(part: Fields | None, keys: list[str]) -> dict[str, str]:
    if part is None:
        return {}
    made = {key: brand for key in keys if (brand := part.text(key)) is not None}
    part.close()
    return made
