"""How one infusion runs: its rates from minute to minute, what limits it, and how long the patient is watched after it.

One function for the question of the order and for the plan of the visit (`from_protocol`): both choose and cut the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.fact import Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.question import brand_of_regimen
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Route
from chairside.core.visit.run.asked import Asked, ask, known_of
from chairside.core.visit.run.candidates import Made, limits_of
from chairside.core.visit.run.choosing import Wish, choose_ladder, gaps
from chairside.core.visit.run.held import told, too_fast, too_long, too_short
from chairside.core.visit.run.rates import Bag, Course, as_decimal, cut, minutes_of, ml_per_hour, reached, stretched
from chairside.core.visit.run.run_inputs import indication_reasons, input_reasons, volume_of, weight_reasons
from chairside.core.visit.run.watch import Watch, observation_for


@dataclass(frozen=True, slots=True)
class RunStep:
    """A rate in mL/h and the minute, counted from the start, from which it runs."""

    from_minute: Decimal
    rate: Quantity


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
    ml, problems = volume_of(dose, volume, concentration)
    reasons = [*problems, *input_reasons(protocol, brand, regimen, phase, dose, infusion_number, minutes, max_rate)]
    known = known_of(patient, facts, protocol, day)
    reasons += [*indication_reasons(protocol, indication), *weight_reasons(protocol, known)]
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
        known=known,
        brand=brand,
        approved=approved,
        paced=max_rate is not None or minutes is not None,
    )
    if len(asked.regimens) == 1:
        reasons += brand_of_regimen(protocol, brand, asked.regimens[0])
    most = asked.bag.pace(max_rate) if max_rate is not None else None
    if isinstance(most, Reason):
        return Decision(None, (*reasons, replace(most, field=most.field or "order.max_rate"), *gaps(asked)))
    return _answer(asked, Wish(most, None if minutes is None else Fraction(minutes), wanted), max_rate).because(*reasons)


def _answer(asked: Asked, wish: Wish, max_rate: Quantity | None) -> Decision[Run]:
    limits = limits_of(asked)
    chosen = choose_ladder(asked, wish, limits)
    one = chosen.value
    if one is None:
        return chosen.without_value()
    reasons: list[Reason] = []
    if wish.most is not None and max_rate is not None:
        reasons += [] if one.waits else too_fast(one, wish.most, max_rate, limits)
        if wish.most < one.highest(asked.bag.ml):
            paces = cut(one.paces, wish.most)
            slower = minutes_of(paces, asked.bag.ml)
            said = f"the order's {max_rate.spelled()}"
            if slower > one.minutes:
                one = replace(one, paces=paces, minutes=slower, limiting=said, binding=None)
    if wish.minutes is not None:
        reasons += [] if one.waits else too_short(chosen.value or one, one, wish.minutes, asked, limits)
        if wish.minutes > one.minutes:
            paces = stretched(one.paces, asked.bag.ml, wish.minutes)
            one = replace(
                one, paces=paces, minutes=wish.minutes, limiting=f"the order's {told(wish.minutes)} min", binding=None
            )
    reasons += too_long(one)
    watch = observation_for(asked.protocol, asked.course, tuple(item.key for item in asked.regimens))
    return Decision(_run(one, asked.bag, watch), (*chosen.reasons, *reasons), (*chosen.working, *_working(one, asked)))


def _run(one: Made, bag: Bag, watch: Watch | None) -> Run:
    steps = tuple(RunStep(as_decimal(at), ml_per_hour(rate)) for at, rate in reached(one.paces, bag.ml))
    highest = max((step.rate for step in steps), key=lambda rate: rate.amount)
    return Run(steps, steps[0].rate, highest, as_decimal(one.minutes), one.limiting, watch, one.ladder.key, one.sites)


def _working(one: Made, asked: Asked) -> tuple[str, ...]:
    rates = ", ".join(told(pace.rate) for pace in one.paces)
    sites = f" at {one.sites} sites together" if one.sites else ""
    total = told(one.minutes)
    return (
        f"ladder {one.ladder.key}: {rates} mL/h{sites}",
        f"{asked.bag.volume.spelled()} in {total} min; limited by {one.limiting}",
    )
