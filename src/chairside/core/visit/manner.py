"""How a dose is given, from its protocol: by which route, in which manner, in how much volume, and between which times.

The route is the one of the ladder that is for this dose, else of its phase, else the therapy's first. Where several are left,
the order says which; nothing is guessed. A volume that neither the dose nor the protocol states is left open (`settling`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.terms import Kind, Layer, Route
from chairside.core.protocols.schema.visit import Family
from chairside.core.protocols.truth import Truth
from chairside.core.visit.plan import LadderStep, Manner
from chairside.core.visit.run.asked import Asked
from chairside.core.visit.run.candidates import Limits, limits_of
from chairside.core.visit.run.choosing import Wish, choose_ladder
from chairside.core.visit.run.limits import with_ladder
from chairside.core.visit.run.rates import Bag, Pace, as_decimal, ml_per_hour, settable

_ML = unit("mL")
_KEPT = Decimal("0.001")  # of a mL, as a decision about a dose keeps it
_NO_VOLUME = quantity("1", "mL")  # a bag is asked about only where its volume is known; here only its conditions are


@dataclass(frozen=True, slots=True)
class Way:
    """How one dose is given.

    volume         in mL; the dose itself where nobody states one
    ladder         empty for what is given by hand
    min_minutes    the shortest that it may take; most_minutes: the longest
    """

    route: Route
    manner: Manner
    volume: Quantity
    steps: tuple[LadderStep, ...] = ()
    ladder: Ladder | None = None
    min_minutes: Decimal | None = None
    most_minutes: Decimal | None = None
    max_rate: Quantity | None = None
    needle_sites: int = 1


def way_of(asked: Asked, dose: Quantity, volume: Quantity | None, ladder: str = "") -> Decision[Way]:
    """The way, with every reason against it. `volume` None: not stated; `ladder`: the one that the order names."""
    if volume is None:
        full = asked.undiluted()
        volume = dose.to("mL") if dose.unit.comparable(_ML) else full.rounded(_KEPT) if full is not None else None
    if volume is None:
        return _without_volume(asked, dose, ladder)
    asked = replace(asked, bag=Bag(dose, volume, asked.bag.weight))
    limits = limits_of(asked)
    if not asked.protocol.ladders:
        return _without_ladder(asked, volume)
    chosen = choose_ladder(asked, Wish(ladder=ladder), limits)
    if chosen.value is None:
        return _without_ladder(asked, volume) if _routes(asked) == {Route.IM} else Decision(None, chosen.reasons)
    one = chosen.value
    route, unclear = _route(asked, one.ladder)
    reasons = (*chosen.reasons, *unclear)
    if route is None:
        return Decision(None, reasons)
    manner = _manner(asked, route, one.ladder)
    limit = as_decimal(one.minutes) if manner is Manner.PUSH else _least(limits, one.ladder, manner)
    made = Way(
        route,
        manner,
        volume,
        () if manner in (Manner.PUSH, Manner.INJECTION, Manner.DRAW) else _steps(one.paces),
        one.ladder,
        limit,
        _most(one.ladder),
        ml_per_hour(limits.rates[0].amount) if limits.rates else None,
        one.sites or 1,
    )
    return Decision(made, reasons, chosen.working)


def _steps(paces: tuple[Pace, ...]) -> tuple[LadderStep, ...]:
    return tuple(LadderStep(settable(pace.rate), None if pace.minutes is None else as_decimal(pace.minutes)) for pace in paces)


def _manner(asked: Asked, route: Route, ladder: Ladder | None) -> Manner:
    if asked.protocol.kind is Kind.BLOOD:
        return Manner.UNIT
    if route in (Route.SC, Route.IM):
        runs = ladder is not None and (ladder.steps or ladder.sites)
        return Manner.INFUSION if runs and route is Route.SC else Manner.INJECTION
    return {
        Route.IV_PUSH: Manner.PUSH,
        Route.IV_PUMP: Manner.PUMP,
        Route.VENESECTION: Manner.DRAW,
    }.get(route, Manner.INFUSION)


def _routes(asked: Asked) -> set[Route]:
    """The routes that the dose may be given by, whatever the ladder: those of its phases, else the therapy's first."""
    first = asked.protocol.routes[0]
    own = {item.route or first for item in asked.phases} or {first}
    return own & asked.routes or own


