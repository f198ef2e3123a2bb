"""A vaccine series: which of the doses on record count, by their number and by the least days between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chairside.core.kernel.fact import Fact
from chairside.core.protocols.standing import status_of

_GIVEN = frozenset(("given", "final", "completed", "corrected", "amended", ""))


@dataclass(frozen=True, slots=True)
class Series:
    """The doses on record, oldest first, and those of them that count.

    too_close   the first dose that came too soon after the one before it to count
    """

    on_record: tuple[Fact, ...] = ()
    counted: tuple[Fact, ...] = ()
    too_close: Fact | None = None


def series(facts: Iterable[Fact], day: date, apart_days: Sequence[int] = ()) -> Series:
    """The doses that were given up to the day.

    The value of a dose is its number in the series. One number is one dose: the record written last stands, so that a dose that
    two senders report does not count twice. Without a number, one day is one dose.
    apart_days   least days from the first to the second, from the second to the third …; a dose that came sooner does not count
    """
    by_number: dict[object, Fact] = {}
    for fact in facts:
        if fact.on <= day and status_of(fact) in _GIVEN:
            by_number[fact.value if isinstance(fact.value, Decimal) else fact.on] = fact
    doses = sorted({fact.on: fact for fact in by_number.values()}.values(), key=lambda fact: fact.on)
    counted: list[Fact] = []
    too_close: Fact | None = None
    for dose in doses:
        place = len(counted) - 1
        if 0 <= place < len(apart_days) and (dose.on - counted[-1].on).days < apart_days[place]:
            too_close = too_close or dose
        else:
            counted.append(dose)
    return Series(tuple(doses), tuple(counted), too_close)
