"""Limits of an amount: caps over dose, course, lifetime or a rolling span, and contraindications above a level.

A cap that is part of a label's formula is applied to the computed dose and shown. Any other limit refuses; nothing is lowered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import day_spelled
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.course import Course, days_before, total
from chairside.core.plans.told import told
from chairside.core.protocols.schema.dose import Cap, Per
from chairside.core.protocols.schema.safety import Bound, Contraindication, Never
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Known, Truth, evaluate


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit as an amount for this patient and this dose, with the reason that going beyond it gives."""

    most: Quantity
    reason: Reason
    part_of_formula: bool = False


def ceilings(
    caps: Iterable[Cap],
    contraindications: Iterable[Contraindication],
    per: Sequence[Quantity],
    course: Course,
    known: Known,
    dose_number: int,
    like: Quantity,
    route: str = "",
) -> tuple[tuple[Ceiling, ...], tuple[Reason, ...]]:
    """Every limit that applies, and reasons for those that cannot be told for want of facts.

    per     weight, surface or both: what turns a level (5 mg/kg) into an amount
    like    an amount of this therapy, for the unit
    route   by which this dose is given; caps of other routes do not count it
    """
    found: list[Ceiling] = []
    reasons: list[Reason] = []
    for cap in caps:
        if (cap.when is not None and evaluate(cap.when, known).truth is Truth.FALSE) or not _by_route(cap, route):
            continue
        most = as_amount(cap.amount, per, like)
        if most is None:
            reasons.append(_needs_weight(cap.amount, cap.source))
            continue
        absent = _absent(cap, most, course, known, dose_number)
        reasons += [absent] if absent is not None else []
        made = _over_time(cap, most, course, known)
        if isinstance(made, Reason):
            reasons.append(made)
            continue
        found.append(made)
        maybe = _maybe_within(cap, made, course, known) if cap.per is Per.ROLLING else None
        if isinstance(maybe, Reason):
            reasons.append(maybe)
        elif maybe is not None:
            found.append(maybe)
    for item in contraindications:
        made_ceiling = _above_level(item, per, known, like)
        if isinstance(made_ceiling, Reason):
            reasons.append(made_ceiling)
        elif made_ceiling is not None:
            found.append(made_ceiling)
    return tuple(found), tuple(reasons)


def never_beyond(nevers: Iterable[Never], per: Sequence[Quantity], known: Known, like: Quantity) -> tuple[Ceiling, ...]:
    """Amounts that nobody passes at the chair. One whose condition cannot be told stands."""
    found: list[Ceiling] = []
    for item in nevers:
        if item.bound is not Bound.MOST_DOSE or item.limit is None:
            continue
        if item.when is not None and evaluate(item.when, known).truth is Truth.FALSE:
            continue
        most = as_amount(item.limit, per, like)
        if most is not None:
            message = f"{item.names.en}: never more than {most.spelled()}. Only a new order changes it."
            reason = refused("above_maximum", message, field="order.dose", limit=most.spelled(), source=item.source)
            found.append(Ceiling(most, reason))
    return tuple(found)


def capped(amount: Quantity, limits: Iterable[Ceiling]) -> Quantity:
    """The computed amount under the caps that are part of its formula. No other limit lowers anything."""
    return min([amount, *(limit.most for limit in limits if limit.part_of_formula)])


def beyond(amount: Quantity, limits: Iterable[Ceiling]) -> tuple[Reason, ...]:
    """The reasons of the limits that the amount goes beyond."""
    return tuple(limit.reason for limit in limits if limit.most < amount)


def as_amount(level: Quantity, per: Sequence[Quantity], like: Quantity) -> Quantity | None:
    """A limit as an amount: itself, or its level times the weight (or surface). None when that is not known."""
    if level.unit.comparable(like.unit):
        return level.to(like.unit)
    for each in per:
        try:
            return (level * each).to(like.unit)
        except UnitError:
            continue
    return None


def _by_route(cap: Cap, route: str) -> bool:
    """A dose whose route is not recorded counts for every cap: not knowing it makes no room."""
    return not cap.routes or not route or route in cap.routes


