"""A made-up therapy for tests of rates: each test changes the one part that it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.schema.dose import Axis, Cell, Flat, Step, Table
from chairside.core.protocols.schema.indication import CodePrefix, Indication
from chairside.core.protocols.schema.ladder import Ladder, RateCap, Rung
from chairside.core.protocols.schema.product import Preparation, Product
from chairside.core.protocols.schema.protocol import Protocol, Tolerances
from chairside.core.protocols.schema.regimen import Every, Phase, Regimen, Window
from chairside.core.protocols.schema.terms import Ages, Infusions, Kind, Layer, Route, Status, Words
from chairside.core.visit.run.planned import Run, planned_run

WORDS = Words("Testumab", "Testumab")
LABEL, PRACTICE = Layer.LABEL, Layer.PRACTICE
DAY = date(2026, 11, 23)


def q(amount: object, unit: str) -> Quantity:
    return quantity(str(amount), unit)


def even(key: str, minutes: int | None, **change: object) -> Ladder:
    """An even rate over at least so many minutes."""
    return replace(Ladder(key, WORDS, LABEL, Infusions(), minutes, source="label"), **change)


def stepped(key: str, *steps: tuple[str, int | None], **change: object) -> Ladder:
    """Steps of a rate ("20 mL/h") and its minutes."""
    rungs = tuple(Rung(q(*rate.split()), minutes) for rate, minutes in steps)
    return replace(Ladder(key, WORDS, LABEL, Infusions(), steps=rungs, source="label"), **change)


def cap(rate: str, layer: Layer = LABEL, **change: object) -> RateCap:
    return replace(RateCap(q(*rate.split()), layer, source="cap"), **change)


def phase(key: str = "all", dose: object = None, **change: object) -> Phase:
    return replace(Phase(key, dose or Flat(q(400, "mg")), Every(28), Window(3, 3, LABEL), source="label"), **change)


def regimen(key: str = "usual", *phases: Phase, **change: object) -> Regimen:
    return replace(Regimen(key, WORDS, ("gout", "lupus"), phases or (phase(),), LABEL, source="label"), **change)


def by_weight(*cells: tuple[int, int, int, int]) -> Table:
    """A dose table by weight: from kg, below kg, mg, least minutes."""
    return Table(
        (Axis("patient.weight_kg", "kg"),),
        tuple(Cell((Step(Decimal(low), Decimal(high)),), (q(mg, "mg"),), None, least) for low, high, mg, least in cells),
    )


def therapy(*ladders: Ladder, **change: object) -> Protocol:
    protocol = Protocol(
        schema=3,
        id="testumab",
        version="1",
        status=Status.DRAFT,
        family="test",
        kind=Kind.DRUG,
        generic="testumab",
        tall_man="",
        names=WORDS,
        routes=(Route.IV,),
        jurisdiction="US",
        sources=(),
        products=(Product("Testra", "testumab", (), Preparation()),),
        indications=(
            Indication("gout", WORDS, (CodePrefix("M10"),), Ages()),
            Indication("lupus", WORDS, (CodePrefix("M32"),), Ages()),
        ),
        regimens=(regimen(),),
        tolerances=Tolerances(Decimal(10), Decimal(10), LABEL),
        ladders=ladders,
    )
    return replace(protocol, **change)


def run(protocol: Protocol, **change: object) -> Decision[Run]:
    """400 mg in 200 mL for somebody of 80 kg with gout, first infusion: 2 mg in each mL."""
    usual: dict[str, object] = {
        "indication": "gout",
        "patient": Patient(date(1980, 1, 1), weight=q(80, "kg")),
        "dose": q(400, "mg"),
        "volume": q(200, "mL"),
        "infusion_number": 1,
        "day": DAY,
    }
    return planned_run(protocol, **{**usual, **change})


def rows(decision: Decision[Run]) -> list[tuple[str, str]]:
    """From which minute which mL/h."""
    assert decision.value is not None
    return [(f"{step.from_minute.normalize():f}", f"{step.rate.amount.normalize():f}") for step in decision.value.steps]


def codes(decision: Decision[object]) -> list[str]:
    return [reason.code for reason in decision.reasons]
