"""The record of a visit as paper shows it: the log in accepted order, the ladder as it was run, what was reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import OrderVersion
from chairside.apps.visit.checked import CheckRound, rounds
from chairside.apps.visit.screen import Screen
from chairside.apps.visit.telling import Told, told
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.infusion import amount_given, segments, volume_by_clock, volume_given
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.state import Infusion, Reaction, VisitState

_ONE = Decimal(1)
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class RateRun:
    start: datetime
    end: datetime
    rate: Quantity

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class DrugRecord:
    """One drug: what was run at which rate, and how the volumes compare (H-027).

    facts   what was given of it, in the words of its way of giving: label and value
    """

    drug: DrugPlan
    runs: tuple[RateRun, ...]
    facts: tuple[tuple[str, str], ...]
    lots: tuple[str, ...]
    started: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said about the record at a time: a signature, a rule released, an incident."""

    at: datetime
    who: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A reaction and its entries over time, with the grade where one was given."""

    drug: str
    since: datetime
    rate: Quantity | None
    open: bool
    entries: tuple[tuple[datetime, e.ReactionRecorded], ...]


@dataclass(frozen=True, slots=True)
class Record:
    lines: tuple[Told, ...]
    drugs: tuple[DrugRecord, ...]
    reported: int
    corrections: int
    signatures: tuple[Said, ...] = ()
    overrides: tuple[Said, ...] = ()
    incidents: tuple[Said, ...] = ()
    checks: tuple[CheckRound, ...] = ()
    reactions: tuple[Course, ...] = ()
    protocols: tuple[tuple[str, str], ...] = ()


def record_of(screen: Screen) -> Record:
    """The whole record, in the order in which entries were accepted."""
    state, until = screen.state, screen.at
    drugs = []
    for drug in screen.plan.drugs:
        region = state.infusions[drug.key]
        end = region.stopped_at or until
        runs = tuple(RateRun(part.start, part.end, part.rate) for part in segments(region, end))
        lots = tuple(
            f"{draw.product} {draw.strength.spelled()} x {draw.vials}, lot {draw.lot}, drawn {draw.drawn.spelled()}, "
            f"left over {draw.wasted.spelled()}"
            for bag in region.preparations
            for draw in bag.draws
        )
        drugs.append(DrugRecord(drug, runs, tuple(_facts(drug, region, end)), lots, bool(region.timeline)))
    lines = tuple(sorted(told(state, screen.plan), key=lambda line: line.number))
    return Record(
        lines,
        tuple(drugs),
        len(state.reported),
        len(state.corrected),
        _said(state, e.Signed, lambda payload: (payload.statement, "")),
        _said(state, e.Overridden, lambda payload: (payload.rule, payload.why)),
        _said(state, e.IncidentOpened, lambda payload: (payload.trigger.replace("_", " "), payload.detail)),
        rounds(state, screen.plan),
        tuple(_course(item, screen.plan) for item in state.reactions.values()),
        _protocols(screen.plan),
    )


def _protocols(plan: VisitPlan) -> tuple[tuple[str, str], ...]:
    """Each protocol that the visit goes by: name with version, and SHA-256."""
    further = {drug.protocol_sha256 for drug in plan.drugs} - {"", plan.protocol_sha256}
    found = [(f"{plan.protocol_id} {plan.protocol_version}", plan.protocol_sha256)]
    return (*found, *sorted((f"{item.id} {item.version}", sha) for sha in further for item in [protocol_of(sha)]))


_BY_HAND = {Manner.PUSH: "Pushed", Manner.INJECTION: "Injected", Manner.DRAW: "Taken"}


def _facts(drug: DrugPlan, region: Infusion, end: datetime) -> Iterator[tuple[str, str]]:
    """Dose, volumes, the amount that was really given, what was left and why."""
    volume = f" in {drug.prepared_volume.spelled()}" if drug.volume_stated and drug.manner is not Manner.DRAW else ""
    yield "Dose" if drug.manner is not Manner.DRAW else "Ordered", f"{drug.dose.spelled()}{volume}"
    if not region.timeline:
        return
    over = region.stopped
    if drug.manner in _BY_HAND:
        if region.stopped_at is not None:
            yield (
                "From, to",
                f"{timezone.localtime(region.timeline[0].at):%H:%M}, {timezone.localtime(region.stopped_at):%H:%M}",
            )
        if over is not None and over.pump_volume is not None:
            yield _BY_HAND[drug.manner], over.pump_volume.spelled()
    else:
        yield "Volume by the recorded rates", _whole(volume_by_clock(region, end)).spelled()
        yield "Volume given, by the pump where it was read", _whole(volume_given(region, end)).spelled()
    amount = amount_given(drug, region, end) if over is not None else None
    if amount is not None and drug.manner is not Manner.DRAW:
        yield "Dose given", amount.rounded(_THOUSANDTH).spelled()
    if over is not None and over.residual is not None and over.residual.amount > 0:
        yield "Left and wasted" if drug.manner is not Manner.DRAW else "Less than ordered", over.residual.spelled()
    if over is not None and over.variance_reason:
        yield "Why", over.variance_reason
    if region.unit is not None:
        yield "Unit", f"{region.unit.unit}, {region.unit.group} for {region.unit.patient_group}"


def order_signer(plan: VisitPlan) -> str:
    """Who signed the order versions of the plan, "" where none is signed or on record."""
    versions = {order.version for order in (plan.order, *(drug.order for drug in plan.drugs)) if order and order.version}
    rows = OrderVersion.objects.select_related("signed_by").filter(pk__in=versions, signed_by__isnull=False)
    return ", ".join(sorted({str(row.signed_by) for row in rows}))


def _said(state: VisitState, kind: type[e.Payload], words) -> tuple[Said, ...]:  # type: ignore[no-untyped-def]
    found = (event for event in state.log if isinstance(event.payload, kind) and event.id not in state.corrected)
    return tuple(Said(event.at, event.actor.name, *words(event.payload)) for event in found)


def _course(item: Reaction, plan: VisitPlan) -> Course:
    drug = plan.drug(item.drug)
    return Course(drug.title if drug else "", item.since, item.rate_at_onset, item.open, item.course)


def _whole(volume: Quantity) -> Quantity:
    return volume.to("mL").rounded(_ONE)
