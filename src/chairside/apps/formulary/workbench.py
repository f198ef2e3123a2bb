"""What the rulebook answers about a made-up patient: dose, vials, rates, gates, chair time, by the questions of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString

from chairside.core.charges.table import CodeTable
from chairside.core.clearance.item import Clearance
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.dosing import Dose
from chairside.core.protocols import Protocol
from chairside.core.scheduling.visit_shape import visit_shape
from chairside.core.visit.run.planned import Run
from chairside.exchange.questions import clear, dose, ladder
from chairside.exchange.questions.envelope import measured, number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.text import InputProblem
from chairside.formulary import loader
from chairside.formulary.administration import administration_codes
from chairside.formulary.codes import Codes
from chairside.web.charts.stairs import Stair, stairs_drawing


@dataclass(frozen=True, slots=True)
class Bench:
    """The answers. A question that could not be asked has no decision, and `problems` says why in a sentence each."""

    dose: Decision[Dose] | None = None
    run: Decision[Run] | None = None
    clearance: Decision[Clearance] | None = None
    chair: timedelta | None = None
    picture: SafeString | None = None
    problems: tuple[str, ...] = ()
    regimen: str = ""


@dataclass(slots=True)
class _Rules:
    """The rulebook of one release: the questions find the protocol that is on the page, and no other is asked about."""

    release: Protocol
    today: date
    problems: list[str] = field(default_factory=list)

    def known_ids(self) -> tuple[str, ...]:
        return loader.known_ids()

    def protocol(self, protocol_id: str) -> Protocol:
        return self.release if protocol_id == self.release.id else loader.load(protocol_id)

    def administration_codes(self) -> CodeTable:
        return administration_codes()

    def diagnosis_codes(self) -> Codes:
        return Codes()


def worked(
    protocol: Protocol, question: dict[str, Any], order: dict[str, Any], tolerated: str, volume: str, today: date
) -> Bench:
    """Ask all of one made-up patient.

    question    as `chairside engine` reads it; order: the ordered dose, for the question of the dose
    tolerated   "yes", "no", or "" when it is not on record
    volume      millilitres of the bag, where the protocol leaves it open
    """
    rules = _Rules(protocol, today)
    decided: Decision[Dose] | None = _asked(rules, dose.decide, question | order)
    cleared: Decision[Clearance] | None = _asked(rules, clear.decide, question)
    run: Decision[Run] | None = None
    if decided is not None and decided.value is not None and protocol.ladders:
        run = _asked(rules, ladder.decide, _bag(question, decided.value, tolerated, volume))
    shape = visit_shape(protocol, question["dose_number"], **_known(question, decided)).value
    steps = run.value.steps if run is not None and run.value is not None else ()
    picture = stairs_drawing(_stairs(run.value), "Rates of this infusion, mL/h") if run and run.value and steps else None
    chosen = protocol.regimen(decided.value.regimen) if decided is not None and decided.value is not None else None
    problems, called = tuple(dict.fromkeys(rules.problems)), chosen.names.en if chosen is not None else ""
    return Bench(decided, run, cleared, shape.length if shape else None, picture, problems, called)


def _known(question: dict[str, Any], decided: Decision[Dose] | None) -> dict[str, Any]:
    """What of the dose rules out chair times."""
    made = decided.value if decided is not None else None
    if made is None:
        return {"indication": question["indication"], "regimen": question.get("regimen", "")}
    return {"indication": made.indication, "regimen": made.regimen, "phase": made.phase, "amount": made.amount}


def _asked(rules: _Rules, decide: Callable[..., Decision[Any]], question: dict[str, Any]) -> Decision[Any] | None:
    fields = Fields(question)
    fields.text("protocol")
    try:
        return decide(rules, fields, rules.release)
    except InputProblem as problem:
        rules.problems.append(str(problem))
        return None


def _bag(question: dict[str, Any], made: Dose, tolerated: str, volume: str) -> dict[str, Any]:
    """The question of the rates for the bag that the dose makes."""
    supply = made.supply
    bag: Quantity | None = supply.final or supply.bag
    ml = volume or (number(bag.to("mL").amount) if bag is not None else "")
    shared = ("protocol", "indication", "date", "patient", "facts", "regimen", "brand")
    kept: dict[str, Any] = {name: question[name] for name in shared if name in question}
    return {
        **kept,
        "phase": made.phase,
        "dose": measured(made.amount),
        "infusion_number": question["dose_number"],
        **({"volume_ml": ml} if ml else {}),
        **({"tolerated": tolerated == "yes"} if tolerated else {}),
    }


def _stairs(run: Run) -> list[Stair]:
    ends = [*(step.from_minute for step in run.steps[1:]), run.total_minutes]
    return [Stair(step.rate, max(1, round(end - step.from_minute))) for step, end in zip(run.steps, ends, strict=True)]