def _route(asked: Asked, ladder: Ladder | None) -> tuple[Route | None, tuple[Reason, ...]]:
    """The route: the ladder's, where it states one."""
    stated = set(ladder.routes) if ladder else set()
    found = (stated & asked.routes or stated) if stated else _routes(asked)
    if len(found) > 1:
        found = found & _routes(asked) or found
    if len(found) == 1:
        (route,) = found
        if route is not Route.PO:
            return route, ()
        message = "A dose by mouth is recorded as a premedication, not as a drug of the visit."
        return None, (refused("wrong_route", message, field="order.route"),)
    names = ", ".join(sorted(item.value.replace("_", " ") for item in found))
    message = f"It may be given by several routes ({names}). The order must say by which."
    return None, (unknown("missing_fact", message, field="order.route", limit=names),)


def _without_ladder(asked: Asked, volume: Quantity) -> Decision[Way]:
    """No ladder at all: an injection needs none; how anything else runs must be stated."""
    route, reasons = _route(asked, None)
    if route is None:
        return Decision(None, reasons)
    family = asked.protocol.administration.family if asked.protocol.administration else None
    if route is Route.IM or (route is Route.SC and family is Family.INJECTION):
        return Decision(Way(route, Manner.INJECTION, volume))
    message = f"The protocol does not say how fast it is given by this route ({route.value.replace('_', ' ')})."
    return Decision(None, (unknown("not_encoded", message, field="ladder", source=asked.protocol.source),))


def _without_volume(asked: Asked, dose: Quantity, wanted: str) -> Decision[Way]:
    """Only the ladder's conditions can be asked. What is given by hand, or as a unit, waits for the preparation's volume."""
    asked = replace(asked, bag=Bag(dose, _NO_VOLUME, asked.bag.weight))
    named = [item for item in asked.protocol.ladders if item.key == wanted]
    fitting = named or [
        item
        for item in asked.protocol.ladders
        if asked.for_ladder(item).truth is Truth.TRUE and (not item.needs_approval or item.key in asked.approved)
    ]
    usual = [item for item in fitting if not item.routes or set(item.routes) & _routes(asked)] or fitting
    if not usual:
        return _without_ladder(asked, dose)
    ladder = max(usual, key=lambda item: item.least_minutes or 0)
    route, reasons = _route(asked, ladder)
    if route is None:
        return Decision(None, reasons)
    manner = _manner(asked, route, ladder)
    if manner in (Manner.INFUSION, Manner.PUMP):
        message = "The volume of the bag is not known. Decide the dose with its bag first."
        return Decision(None, (*reasons, unknown("missing_fact", message, field="dose.volume", source=ladder.source)))
    least, rate = _least(limits_of(asked), ladder, manner), None
    steps: tuple[LadderStep, ...] = ()
    if manner is Manner.UNIT:
        steps = tuple(LadderStep(rung.rate.to("mL/h"), _decimal(rung.minutes)) for rung in ladder.steps)
    elif manner is Manner.PUSH and ladder.steps:
        slowest, rate = _by_rate(dose, ladder.steps[-1].rate)
        least = max((item for item in (least, slowest) if item is not None), default=None)
    return Decision(Way(route, manner, dose, steps, ladder, least, _most(ladder), rate), reasons)


def _by_rate(dose: Quantity, rate: Quantity) -> tuple[Decimal | None, Quantity | None]:
    """The minutes of the dose at a rate of drug (mg/min), or the rate itself where it is a volume's (mL/min)."""
    try:
        return (dose / rate).to("min").amount, None
    except UnitError:
        return None, rate.to("mL/h") if rate.unit.comparable(unit("mL/h")) else None


def _least(limits: Limits, ladder: Ladder, manner: Manner) -> Decimal | None:
    """The shortest time. Of an injection only the label's: a practice's minutes are for planning the chair."""
    times = with_ladder(limits.times, ladder)
    if manner is Manner.INJECTION:
        times = tuple(item for item in times if item.layer is Layer.LABEL)
    return as_decimal(times[0].amount) if times else None


def _most(ladder: Ladder) -> Decimal | None:
    return _decimal(ladder.most_minutes)


def _decimal(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
