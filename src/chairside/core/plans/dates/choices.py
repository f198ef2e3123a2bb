"""A decision that falls due in a course (go on, or change over, after so many months), until a regimen it offers is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chairside.core.kernel.decision import Reason, refused, review
from chairside.core.kernel.span import day_spelled, months_later
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen


def due(protocol: Protocol, regimen: Regimen, named: str, began: date | None, day: date) -> Iterator[Reason]:
    """For review from the day on which a choice is due, while the order names none of the regimens that it offers.

    named   the regimen as the order names it, "" where it leaves it to the protocol
    began   day of the first dose of the course; without it no choice has come due
    """
    yield from _too_soon(protocol, named, began, day)
    if began is None:
        return
    for choice in regimen.choices:
        since = months_later(began, choice.after_months)
        if day < since or named in choice.regimens:
            continue
        offered = (protocol.regimen(key) for key in choice.regimens)
        names = "; ".join(item.names.en for item in offered if item is not None)
        message = (
            f"After {choice.after_months} months ({day_spelled(since)}) the prescriber decides how the course goes on. "
            f"The order names one of: {names}."
        )
        yield review(
            "duration_limit",
            message,
            field="regimen",
            limit=f"{choice.after_months} months",
            source=choice.source or regimen.source,
            override="prescriber",
        )


def _too_soon(protocol: Protocol, named: str, began: date | None, day: date) -> Iterator[Reason]:
    """A regimen that a choice offers after so many months is not begun before them."""
    if not named:
        return
    for regimen in protocol.regimens:
        for choice in regimen.choices:
            if named not in choice.regimens or named == regimen.key:
                continue
            if began is None or day < months_later(began, choice.after_months):
                since = "this would be the first dose" if began is None else f"the course began on {day_spelled(began)}"
                message = f"“{named}” follows after {choice.after_months} months of “{regimen.key}”; {since}."
                yield refused(
                    "too_early",
                    message,
                    field="regimen",
                    limit=f"{choice.after_months} months",
                    source=choice.source or regimen.source,
                    override="prescriber",
                )
