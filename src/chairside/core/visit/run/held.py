"""An order's rate and time held against what the infusion may do: the label refuses, a practice is for a person to judge."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from chairside.core.kernel.decision import Reason, refused
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit.run.asked import Asked
from chairside.core.visit.run.candidates import Limits, Made, by_layer, label_minutes


def told(number: Fraction) -> str:
    """A rate or a time as it is read: to the hundredth."""
    return plain(Decimal(round(number * 100)) / 100)


def too_fast(one: Made, most: Fraction, max_rate: Quantity, limits: Limits) -> list[Reason]:
    """One reason for each limit that the order's highest rate is above; the ladder's own top where there is no other."""
    detail = {"field": "order.max_rate"}
    reasons = [
        by_layer(
            "rate_limit",
            f"{max_rate.spelled()} is too fast: {limit.said}. Order that rate or a lower one.",
            limit.layer,
            limit=f"{told(limit.amount)} mL/h",
            source=limit.source,
            **detail,
        )
        for limit in limits.rates
        if limit.amount < most and not limit.missing
    ]
    if not reasons and one.top < most:
        top = f"{told(one.top)} mL/h"
        message = f"{max_rate.spelled()} is faster than this infusion may run: {top} ({one.limiting})."
        layer = one.binding.layer if one.binding else one.ladder.layer
        source = one.binding.source if one.binding else one.ladder.source
        reasons.append(by_layer("rate_limit", message, layer, limit=top, source=source, **detail))
    return reasons


def too_short(allowed: Made, slowed: Made, minutes: Fraction, asked: Asked, limits: Limits) -> list[Reason]:
    """The order's time against the shortest one, and against the time that its own highest rate takes."""
    if minutes < allowed.minutes:
        least = f"{told(allowed.minutes)} min"
        layer = Layer.LABEL if minutes < label_minutes(allowed, asked, limits) else Layer.PRACTICE
        source = allowed.binding.source if allowed.binding else allowed.ladder.source
        why = "" if allowed.limiting == f"at least {least}" else f" ({allowed.limiting})"
        message = f"{told(minutes)} min is too short: at least {least}{why}. Order the longer time."
        return [by_layer("duration_limit", message, layer, field="order.minutes", limit=least, source=source)]
    if minutes < slowed.minutes:
        takes = f"{told(slowed.minutes)} min"
        message = f"At {slowed.limiting} the bag takes {takes}, not {told(minutes)} min. Order a rate and a time that agree."
        return [refused("mismatch", message, field="order.minutes", limit=takes, source="order")]
    return []


def too_long(one: Made) -> list[Reason]:
    most = one.ladder.most_minutes
    if most is None or one.minutes <= most:
        return []
    takes = told(one.minutes)
    message = f"The infusion would take {takes} min; it must end within {most} min. Divide the dose or order a faster rate."
    return [
        by_layer(
            "duration_limit", message, one.ladder.layer, field="order.minutes", limit=f"{most} min", source=one.ladder.source
        )
    ]
