"""How one infusion runs: its rates from minute to minute, what limits it, and how long the patient is watched after it.

One function for the question of the order and for the plan of the visit (`from_protocol`): both choose and cut the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.fact import Fact, Patient
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Layer, Route
from chairside.core.visit.asked import Asked, ask, known_of
from chairside.core.visit.candidates import Limits, Made, by_layer, label_minutes, limits_of
from chairside.core.visit.choosing import Wish, choose_ladder
from chairside.core.visit.rates import ML_PER_HOUR, Bag, Course, applies, cut, minutes_of, reached, stretched


@dataclass(frozen=True, slots=True)
class RunStep:
    """A rate in mL/h and the minute, counted from the start, from which it runs."""

    from_minute: Decimal
    rate: Quantity


@dataclass(frozen=True, slots=True)
class Watch:
    """Minutes of observation after the end; required by the label, or a practice."""

    minutes: int
    required: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The whole infusion. Volume and time add up to the bag.

    limiting   what makes it no faster: a limit, the ladder or the order
    sites      needle sites at once, for a subcutaneous infusion; the rates are those of all sites together
    """

    steps: tuple[RunStep, ...]
    start: Quantity
    highest: Quantity
    total_minutes: Decimal
    limiting: str
    observation: Watch | None
    ladder: str
    sites: int | None = None


def planned_run(
    protocol: Protocol,
    *,
    brand: str = "",
    indication: str = "",
    regimen: str = "",
    phase: str = "",
    route: Route | None = None,
    patient: Patient,
    dose: Quantity,
    volume: Quantity | None = None,
    concentration: Quantity | None = None,
    infusion_number: int,
    tolerated: bool | None = None,
    risks: tuple[str, ...] = (),
    max_rate: Quantity | None = None,
    minutes: Decimal | None = None,
    wanted: str = "",
    approved: frozenset[str] = frozenset(),
    facts: tuple[Fact, ...] = (),
    day: date | None = None,
) -> Decision[Run]:
    """How this infusion runs, and whether what the order says about rate and time is allowed.

    indication   a key or an ICD-10-CM code
    tolerated    whether the earlier infusions were tolerated; None: not on record, which earns nothing
    max_rate, minutes   the order's highest rate (any unit) and its time; wanted: the key of a ladder that it names
    day          for ages and for facts; without it an age by birth date is not known
    """
    ml, problems = _volume(dose, volume, concentration)
    reasons = [*problems, *_inputs(protocol, brand, regimen, phase, dose, infusion_number, minutes, max_rate)]
    if ml is None or any(reason.code == "out_of_range" for reason in reasons):
        return Decision(None, tuple(reasons))
    earlier = infusion_number - 1
    course = Course(infusion_number, earlier if tolerated else 0, tolerated is False, tolerated is not None or not earlier)
    asked = ask(
        protocol,
        course,
        Bag(dose, ml, patient.weight),
        indication=indication,
        regimen=regimen,
        phase=phase,
        route=route,
        risks=risks,
        known=known_of(patient, facts, protocol, day),
        brand=brand,
        approved=approved,
    )
    most = asked.bag.pace(max_rate) if max_rate is not None else None
    if isinstance(most, Reason):
        return Decision(None, (*reasons, replace(most, field=most.field or "order.max_rate")))
    return _answer(asked, Wish(most, minutes, wanted), max_rate).because(*reasons)


