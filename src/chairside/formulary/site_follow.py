"""What follows from a site's change by arithmetic alone: a longer observation lengthens the chair times that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.visit import ChairPart, ChairTime


def following(protocol: Protocol, at: str, value: Any) -> tuple[tuple[str, int], ...]:
    """The places, with their new minutes, that say the same thing as the changed one or are its sum.

    An observation is also a part of each chair time that states the same minutes for it; each part is in the total.
    """
    steps = at.split(".")
    if not isinstance(value, int) or isinstance(value, bool):
        return ()
    if len(steps) == 3 and steps[0] == "observations" and steps[2] == "minutes" and steps[1].isdigit():
        number = int(steps[1])
        return (
            tuple(_observed(protocol, protocol.observations[number].minutes, value))
            if number < len(protocol.observations)
            else ()
        )
    if len(steps) == 5 and steps[0] == "chair_times" and steps[2] == "parts" and steps[4] == "minutes":
        return tuple(
            (f"chair_times.{time.key}.total", time.total + value - part.minutes)
            for time in protocol.chair_times
            for part in time.parts
            if (time.key, part.part.value) == (steps[1], steps[3])
        )
    return ()


def _observed(protocol: Protocol, was: int, value: int) -> Iterator[tuple[str, int]]:
    for time in protocol.chair_times:
        if _observation(time) == was:
            yield f"chair_times.{time.key}.parts.{ChairPart.OBSERVATION.value}.minutes", value
            yield f"chair_times.{time.key}.total", time.total + value - was


def _observation(time: ChairTime) -> int | None:
    return next((part.minutes for part in time.parts if part.part is ChairPart.OBSERVATION), None)
