"""The dose that an order version makes, by the rulebook: for the prescriber before signing, and for the plan afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from chairside.apps.formulary.selectors import departures, protocol_of
from chairside.apps.intake.models import OrderVersion
from chairside.apps.people.selectors import core_patient
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.dosing import Dose, dose
from chairside.core.plans.limits.order import OrderedDose
from chairside.core.protocols import Protocol


def dose_of(
    version: OrderVersion, *, facts: Sequence[Fact], history: Sequence[DoseGiven], dose_number: int, day: date
) -> Decision[Dose]:
    """Decide a dose of an order version. The weight is the dosing weight of record; today's weight comes with the facts.

    The working says where the site departs from the label.
    """
    try:
        ordered = ordered_dose(version)
    except UnitError as problem:
        reason = refused(
            "mismatch", f"The ordered dose cannot be read: {problem}.", field="order.dose_unit", limit=version.dose_unit
        )
        return Decision(None, (reason,))
    protocol = protocol_of(version.release_id)
    if protocol.plan is not None:
        return Decision(None, (_plan_of_several(protocol),))
    decided = dose(
        protocol,
        indication=version.indication,
        dose_number=dose_number,
        day=day,
        patient=patient_of_record(version, facts),
        facts=facts,
        history=history,
        brand=version.brand,
        regimen=version.regimen,
        order=ordered,
    )
    return replace(decided, working=(*decided.working, *departures(version.release_id)))


def _plan_of_several(protocol: Protocol) -> Reason:
    """An order version holds one drug. A plan's doses are the engine's to answer, each with an order of its own."""
    held = ", ".join(dict.fromkeys(item.protocol.replace("_", " ") for item in protocol.plan.items)) if protocol.plan else ""
    return refused(
        "not_encoded",
        f"{protocol.names.en} gives several drugs together ({held}). An order here holds one drug, so this one has no dose and "
        "cannot be signed. Order each drug by its own protocol; `chairside engine dose` answers for the whole plan.",
        field="order.protocol",
    )


def ordered_dose(version: OrderVersion) -> OrderedDose | None:
    """What the order states: an amount (400 mg), or a level (5 mg/kg). None when it leaves the dose to the protocol."""
    if version.dose_amount is None:
        return None
    stated = quantity(version.dose_amount, version.dose_unit, "order.dose")
    return OrderedDose(level=stated) if "/" in version.dose_unit else OrderedDose(amount=stated)


def patient_of_record(version: OrderVersion, facts: Sequence[Fact]) -> Patient:
    """The patient with the dosing weight of record, and no weight where the order states none."""
    weight = None if version.dosing_weight_kg is None else quantity(version.dosing_weight_kg, "kg")
    return replace(core_patient(version.order.patient, facts), weight=weight)