def _answer(asked: Asked, wish: Wish, max_rate: Quantity | None) -> Decision[Run]:
    limits = limits_of(asked)
    chosen = choose_ladder(asked, wish, limits)
    one = chosen.value
    if one is None:
        return chosen.without_value()
    reasons: list[Reason] = []
    if wish.most is not None and max_rate is not None:
        reasons += [] if one.waits else _too_fast(one, wish.most, max_rate, limits)
        if wish.most < one.highest(asked.bag.ml):
            paces = cut(one.paces, wish.most)
            slower = minutes_of(paces, asked.bag.ml)
            said = f"the order's {max_rate.spelled()}"
            if slower > one.minutes:
                one = replace(one, paces=paces, minutes=slower, limiting=said, binding=None)
    if wish.minutes is not None:
        reasons += [] if one.waits else _too_short(chosen.value or one, one, wish.minutes, asked, limits)
        if wish.minutes > one.minutes:
            paces = stretched(one.paces, asked.bag.ml, wish.minutes)
            one = replace(
                one, paces=paces, minutes=wish.minutes, limiting=f"the order's {plain(wish.minutes)} min", binding=None
            )
    reasons += _too_long(one)
    watch = observation_for(asked.protocol, asked.course, tuple(item.key for item in asked.regimens))
    return Decision(_run(one, asked.bag, watch), (*chosen.reasons, *reasons), (*chosen.working, *_working(one, asked)))


def _run(one: Made, bag: Bag, watch: Watch | None) -> Run:
    steps = tuple(RunStep(at, Quantity(rate, ML_PER_HOUR)) for at, rate in reached(one.paces, bag.ml))
    highest = max((step.rate for step in steps), key=lambda rate: rate.amount)
    return Run(steps, steps[0].rate, highest, one.minutes, one.limiting, watch, one.ladder.key, one.sites)


def _working(one: Made, asked: Asked) -> tuple[str, ...]:
    rates = ", ".join(_told(pace.rate) for pace in one.paces)
    sites = f" at {one.sites} sites together" if one.sites else ""
    total = _told(one.minutes)
    return (
        f"ladder {one.ladder.key}: {rates} mL/h{sites}",
        f"{asked.bag.volume.spelled()} in {total} min; limited by {one.limiting}",
    )


def _told(number: Decimal) -> str:
    """A rate or a time as it is read: to the hundredth."""
    with localcontext() as context:
        context.prec = 99
        return plain(number.quantize(Decimal("0.01")))


def _too_fast(one: Made, most: Decimal, max_rate: Quantity, limits: Limits) -> list[Reason]:
    """One reason for each limit that the order's highest rate is above; the ladder's own top where there is no other."""
    detail = {"field": "order.max_rate"}
    reasons = [
        by_layer(
            "rate_limit",
            f"{max_rate.spelled()} is too fast: {limit.said}. Order that rate or a lower one.",
            limit.layer,
            limit=f"{_told(limit.amount)} mL/h",
            source=limit.source,
            **detail,
        )
        for limit in limits.rates
        if limit.amount < most and not limit.missing
    ]
    if not reasons and one.top < most:
        top = f"{_told(one.top)} mL/h"
        message = f"{max_rate.spelled()} is faster than this infusion may run: {top} ({one.limiting})."
        layer = one.binding.layer if one.binding else one.ladder.layer
        source = one.binding.source if one.binding else one.ladder.source
        reasons.append(by_layer("rate_limit", message, layer, limit=top, source=source, **detail))
    return reasons


def _too_short(allowed: Made, slowed: Made, minutes: Decimal, asked: Asked, limits: Limits) -> list[Reason]:
    """The order's time against the shortest one, and against the time that its own highest rate takes."""
    if minutes < allowed.minutes:
        least = f"{_told(allowed.minutes)} min"
        layer = Layer.LABEL if minutes < label_minutes(allowed, asked, limits) else Layer.PRACTICE
        source = allowed.binding.source if allowed.binding else allowed.ladder.source
        message = f"{plain(minutes)} min is too short: at least {least} ({allowed.limiting}). Order the longer time."
        return [by_layer("duration_limit", message, layer, field="order.minutes", limit=least, source=source)]
    if minutes < slowed.minutes:
        takes = f"{_told(slowed.minutes)} min"
        message = f"At {slowed.limiting} the bag takes {takes}, not {plain(minutes)} min. Order a rate and a time that agree."
        return [refused("mismatch", message, field="order.minutes", limit=takes, source="order")]
    return []


