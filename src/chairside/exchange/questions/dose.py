"""`dose`: the amount of one dose, what it takes from the shelf, and what it bills."""

from __future__ import annotations

from typing import Any

from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.body import Formula
from chairside.core.plans.dosing import Dose, OrderedDose, Policy, dose
from chairside.core.plans.rounding import Rounding
from chairside.core.plans.supply import Supply
from chairside.core.protocols.schema.regimen import Part
from chairside.exchange.questions import recorded
from chairside.exchange.questions.envelope import envelope, in_unit, measured, number, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `dose` question. Raises InputProblem naming the field that cannot be used."""
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
        "history": recorded.history(fields, protocol, day, who.born),
        "brand": recorded.brand_of(fields),
        "regimen": fields.text("regimen") or "",
        "phase": fields.text("phase") or "",
        "order": ordered(fields.part("order")),
        "policy": policy(fields.part("policy")),
        "lots": fields.quantities("lots"),
    }
    fields.close()
    decided = dose(protocol, **asked)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def ordered(part: Fields | None) -> OrderedDose | None:
    """What the order says: an amount, a level, or both."""
    if part is None:
        return None
    made = OrderedDose(part.quantity("dose"), part.quantity("level"))
    part.close()
    return made


def policy(part: Fields | None) -> Policy:
    """The site's rounding and body-surface formula; no rounding unless it is asked for."""
    if part is None:
        return Policy()
    usual = Policy()
    rounding, percent = part.word("rounding", [item.value for item in Rounding]), part.number("percent")
    formula = part.word("bsa", [item.value for item in Formula])
    if percent is not None and percent > 100:
        raise part.problem("percent", "must not be above 100")
    part.close()
    return Policy(
        Rounding(rounding) if rounding else usual.rounding,
        usual.percent if percent is None else percent,
        Formula(formula) if formula else usual.bsa,
    )


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
