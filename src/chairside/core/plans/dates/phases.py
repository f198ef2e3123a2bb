"""The shape of a phase: how many numbered doses it has, and where in its cycle a dose stands."""

from __future__ import annotations

from chairside.core.protocols.schema.regimen import Cycles, Offsets, Phase, Regimen, Triggered


def numbered(regimen: Regimen) -> tuple[Phase, ...]:
    """The phases whose doses are counted. An extra dose after an event has no number."""
    return tuple(phase for phase in regimen.phases if not isinstance(phase.timing, Triggered))


def count_of(phase: Phase) -> int | None:
    """How many doses the phase has; None while it goes on until stopped."""
    match phase.timing:
        case Offsets(days=days):
            return min(phase.doses or len(days), len(days))
        case Cycles(cycles=cycles) as timing if phase.doses is None and cycles is not None:
            return cycles * per_cycle(timing)
    return phase.doses


def per_cycle(timing: Cycles) -> int:
    """Doses of one cycle: those of its days, or so many out of them (10 of 14)."""
    return timing.any_days or len(timing.on_days)


def place_in_cycle(phase: Phase, position: int) -> int:
    """Which dose of its cycle it is, from 1; outside cycles, its position in the phase."""
    return (position - 1) % per_cycle(phase.timing) + 1 if isinstance(phase.timing, Cycles) else position


def last_number(regimen: Regimen) -> int | None:
    """The number of the last dose of the course; None while it goes on until stopped."""
    counts = [count_of(phase) for phase in numbered(regimen)]
    return None if None in counts else sum(count or 0 for count in counts)
