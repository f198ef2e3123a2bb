"""A typical patient of every therapy that can be ordered, from check-in to signature by the cards alone."""

from __future__ import annotations

from datetime import date

import pytest

from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Kind
from chairside.core.visit.from_protocol import Course, visit_plan
from chairside.core.visit.plan import OrderOfRecord, Subject, VisitPlan
from chairside.core.visit.run.asked import known_of
from chairside.formulary.loader import known_ids, load
from tests.core.visit.robot import Robot
from tests.formulary.typical import ADULT, asked

DAY = date(2026, 11, 23)
ORDERABLE = [key for key in known_ids() if load(key).kind is not Kind.PLAN]  # a plan is ordered as its parts
# Where an order, a lot or the menu must say what nobody can guess, no visit is planned, and the answer says why.
ASKS_FIRST = {"factor_viii", "migraine_rescue_infusions", "scig_hyqvia", "epoetin"}


def plan_of(protocol: Protocol, **change: object):
    """The decision about the visit of a typical adult, with the premedications that the protocol requires ordered."""
    one = asked(protocol, ADULT)
    assert one is not None
    value = one.dose["value"]
    if "dose" not in value:
        return None
    told = value.get("final_volume_ml") or value.get("bag_ml") or value.get("draw_ml")
    weight = quantity(ADULT["weight_kg"], "kg")
    patient = Patient(date(1976, 5, 1), "female", quantity(ADULT["height_cm"], "cm"), weight)
    brand = protocol.products[0].brand if protocol.products else ""
    for product in protocol.products:
        if not product.regimens or value.get("regimen") in product.regimens:
            brand = product.brand
            break
    inputs: dict[str, object] = {
        "subject": Subject("Lucia Fernandez Ortiz", date(1976, 5, 1)),
        "order": OrderOfRecord("order-1", date(2026, 11, 1), date(2027, 11, 1)),
        "indication": one.indication,
        "brand": brand,
        "dose": quantity(value["dose"]["amount"], value["dose"]["unit"]),
        "volume": quantity(told, "mL") if told else None,
        "course": Course(1, 0),
        "weight": weight,
        "regimen": value.get("regimen", ""),
        "phase": value.get("phase", ""),
        "known": known_of(patient, (), protocol, DAY),
        "ordered": tuple(
            OrderedPremedication(item.key, item.amount or quantity("10", "mg"), item.route or "oral", item.agent)
            for item in protocol.premedications
        ),
    }
    made = visit_plan(protocol, **{**inputs, **change})
    if made.value is None and any(reason.field == "dose.volume" for reason in made.reasons):
        made = visit_plan(protocol, **{**inputs, "volume": quantity("100", "mL"), **change})  # decided with its bag
    return made


def ready_plan(made) -> VisitPlan:
    from dataclasses import replace

    return replace(made.value, clearance=(), day=DAY)


@pytest.mark.parametrize("protocol_id", ORDERABLE)
def test_a_typical_visit_ends_with_the_signature(protocol_id: str) -> None:
    made = plan_of(load(protocol_id))
    if protocol_id in ASKS_FIRST:
        assert made is None or made.value is None
        return
    assert made.value is not None, [reason.message for reason in made.reasons]
    walk = Robot(ready_plan(made)).play()
    assert walk.state.signed_at is not None
    assert not walk.state.incidents
