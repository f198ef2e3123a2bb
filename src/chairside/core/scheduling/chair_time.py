"""How many minutes in the chair to plan with: the protocol's, corrected by what the center's own visits took.

The rule. Of the center's visits of the therapy at this infusion (first, second, later) the asked quantile is taken, an exact
order statistic: the shortest time that at least this share of the visits did not exceed. It counts n / (n + K), and the rest
is what is expected without them. That in turn is the protocol's time, corrected in the same way by the therapy's visits at
other infusions, of which only those count that the protocol gave the same time: a later infusion says nothing about a longer
first one. Each visit counts once. The answer is rounded up to the grid, once and last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.scheduling.openings import GRID

# Visits after which the center's own minutes count as much as the protocol's. It is the credibility constant: the variance
# within visits of one kind over that of the kinds' distance from their nominal time. A clinic's published minutes (seven
# kinds of visit, 30 to 360 min) give 2916 / 437 = 6.7 for a mean; an 0.8 quantile varies 2.04 times as much, hence 14.
K = 14
A_DAY = 24 * 60
_GRID = GRID // timedelta(minutes=1)


class InfusionGroup(StrEnum):
    FIRST = "first"
    SECOND = "second"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit of the center: the infusion number, the minutes that the protocol gave it, and those that it took. Without the
    number it speaks for no infusion, without the protocol's minutes for no other infusion than its own."""

    id: str
    therapy: str
    infusion: int | None
    protocol_minutes: int | None
    minutes: int


@dataclass(frozen=True, slots=True)
class History:
    """Visits that can be, how many records cannot and are left out, and every reason against those."""

    visits: tuple[PastVisit, ...] = ()
    left_out: int = 0
    refused: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """Minutes on the grid, the exact minutes before rounding, and the visits it rests on: at this infusion, and at others."""

    minutes: int
    exact: Fraction
    visits: int
    other_visits: int


def group_of(infusion: int) -> InfusionGroup:
    """The group of an infusion number. ValueError below 1."""
    if infusion < 1:
        raise ValueError(f"infusion number {infusion}: the first is 1")
    return {1: InfusionGroup.FIRST, 2: InfusionGroup.SECOND}.get(infusion, InfusionGroup.LATER)


def read_history(records: Iterable[PastVisit]) -> History:
    """The records that can be, in the order of their ids; every other one is refused with its reasons."""
    found = sorted(records, key=lambda record: record.id)
    times = Counter(record.id for record in found)
    against = [(record, tuple(_impossible(record, times[record.id]))) for record in found]
    visits = tuple(record for record, reasons in against if not reasons)
    return History(visits, len(found) - len(visits), tuple(reason for _, reasons in against for reason in reasons))


def quantile(minutes: Iterable[int], share: Decimal) -> int:
    """The least of the minutes that at least this share of them does not exceed. ValueError without minutes, or when the
    share is not above 0 and at most 1."""
    ordered = sorted(minutes)
    if not ordered:
        raise ValueError("a quantile needs at least one visit")
    if not 0 < share <= 1:
        raise ValueError(f"the share {share} must be above 0 and at most 1")
    return ordered[ceil(Fraction(share) * len(ordered)) - 1]


def planned_minutes(
    history: History, therapy: str, infusion: int, *, protocol_minutes: int, share: Decimal
) -> Decision[Planned]:
    """The chair time to plan with, and in the working every figure that it rests on.

    protocol_minutes   what the protocol gives this visit; ValueError when that cannot be
    share   of visits that shall end in time, above 0 and at most 1: 0.5 is the median. Where data is thin the answer leans on
            the protocol, which states no share.
    """
    if not 0 < protocol_minutes <= A_DAY:
        raise ValueError(f"a protocol cannot give a visit {protocol_minutes} min")
    group = group_of(infusion)
    of_therapy = [visit for visit in history.visits if visit.therapy == therapy]
    own = [visit.minutes for visit in of_therapy if _is_of(visit, group)]
    others = [visit.minutes for visit in of_therapy if not _is_of(visit, group) and visit.protocol_minutes == protocol_minutes]
    expected, of_others = _shrunk(others, share, Fraction(protocol_minutes), "visits of the therapy at other infusions")
    exact, of_own = _shrunk(own, share, expected, f"visits at this infusion ({group.value})")
    minutes = ceil(exact / _GRID) * _GRID
    working = [f"protocol: {protocol_minutes} min", of_others, of_own]
    if history.left_out:
        working.append(f"records of the history that cannot be and do not count: {history.left_out}")
    working.append(f"{_spelled(exact)} min, rounded up to {minutes} min")
    return Decision(Planned(minutes, exact, len(own), len(others)), working=tuple(working))


def _is_of(visit: PastVisit, group: InfusionGroup) -> bool:
    return visit.infusion is not None and group_of(visit.infusion) is group


def _shrunk(minutes: Sequence[int], share: Decimal, expected: Fraction, what: str) -> tuple[Fraction, str]:
    """What is expected, moved n / (n + K) of the way to the quantile of n visits, and how."""
    count = len(minutes)
    if not count:
        quantile((0,), share)  # a share that cannot be is one without visits too
        return expected, f"{what}: none; {_spelled(expected)} min stands"
    taken = quantile(minutes, share)
    moved = (count * taken + K * expected) / (count + K)
    return moved, (
        f"{what}: {count}, {share} quantile {taken} min, weight {count}/({count} + {K}); "
        f"from {_spelled(expected)} to {_spelled(moved)} min"
    )


def _impossible(record: PastVisit, times: int) -> Iterable[Reason]:
    """What makes a record one that cannot be."""
    for field, what, number in (
        ("minutes", "took", record.minutes),
        ("protocol_minutes", "was planned with", record.protocol_minutes),
    ):
        if number is not None and not 0 < number <= A_DAY:
            message = f"Visit {record.id} {what} {number} min by its record; it must be more than 0 and at most a day."
            yield refused("out_of_range", message, field=f"history.{record.id}.{field}", limit=f"1 to {A_DAY} min")
    if record.infusion is not None and record.infusion < 1:
        message = f"Visit {record.id} has the infusion number {record.infusion}; the first is 1."
        yield refused("out_of_range", message, field=f"history.{record.id}.infusion", limit="1")
    if times > 1:
        message = f"Visit {record.id} stands {times} times in the history; none of them counts until one is left."
        yield refused("mismatch", message, field=f"history.{record.id}")


def _spelled(minutes: Fraction) -> str:
    """Minutes with up to two decimals, for reading only."""
    hundredths = (minutes * 200 + 1) // 2
    return f"{Decimal(int(hundredths)) / 100:f}"
