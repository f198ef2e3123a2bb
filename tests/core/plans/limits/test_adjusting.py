"""Reductions by facts: what is still needed is called as the protocol calls it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import dose
from chairside.formulary.loader import load

CLEARANCE = Fact(FactKind.LAB, "crcl", date(2026, 4, 10), Decimal(80), "mL/min")


def test_a_result_that_decides_on_a_reduction_is_asked_for_by_the_name_that_the_protocol_declares():
    protocol = load("carboplatin")
    decision = dose(
        protocol,
        indication="ovarian_cancer",
        regimen="label_single_agent",
        dose_number=2,
        day=date(2026, 4, 13),
        patient=Patient(date(1966, 1, 1), sex="female", weight=quantity(70, "kg"), height=quantity(170, "cm")),
        facts=(CLEARANCE,),
        history=(DoseGiven(protocol.id, 1, date(2026, 3, 16), quantity(600, "mg")),),
    )
    said = " ".join(reason.message for reason in decision.reasons if reason.field.endswith("_nadir"))
    assert "Lowest neutrophils after the last dose" in said
    assert "Anc" not in said
