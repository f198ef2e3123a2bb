"""A decided dose as plain JSON, with the keys of the contract."""

from __future__ import annotations

from typing import Any

from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.dosing import Dose
from chairside.core.plans.supply.taken import Supply
from chairside.core.protocols.schema.regimen import Part
from chairside.exchange.questions.envelope import in_unit, measured, number, present


def written(made: Dose) -> dict[str, Any]:
    """A dose as plain JSON: `dose_mg` beside `dose` where it is a mass."""
    return present(
        {
            "dose": measured(made.amount),
            "dose_mg": in_unit(made.amount, "mg"),
            "computed": measured(made.computed),
            "indication": made.indication or None,
            "regimen": made.regimen or None,
            "phase": made.phase or None,
            "dose_number": made.dose_number,
            "interval_days": None if made.interval_days is None else str(made.interval_days),
            "least_min": None if made.least_minutes is None else str(made.least_minutes),
            **_supply(made.supply),
            **_more(made),
        }
    )


def _supply(taken: Supply) -> dict[str, Any]:
    """Vials keyed by what one holds, in mg or its own unit."""
    vials, billing = taken.vials, taken.billing
    return {
        "vials": vials and {_mg_or_own(strength): count for strength, count in vials.counts},
        "drawn_mg": vials and in_unit(vials.drawn, "mg"),
        "waste_mg": vials and in_unit(vials.waste, "mg"),
        "drawn": vials and measured(vials.drawn),
        "waste": vials and measured(vials.waste),
        "draw_ml": in_unit(taken.draw, "mL"),
        "bag_ml": in_unit(taken.bag, "mL"),
        "discard_from_bag_ml": in_unit(taken.discard, "mL"),
        "final_volume_ml": in_unit(taken.final, "mL"),
        "billing": billing
        and {"code": billing.code, "units": number(billing.units), "waste_units": number(billing.waste_units)},
    }


def _mg_or_own(strength: Quantity) -> str:
    return in_unit(strength, "mg") or number(strength.amount)


def _more(made: Dose) -> dict[str, Any]:
    """What only some doses have: the whole course, a part that goes first (a test dose), a pump."""
    total, volume, pump = made.course_total, made.course_volume, made.pump
    return {
        "total": total and measured(total),
        "total_mg": in_unit(total, "mg"),
        "total_ml": in_unit(volume, "mL") or in_unit(total, "mL"),
        "first": [_part(part) for part in made.parts] or None,
        "rest": made.rest and measured(made.rest),
        "pump": pump
        and present({"hours": str(pump.hours), "least_hours": str(pump.least_hours), "rate_ml_h": in_unit(pump.rate, "mL/h")}),
    }


def _part(part: Part) -> dict[str, Any]:
    """A part that is given first, inside the visit."""
    return {
        "amount": measured(part.amount),
        "over_s": str(part.over_seconds),
        "wait_min": str(part.wait_minutes),
    }