def _too_long(one: Made) -> list[Reason]:
    most = one.ladder.most_minutes
    if most is None or one.minutes <= most:
        return []
    takes = _told(one.minutes)
    message = f"The infusion would take {takes} min; it must end within {most} min. Divide the dose or order a faster rate."
    return [
        by_layer(
            "duration_limit", message, one.ladder.layer, field="order.minutes", limit=f"{most} min", source=one.ladder.source
        )
    ]


def observation_for(protocol: Protocol, course: Course, regimens: tuple[str, ...] = ()) -> Watch | None:
    """Minutes of observation for this infusion: what the label requires, else what is practice, which nobody requires."""
    mine = [
        item
        for item in protocol.observations
        if applies(item.infusions, course) and (not item.regimens or not regimens or set(regimens) & set(item.regimens))
    ]
    required = [item for item in mine if item.required and item.layer is Layer.LABEL]
    longest = max(required or mine, key=lambda item: item.minutes, default=None)
    return None if longest is None else Watch(longest.minutes, bool(required), longest.source)


def _volume(
    dose: Quantity, volume: Quantity | None, concentration: Quantity | None
) -> tuple[Quantity | None, tuple[Reason, ...]]:
    """The volume in mL, from itself or from the concentration."""
    by_strength: Quantity | None = None
    if concentration is not None:
        if concentration.amount <= 0:
            return None, (refused("out_of_range", "The concentration must be above zero.", field="concentration"),)
        try:
            by_strength = (dose / concentration).to("mL")
        except UnitError:
            message = f"{concentration.spelled()} does not fit a dose in {dose.unit.spelled()}."
            return None, (refused("mismatch", message, field="concentration"),)
    if volume is None:
        if by_strength is None:
            return None, (unknown("missing_fact", "Say the volume of the bag or its concentration.", field="volume"),)
        return by_strength, ()
    if volume.amount <= 0:
        return None, (refused("out_of_range", "The volume must be above zero.", field="volume"),)
    if by_strength is not None and not by_strength.same(volume):
        message = (
            f"{volume.spelled()} and {concentration.spelled() if concentration else ''} do not agree for {dose.spelled()}."
        )
        return volume.to("mL"), (refused("mismatch", message, field="concentration", limit=by_strength.spelled()),)
    return volume.to("mL"), ()


def _inputs(
    protocol: Protocol,
    brand: str,
    regimen: str,
    phase: str,
    dose: Quantity,
    infusion_number: int,
    minutes: Decimal | None,
    max_rate: Quantity | None,
) -> list[Reason]:
    """What cannot be as asked: numbers out of range, names that the protocol does not hold."""
    reasons: list[Reason] = []
    if dose.amount <= 0:
        reasons.append(refused("out_of_range", "The dose must be above zero.", field="dose"))
    if infusion_number < 1:
        message = f"Infusion {infusion_number}: infusions are counted from 1, this one included."
        reasons.append(refused("out_of_range", message, field="infusion_number", limit="1"))
    if minutes is not None and minutes <= 0:
        reasons.append(refused("out_of_range", "The ordered time must be above zero.", field="order.minutes"))
    if max_rate is not None and max_rate.amount <= 0:
        reasons.append(refused("out_of_range", "The ordered rate must be above zero.", field="order.max_rate"))
    if brand and protocol.product(brand) is None:
        reasons.append(refused("wrong_product", f"{brand} is not a product of this protocol.", field="brand"))
    named = protocol.regimen(regimen)
    if regimen and named is None:
        keys = ", ".join(item.key for item in protocol.regimens)
        reasons.append(refused("not_encoded", f"There is no regimen “{regimen}” here ({keys}).", field="regimen", limit=keys))
    phases = [item.key for one in ([named] if named else protocol.regimens) for item in one.phases]
    if phase and phase not in phases:
        keys = ", ".join(dict.fromkeys(phases))
        reasons.append(refused("not_encoded", f"There is no phase “{phase}” here ({keys}).", field="phase", limit=keys))
    return reasons
