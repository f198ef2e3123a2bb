"""A made-up visit to play through: the plan, the people, and a walk that records what `decide` allows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chairside.core.access import Actor, Role
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.consequences import consequences
from chairside.core.visit.decide import decide
from chairside.core.visit.fold import apply, begin
from chairside.core.visit.plan import (
    DrugPlan,
    LadderStep,
    OrderOfRecord,
    Premedication,
    Question,
    Subject,
    VisitPlan,
    ml_per_hour,
)
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Mode, Reading, Said

NINE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # nine in the morning at the site
ME = Identifiers("Lucia Fernandez Ortiz", date(1979, 4, 2))
DRUG = "drug"


def q(amount: object, unit: str) -> Quantity:
    return quantity(str(amount), unit)


def person(name: str, *roles: Role, session: str = "") -> Actor:
    return Actor(name, name.title(), "org", frozenset(roles), session or f"session of {name}")


AMY = person("amy", Role.NURSE)
BEN = person("ben", Role.NURSE)
PAT = person("pat", Role.PHARMACIST)
DOC = person("doc", Role.PRESCRIBER)
DESK = person("desk", Role.FRONT_DESK)
TABLET = Actor("tablet", "Chair 4", "org", frozenset({Role.DEVICE}), "tablet")

A_DRUG = DrugPlan(
    key=DRUG,
    title="Testumab",
    route="iv",
    dose=q(400, "mg"),
    volume=q(250, "mL"),
    ladder=(
        LadderStep(ml_per_hour("20"), Decimal(15)),
        LadderStep(ml_per_hour("40"), Decimal(15)),
        LadderStep(ml_per_hour("80"), Decimal(15)),
        LadderStep(ml_per_hour("150")),
    ),
    products=("Testra",),
    dose_per=q(5, "mg/kg"),
    source="test protocol",
)
PLAN = VisitPlan(
    subject=Subject(ME.name, ME.born),
    order=OrderOfRecord("order-1", date(2026, 11, 1), date(2027, 1, 1)),
    drugs=(A_DRUG,),
    premedications=(Premedication("antihistamine", "antihistamine", q(25, "mg"), "oral", 30, sedating=True),),
    questions=(Question("infection", "Fever or antibiotics now?"),),
    observation_minutes=30,
    observation_source="test protocol",
    dosing_weight=q(80, "kg"),
    clearance=(),
    day=date(2026, 11, 23),
)


def vitals(
    sbp: object = 124,
    pulse: object = 72,
    site_ok: bool | None = None,
    weight: object | None = None,
    temp: object = "36.7",
    spo2: object = 98,
) -> e.VitalsRecorded:
    readings = [
        Reading("sbp", q(sbp, "mm[Hg]")),
        Reading("dbp", q(38, "mm[Hg]") if int(str(sbp)) < 80 else q(70, "mm[Hg]"), confirmed=True),
        Reading("pulse", q(pulse, "/min")),
        Reading("temp", q(temp, "Cel")),
        Reading("rr", q(16, "/min")),
        Reading("spo2", q(spo2, "%")),
    ]
    if weight is not None:
        readings.append(Reading("weight_kg", q(weight, "kg")))
    return e.VitalsRecorded(tuple(readings), on_oxygen=False, consciousness="A", site_ok=site_ok)


def draws() -> tuple[LotDraw, ...]:
    return (LotDraw("Testra", "L1", q(100, "mg"), 4, q(400, "mg"), date(2027, 6, 1)),)


def bag(at: datetime, hours: int = 6) -> e.PreparationRecorded:
    return e.PreparationRecorded(DRUG, draws(), q(250, "mL"), "0.9% sodium chloride", at, at + timedelta(hours=hours))


def check(use_by: datetime, **other: object) -> e.CheckEntered:
    entries: dict[str, object] = {
        "drug": DRUG,
        "identifiers": ME,
        "product": "Testra",
        "lots": ("L1",),
        "weight": q(80, "kg"),
        "dose": q(400, "mg"),
        "route": "iv",
        "volume": q(250, "mL"),
        "rate": q(20, "mL/h"),
        "use_by": use_by,
        "pump_rate": q(20, "mL/h"),
        "pump_volume": q(250, "mL"),
        "concentration": q("1.6", "mg/mL"),
    }
    return e.CheckEntered(**{**entries, **other})  # type: ignore[arg-type]


class Walk:
    """A log that grows by what is decided. `do` records an allowed command; `ask` only asks."""

    def __init__(self, plan: VisitPlan = PLAN, at: datetime = NINE) -> None:
        self.plan = plan
        self.at = at
        self.log: list[e.Event] = []
        self.state: VisitState = begin(plan)

    def later(self, minutes: float) -> Walk:
        self.at += timedelta(minutes=minutes)
        return self

    def ask(self, command: e.Payload, actor: Actor = AMY) -> Decision[e.Payload]:
        return decide(self.state, self.plan, command, actor, self.at)

    def do(self, command: e.Payload, actor: Actor = AMY) -> Walk:
        decision = self.ask(command, actor)
        assert decision.allowed, [reason.message for reason in decision.reasons]
        assert decision.value is not None
        return self.record(decision.value, actor)

    def report(self, command: e.Payload, claimed: datetime, actor: Actor = AMY) -> Walk:
        decision = decide(self.state, self.plan, command, actor, claimed, mode=Mode.REPORTED)
        assert decision.allowed, [reason.message for reason in decision.reasons]
        assert decision.value is not None
        return self.record(decision.value, actor, Mode.REPORTED, claimed)

    def record(self, payload: e.Payload, actor: Actor = AMY, mode: Mode = Mode.LIVE, claimed: datetime | None = None) -> Walk:
        n = len(self.log) + 1
        device = actor.id if actor.roles == {Role.DEVICE} else ""
        event = e.Event(f"event-{n}", n, self.at, actor, payload, mode, claimed, device)
        before, self.state = self.state, apply(self.state, event)
        self.log.append(event)
        for follow in consequences(before, self.state, self.plan, event):
            self.record(follow, Actor("system", "System", "org", frozenset({Role.SYSTEM})))
        return self

    # --- stretches of a calm visit ---

    def assessed(self, weight: object = 80) -> Walk:
        self.do(e.CheckedIn(ME, True), DESK).do(e.Seated("4"))
        self.do(vitals(weight=weight)).do(e.AllergiesReviewed(("penicillin",), True))
        return self.do(e.QuestionsAnswered((Answer("infection", Said.NO),)))

    def cleared(self) -> Walk:
        return self.assessed().do(e.Cleared()).do(e.ReleasedToPrepare(DRUG))

    def ready(self) -> Walk:
        """Up to the moment before the start: premedication waited for, access in, bag checked by two, vitals fresh."""
        self.cleared().do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"))
        self.do(e.AccessPlaced("forearm", "left", "catheter", "22 G", 1, True)).later(15)
        self.do(bag(self.at), PAT)
        use_by = self.at + timedelta(hours=6)
        self.do(check(use_by), AMY).do(check(use_by), BEN).later(15)
        return self.do(vitals(site_ok=True))

    def start(self) -> e.InfusionStarted:
        return e.InfusionStarted(DRUG, ME, q(20, "mL/h"), True, True)

    def running(self) -> Walk:
        return self.ready().do(self.start())

    def step(self, rate: object) -> Walk:
        return self.do(vitals(site_ok=True)).do(e.StepChanged(DRUG, q(rate, "mL/h")))

    def on_the_last_step(self) -> Walk:
        return self.running().later(15).step(40).later(15).step(80).later(15).step(150)

    def ended(self) -> Walk:
        self.on_the_last_step()  # 5 + 10 + 20 mL so far; 215 mL at 150 mL/h take 86 minutes
        self.later(86).do(e.Stopped(DRUG, "complete", q(250, "mL"), q(0, "mL"))).do(e.Flushed(DRUG, q(20, "mL")))
        return self.do(vitals(site_ok=True)).do(e.ObservationStarted())

    def discharged(self) -> Walk:
        self.ended().later(30).do(vitals(site_ok=True)).do(e.AccessRemoved(True))
        return self.do(e.Discharged(True, True, True, "sister"))
