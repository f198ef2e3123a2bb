"""`ladder`: the steps of one infusion in mL/h, its limits, its length, and the observation after it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols import Protocol
from chairside.core.visit.run.planned import Run, planned_run
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.envelope import envelope, present, to_places
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook, protocol_of


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `ladder` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    protocol = protocol_of(fields, rulebook)
    decided = decide(rulebook, fields, protocol)
    return envelope(decided, None if decided.value is None else written(decided.value), protocol)


def decide(rulebook: Rulebook, fields: Fields, protocol: Protocol) -> Decision[Run]:
    """How the rulebook has the infusion run that is asked for. Raises InputProblem."""
    volume, concentration = _volume(fields)
    day = fields.day("date") or rulebook.today
    who = recorded.patient(fields, day)
    asked: dict[str, Any] = {
        "brand": recorded.brand_of(fields),
        "indication": recorded.indication_of(fields),
        "regimen": fields.text("regimen") or "",
        "phase": fields.text("phase") or "",
        "patient": who,
        "day": day,
        "facts": recorded.facts(fields, day, who.born),
        "dose": given.in_a_bag(fields, protocol, volume),
        "volume": volume,
        "concentration": concentration,
        "infusion_number": fields.needed("infusion_number", fields.whole("infusion_number")),
        "tolerated": fields.flag("tolerated"),
        "risks": recorded.risks_of(fields, protocol),
        **_order(fields.part("order")),
    }
    fields.close()
    return planned_run(protocol, **asked)


def written(made: Run) -> dict[str, Any]:
    """A run as plain JSON."""
    seen = made.observation
    return present(
        {
            "steps": [{"from_min": _minutes(step.from_minute), "rate_ml_h": _rate(step.rate)} for step in made.steps],
            "start_ml_h": _rate(made.start),
            "max_ml_h": _rate(made.highest),
            "total_min": _minutes(made.total_minutes),
            "limiting": made.limiting or None,
            "ladder": made.ladder,
            "sites": made.sites,
            "observe": None if seen is None else {"minutes": str(seen.minutes), "required": seen.required},
        }
    )


def _rate(rate: Quantity) -> str:
    """mL/h, never above the rate that was decided."""
    return to_places(rate.to("mL/h").amount, "0.001", ROUND_FLOOR)


def _minutes(minutes: Decimal) -> str:
    """Minutes, never fewer than decided."""
    return to_places(minutes, "0.01", ROUND_CEILING)


def _volume(fields: Fields) -> tuple[Quantity | None, Quantity | None]:
    """The volume of the bag, or the concentration that gives it; one of the two must be there."""
    volume = fields.number("volume_ml", least=None, above=0)
    strength = fields.number("concentration_mg_ml", least=None, above=0)
    if volume is None and strength is None:
        raise fields.problem("volume_ml", "is missing; give it or concentration_mg_ml")
    return (
        None if volume is None else quantity(volume, "mL"),
        None if strength is None else quantity(strength, "mg/mL"),
    )


def _order(part: Fields | None) -> dict[str, Any]:
    if part is None:
        return {"max_rate": None, "minutes": None}
    made = {"max_rate": part.quantity("max_rate"), "minutes": part.number("minutes", least=None, above=0)}
    part.close()
    return made
