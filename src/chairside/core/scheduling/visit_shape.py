"""What a visit asks of chair and nurse: minutes in the chair, and the minutes that need the nurse's hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby

from chairside.core.kernel.decision import Decision, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.visit import ChairPart, ChairTime
from chairside.core.scheduling.expected import Expected, expect

# The parts during which the nurse can do nothing else.
HANDS_ON_PARTS = frozenset({ChairPart.CHECK_IN, ChairPart.ACCESS, ChairPart.FLUSH, ChairPart.DISCHARGE})


class HandsOnKind(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class HandsOn:
    """Elapsed time, counted from the start of the visit, that needs the nurse's hands."""

    offset: timedelta
    length: timedelta
    kind: HandsOnKind


@dataclass(frozen=True, slots=True)
class VisitShape:
    """Elapsed time in the chair, and the hands-on parts in order; they never overlap and lie inside the visit."""

    length: timedelta
    hands_on: tuple[HandsOn, ...]

    def __post_init__(self) -> None:
        before = timedelta()
        for part in self.hands_on:
            if part.offset < before or part.length <= timedelta():
                raise ValueError("hands-on parts are in order, do not overlap and last some time")
            before = part.offset + part.length
        if before > self.length:
            raise ValueError("hands-on parts lie inside the visit")


def visit_shape(
    protocol: Protocol,
    dose_number: int,
    *,
    indication: str = "",
    regimen: str = "",
    phase: str = "",
    amount: Quantity | None = None,
) -> Decision[VisitShape]:
    """The shape to plan with for a numbered dose.

    Which ladder the day allows is decided on the day, from what was tolerated. Planned is the longest chair time of a ladder
    that the dose may still need: a shorter visit frees the chair, a longer one takes it from somebody.

    indication    a key of the protocol or an ICD-10-CM code
    regimen, phase, amount    as ordered; what is not known rules nothing out
    """
    open_to_all = [time for time in protocol.chair_times if _may_apply(protocol, time, dose_number)]
    expected = expect(protocol, indication, regimen, phase, amount)
    possible = [time for time in open_to_all if _may_need(protocol, time, expected)] or open_to_all
    if not possible:
        message = (
            f"The protocol does not say how long dose {dose_number} takes in the chair. A pharmacist can add the chair time."
        )
        return Decision(
            None, (unknown("missing_fact", message, field="protocol.chair_times", source=f"{protocol.id} {protocol.version}"),)
        )
    longest = max(possible, key=lambda time: time.total)
    decided = shape_of(longest)
    return Decision(
        decided.value,
        decided.reasons,
        (f"chair time “{longest.key}”: {longest.total} min, {longest.layer.value}", *decided.working),
    )


def shape_of(time: ChairTime) -> Decision[VisitShape]:
    """The shape that one chair time of a protocol makes. Hands-on parts that touch become one."""
    parts = tuple(_hands_on(time))
    if not {HandsOnKind.START, HandsOnKind.END} <= {part.kind for part in parts}:
        message = f"The chair time “{time.key}” does not say which minutes need the nurse's hands at the start and at the end."
        return Decision(None, (unknown("missing_fact", message, field=f"protocol.chair_times.{time.key}"),))
    shape = VisitShape(timedelta(minutes=sum(part.minutes for part in time.parts)), parts)
    return Decision(
        shape, working=tuple(f"hands-on at the {part.kind.value}: {part.length // timedelta(minutes=1)} min" for part in parts)
    )


def _may_need(protocol: Protocol, time: ChairTime, expected: Expected) -> bool:
    ladder = protocol.ladder(time.ladder)
    return ladder is None or expected.may_need(ladder)


def _may_apply(protocol: Protocol, time: ChairTime, dose_number: int) -> bool:
    """Nobody has had fewer infusions than doses of this course, so a ladder that ends before is out."""
    ladder = protocol.ladder(time.ladder)
    if ladder is None:
        return True
    ended = ladder.infusions.last is not None and ladder.infusions.last < dose_number
    return not ladder.needs_approval and not ended


def _hands_on(time: ChairTime) -> Iterator[HandsOn]:
    offset, kind = timedelta(), HandsOnKind.START
    for hands, group in groupby((part for part in time.parts if part.minutes), key=lambda part: part.part in HANDS_ON_PARTS):
        parts = list(group)
        length = timedelta(minutes=sum(part.minutes for part in parts))
        if any(part.part is ChairPart.INFUSION for part in parts):
            kind = HandsOnKind.END
        if hands:
            yield HandsOn(offset, length, kind)
        offset += length
