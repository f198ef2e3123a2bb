"""The record of a visit as paper shows it: the log in accepted order, the ladder as it was run, what was reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.apps.visit.screen import Screen
from chairside.apps.visit.telling import Told, told
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.infusion import segments, volume_by_clock, volume_given
from chairside.core.visit.plan import DrugPlan

_ONE = Decimal(1)


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
    """One drug: what was run at which rate, and how the volumes compare (H-027)."""

    drug: DrugPlan
    runs: tuple[RateRun, ...]
    charted: Quantity
    given: Quantity
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    lines: tuple[Told, ...]
    drugs: tuple[DrugRecord, ...]
    reported: int
    corrections: int
    incidents: tuple[str, ...]


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
        drugs.append(DrugRecord(drug, runs, _whole(volume_by_clock(region, end)), _whole(volume_given(region, end)), lots))
    lines = tuple(sorted(told(state, screen.plan), key=lambda line: line.number))
    return Record(
        lines,
        tuple(drugs),
        len(state.reported),
        len(state.corrected),
        tuple(trigger.replace("_", " ") for trigger, _ in state.incidents),
    )


def _whole(volume: Quantity) -> Quantity:
    return volume.to("mL").rounded(_ONE)