def _absent(cap: Cap, most: Quantity, course: Course, known: Known, dose_number: int) -> Reason | None:
    """A cap over time needs the earlier doses: those that are not on record are not taken as zero.

    Of a rolling cap those before a dose that lies outside it do not count.
    """
    if cap.per not in (Per.COURSE, Per.ROLLING):
        return None
    edge = days_before(known.day, cap.hours or 24) - timedelta(days=1) if cap.per is Per.ROLLING else date.min
    absent: list[str] = []
    for number in range(dose_number - 1, 0, -1):
        earlier = course.numbered(number)
        if earlier is not None and earlier.on < edge:
            break
        absent += [str(number)] if earlier is None else []
    if not absent:
        return None
    absent.reverse()
    span = "a course" if cap.per is Per.COURSE else f"in {cap.hours or 24} hours"
    message = f"Dose {', '.join(absent)} of this course is not on record; the limit of {most.spelled()} {span} needs it."
    return unknown("missing_fact", message, field="history", limit=most.spelled(), source=cap.source)


def _over_time(cap: Cap, most: Quantity, course: Course, known: Known) -> Ceiling | Reason:
    """What is left of a cap by the doses on record."""
    counted: tuple[DoseGiven, ...] = ()
    if cap.per is Per.COURSE:
        counted = course.counted
    elif cap.per is Per.LIFETIME:
        counted = course.everything
    elif cap.per is Per.ROLLING:
        since = days_before(known.day, cap.hours or 24)
        counted = tuple(dose for dose in course.everything if since <= dose.on)
    counted = tuple(dose for dose in counted if _by_route(cap, dose.route))
    try:
        given = total(counted, most)
    except UnitError as problem:
        return _not_added(problem, cap)
    left = most - given
    words = {Per.DOSE: "in one dose", Per.COURSE: "in this course", Per.LIFETIME: "ever", Per.ROLLING: f"in {cap.hours} hours"}[
        cap.per
    ]
    rest = f"{told(left)} is left" if left.amount > 0 else "nothing is left"
    already = f" {told(given)} was given already; {rest}." if given.amount else ""
    level = "" if cap.amount.unit.comparable(most.unit) else f" ({cap.amount.spelled()})"
    message = f"More than {told(most)} {words}{level}.{already} Ask the prescriber for a new order."
    used_up = cap.per in (Per.COURSE, Per.LIFETIME) and given.amount > 0 and left.amount <= 0
    code = "course_complete" if used_up else "above_maximum"
    reason = refused(code, message, field="order.dose", limit=f"{most.spelled()} {words}", source=cap.source)
    return Ceiling(left, reason, cap.part_of_formula and cap.per is Per.DOSE)


def _maybe_within(cap: Cap, certain: Ceiling, course: Course, known: Known) -> Ceiling | Reason | None:
    """What is left of a rolling cap if the doses at its edge lie within it: the history keeps days, and no hours."""
    hours = cap.hours or 24
    edge = days_before(known.day, hours) - timedelta(days=1)
    doses = tuple(dose for dose in course.everything if dose.on == edge and _by_route(cap, dose.route))
    if not doses:
        return None
    try:
        given = total(doses, certain.most)
    except UnitError as problem:
        return _not_added(problem, cap)
    message = (
        f"{given.spelled()} of {day_spelled(edge)} may lie within the {hours} hours before this dose; its hour is not on "
        "record. Give this dose a day later, or have the pharmacist count the hours."
    )
    reason = unknown("missing_fact", message, field="history", limit=certain.reason.limit, source=cap.source)
    return Ceiling(certain.most - given, reason)


def _not_added(problem: UnitError, cap: Cap) -> Reason:
    return refused("mismatch", f"An earlier dose cannot be added up: {problem}.", field="history", source=cap.source)


def _needs_weight(level: Quantity, source: str) -> Reason:
    message = f"The limit of {level.spelled()} needs the dosing weight."
    return unknown("missing_fact", message, field="patient.weight_kg", limit=level.spelled(), source=source)


def _above_level(item: Contraindication, per: Sequence[Quantity], known: Known, like: Quantity) -> Ceiling | Reason | None:
    """The limit that a contraindication above a level sets; a level that cannot be told as an amount is not passed over."""
    truth = evaluate(item.when, known)
    if item.above is None or truth.truth is Truth.FALSE or item.severity is Severity.ADVISE:
        return None
    most = as_amount(item.above, per, like)
    if most is None:
        return _needs_weight(item.above, item.source)
    limit = most.spelled()
    if truth.truth is Truth.UNKNOWN:
        message = f"Above {limit} this must be known first: {', '.join(map(known.called, truth.missing))} ({item.names.en})."
        return Ceiling(most, unknown("missing_fact", message, field=truth.missing[0], limit=limit, source=item.source))
    message = f"{item.names.en}: the limit is {limit}."
    release = item.release[0] if item.release else "none"
    return Ceiling(
        most, refused("contraindicated", message, field="order.dose", limit=limit, source=item.source, override=release)
    )
