"""When the next set of vitals is due, and how late it is. The label's own cadence wins over a profile.

Profiles A to D are site defaults (safety reference 1.7); a late set keeps the ladder locked (H-010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EARLY = timedelta(minutes=10)  # a set taken this much before it was due counts for it


@dataclass(frozen=True, slots=True)
class Cadence:
    """When sets are due: minutes after the start, then every so many minutes, and the fixed points of the visit."""

    name: str
    first: tuple[int, ...] = ()
    then_every: int | None = None
    before_rise: bool = False
    at_end: bool = True
    after_observation: bool = False
    source: str = "site profile"


LOW = Cadence("A low")
LADDER = Cadence("B ladder", (15,), 30, before_rise=True, after_observation=True)
HIGH = Cadence("C high", (15, 30, 45, 60), 30, before_rise=True, after_observation=True)
INJECTION = Cadence("D injection", at_end=False, after_observation=True)
PROFILES: dict[str, Cadence] = {"A": LOW, "B": LADDER, "C": HIGH, "D": INJECTION}


class Lateness(StrEnum):
    """How a due item stands now."""

    AHEAD = "ahead"
    DUE = "due"
    LATE = "late"  # amber
    VERY_LATE = "very_late"  # red, to the charge nurse


def lateness(due: datetime, at: datetime, amber: timedelta, red: timedelta) -> Lateness:
    """Late from `amber` after it was due, very late from `red`; both edges included."""
    if at < due:
        return Lateness.AHEAD
    if at - due >= red:
        return Lateness.VERY_LATE
    return Lateness.LATE if at - due >= amber else Lateness.DUE


def next_set(cadence: Cadence, started: datetime, sets: Sequence[datetime]) -> datetime | None:
    """When the next set of a running infusion is due, from its start and the times of the sets taken since then.

    A fixed point is met by any set from ten minutes before it on, one set a point. None when the profile asks for no more.
    """
    taken = sorted(moment for moment in sets if moment > started)
    for offset in cadence.first:
        due = started + timedelta(minutes=offset)
        match = next((moment for moment in taken if moment >= due - EARLY), None)
        if match is None:
            return due
        taken = [moment for moment in taken if moment > match]
    if cadence.then_every is None:
        return None
    newest = max((moment for moment in sets if moment > started), default=started)
    return newest + timedelta(minutes=cadence.then_every)
