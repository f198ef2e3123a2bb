"""The dose: from protocol, patient, facts, history and order to an amount with its working and every reason against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, review, strongest, unknown
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.plans import amount as amounts
from chairside.core.plans import weight as weights
from chairside.core.plans.body import Formula
from chairside.core.plans.course import Course, course_of
from chairside.core.plans.limits import Ceiling, beyond, ceilings
from chairside.core.plans.order import OrderedDose, compare
from chairside.core.plans.rounding import Rounding, to_vials
from chairside.core.plans.selection import Place, indication_for, phase_for, regimen_for
from chairside.core.plans.supply import Supply, supply
from chairside.core.protocols.schema.dose import PerSurface, PerWeight, Table, WeightChoice
from chairside.core.protocols.schema.indication import Indication
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Every, Offsets, Phase, Regimen
from chairside.core.protocols.truth import Known, Truth, evaluate


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's policy: rounding to vials (none by default) and the body-surface formula."""

    rounding: Rounding = Rounding.NONE
    percent: Decimal = Decimal(10)
    bsa: Formula = Formula.MOSTELLER


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as decided. `amount` is the ordered one where an order was given, else the computed one, rounded by policy."""

    amount: Quantity
    computed: Quantity
    indication: str
    regimen: str
    phase: str
    dose_number: int
    weight: Quantity | None = None
    interval_days: int | None = None
    least_minutes: int | None = None
    supply: Supply = field(default_factory=Supply)


def dose(
    protocol: Protocol,
    *,
    indication: str,
    dose_number: int,
    day: date,
    patient: Patient,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
    brand: str = "",
    regimen: str = "",
    phase: str = "",
    order: OrderedDose | None = None,
    policy: Policy | None = None,
    course_start: date | None = None,
) -> Decision[Dose]:
    """Decide a dose: amount, cap, weight, course and indication. Labs that only the clearance needs are not asked for here.

    indication    a key of the protocol, or an ICD-10-CM code valid on the day
    day           day of the dose, in the site's zone
    patient       `weight` is the dosing weight of record; today's weight comes as a fact `vital.weight_kg`
    history       doses given, here or elsewhere
    course_start  says outright when the present course began; else it follows from the dose numbers of the history
    The value is present whenever an amount could be computed, also beside a refusal.
    """
    policy = policy or Policy()
    given = tuple(history)
    course = course_of(given, protocol.id, dose_number, day, course_start)
    known = Known(day, patient, tuple(facts), course.doses)
    reasons = list(_inputs(protocol, dose_number, brand, course, known))
    found = indication_for(protocol, indication, known)
    chosen = regimen_for(protocol, found.value, regimen, known)
    reasons += _without_double(found.reasons, chosen)
    reasons += chosen.reasons
    working = [*found.working, *chosen.working]
    if chosen.value is None or dose_number < 1:
        return Decision(None, tuple(reasons), tuple(working))
    place = phase_for(chosen.value, dose_number, phase)
    reasons += place.reasons
    if place.value is None:
        return Decision(None, tuple(reasons), tuple(working))
    reasons += _phase_condition(place.value.phase, known)
    reasons += _new_course(chosen.value, dose_number, course, known)
    ask = amounts.Question(
        known, course, place.value.position, None, policy.bsa, source=place.value.phase.source or chosen.value.source
    )
    return _decide(protocol, found.value, chosen.value, place.value, ask, reasons, working, dose_number, brand, order, policy)


def _decide(
    protocol: Protocol,
    indication: Indication | None,
    regimen: Regimen,
    place: Place,
    ask: amounts.Question,
    reasons: list[Reason],
    working: list[str],
    dose_number: int,
    brand: str,
    order: OrderedDose | None,
    policy: Policy,
) -> Decision[Dose]:
    """Weight, amount, limits, order, rounding, supply: in that order."""
    rule = place.phase.dose
    if _needs_weight(rule):
        judged = weights.judge(_today(rule, ask.known), ask.known.patient.weight, protocol.tolerances.weight_percent)
        reasons += judged.reasons
        ask = replace(ask, weight=judged.value if strongest(judged.reasons) is not Outcome.REFUSED else None)
    if order is not None:
        ask = replace(ask, ordered=order.amount)
    made = amounts.amount(rule, ask)
    reasons += made.reasons
    working += made.working
    if made.value is None:
        return Decision(None, tuple(reasons), tuple(working))
    usual, per = made.value.quantity, made.value.per
    limits, unclear = ceilings(regimen.caps, protocol.contraindications, per, ask.course, ask.known, dose_number, usual)
    reasons += unclear
    computed = _adjusted(usual, regimen, ask, limits, reasons, working)
    if computed is None:
        return Decision(None, tuple(reasons), tuple(working))
    final = computed
    wanted = _ordered_amount(order, per, usual, reasons, place.phase.source)
    if wanted is not None:
        final = wanted
        compared = compare(
            wanted, computed, rule, indication.key if indication else "", per, protocol.tolerances, place.phase.source
        )
        reasons += compared.reasons
        working += compared.working
    reasons += beyond(final, limits)
    if wanted is None:
        final = _rounded(final, protocol, brand, regimen, policy, limits, working)
    value = Dose(
        final,
        computed,
        indication.key if indication else "",
        regimen.key,
        place.phase.key,
        dose_number,
        per,
        made.value.interval_days or _interval(place),
        made.value.least_minutes,
        supply(protocol, brand, final, ask.known.day),
    )
    return Decision(value, tuple(dict.fromkeys(reasons)), tuple(working))


def _inputs(protocol: Protocol, dose_number: int, brand: str, course: Course, known: Known) -> Iterable[Reason]:
    """What is wrong with the question itself."""
    if dose_number < 1:
        yield refused(
            "out_of_range", f"Dose {dose_number} cannot be: doses are numbered from 1.", field="dose_number", limit="1"
        )
    if brand and protocol.product(brand) is None:
        names = ", ".join(product.brand for product in protocol.products)
        yield refused(
            "wrong_product", f"“{brand}” is not a product of {protocol.names.en} ({names}).", field="brand", limit=names
        )
    born = known.patient.born
    if born is not None and known.day < born:
        yield refused(
            "out_of_range",
            "The birth date lies after the day of the dose.",
            field="patient.birth_date",
            limit=known.day.isoformat(),
        )
    done = course.numbered(dose_number)
    if done is not None:
        message = (
            f"Dose {dose_number} of this course is already recorded as given on {done.on.isoformat()} ({done.dose.spelled()})."
        )
        yield refused("mismatch", message, field="dose_number", limit=done.on.isoformat(), source="history")


def _without_double(reasons: tuple[Reason, ...], regimen: Decision[Regimen]) -> tuple[Reason, ...]:
    """A regimen that was named against the diagnosis says so itself (off label): the refusal of the diagnosis makes way for it."""
    if regimen.value is not None and any(reason.code == "off_label" for reason in regimen.reasons):
        return tuple(reason for reason in reasons if reason.code != "wrong_indication")
    return reasons


def _phase_condition(phase: Phase, known: Known) -> Iterable[Reason]:
    """A phase whose doses depend on facts (iron stores) is given only when they hold."""
    if phase.when is None:
        return
    found = evaluate(phase.when, known)
    if found.truth is Truth.UNKNOWN:
        message = f"Whether this dose is needed cannot be told: {', '.join(found.missing)} is not on record."
        yield unknown("missing_fact", message, field=found.missing[0], source=phase.source)
    elif found.truth is Truth.FALSE:
        yield refused(
            "out_of_range",
            "By the results on record this dose is not needed now.",
            field="facts",
            source=phase.source,
            override="prescriber",
        )


def _new_course(regimen: Regimen, dose_number: int, course: Course, known: Known) -> Iterable[Reason]:
    """A course that starts soon after another one is for a person: else a new dose 1 would step around the course's limit."""
    if dose_number != 1 or regimen.course_gap_days is None or not course.earlier:
        return
    gap = (known.day - course.earlier[-1].on).days
    if gap < regimen.course_gap_days:
        message = f"An earlier course ended {gap} days ago; {regimen.course_gap_days} days are usual before a new one."
        yield review(
            "interval",
            message,
            field="history",
            limit=f"{regimen.course_gap_days} days",
            source=regimen.source,
            override="prescriber",
        )


def _needs_weight(rule: object) -> bool:
    return (
        isinstance(rule, PerWeight | PerSurface)
        or (isinstance(rule, Table) and any(a.fact == "patient.weight_kg" for a in rule.axes))
        or (hasattr(rule, "weight"))
    )


def _today(rule: object, known: Known) -> Quantity | None:
    """Today's weight, where one was taken. A frozen weight is not questioned by it."""
    if isinstance(rule, PerWeight) and rule.weight is WeightChoice.FROZEN:
        return None
    return todays_weight(known)


def todays_weight(known: Known) -> Quantity | None:
    """The newest measured weight on or before the day, where one is on record."""
    fact = known.newest("vital.weight_kg")
    return Quantity(fact.value, unit(fact.unit or "kg")) if fact is not None and isinstance(fact.value, Decimal) else None


def _adjusted(
    usual: Quantity,
    regimen: Regimen,
    ask: amounts.Question,
    limits: tuple[Ceiling, ...],
    reasons: list[Reason],
    working: list[str],
) -> Quantity | None:
    """Reductions by facts, then the caps that are part of the formula. None when a fact says not to give."""
    amount = usual
    for item in regimen.adjustments:
        found = evaluate(item.when, ask.known)
        if found.truth is Truth.UNKNOWN:
            reasons.append(
                unknown(
                    "missing_fact",
                    f"{', '.join(found.missing)} decides on a reduction and is not on record.",
                    field=found.missing[0],
                    source=item.source,
                )
            )
        elif found.truth is Truth.TRUE and item.reduce_by_percent is None:
            reasons.append(
                refused(
                    "contraindicated",
                    "By the results on record this dose is not given.",
                    field="facts",
                    source=item.source,
                    override="prescriber",
                )
            )
            return None
        elif found.truth is Truth.TRUE and item.reduce_by_percent is not None:
            amount = amount * ((100 - item.reduce_by_percent) / 100)
            working.append(f"reduced by {item.reduce_by_percent:f} %: {amount.spelled()}")
    for limit in limits:
        if limit.part_of_formula and limit.most < amount:
            amount = limit.most
            working.append(f"capped at {limit.most.spelled()} (part of the dose rule)")
    return amount


def _ordered_amount(
    order: OrderedDose | None, per: Quantity | None, like: Quantity, reasons: list[Reason], source: str
) -> Quantity | None:
    """The ordered amount in the unit of the dose, from the amount or the level on the order."""
    if order is None or (order.amount is None and order.level is None):
        return None
    wanted = order.amount
    if (
        wanted is None
        and order.level is not None
        and per is not None
        and order.level.unit.times(per.unit).comparable(like.unit)
    ):
        wanted = order.level * per
    if wanted is None or not wanted.unit.comparable(like.unit):
        said = order.amount or order.level
        message = (
            f"The order of {said.spelled() if said else 'nothing'} cannot be compared with a dose in {like.unit.spelled()}."
        )
        reasons.append(refused("mismatch", message, field="order.dose", limit=str(like.unit), source=source))
        return None
    if wanted.amount <= 0:
        reasons.append(refused("out_of_range", "An ordered dose must be above zero.", field="order.dose", source=source))
        return None
    return wanted.to(like.unit)


def _rounded(
    amount: Quantity,
    protocol: Protocol,
    brand: str,
    regimen: Regimen,
    policy: Policy,
    limits: tuple[Ceiling, ...],
    working: list[str],
) -> Quantity:
    if regimen.rounding is not None:
        step = regimen.rounding.multiple_of.to(amount.unit)
        rounded = amount.rounded(step.amount)
        if amount < rounded and any(limit.most < rounded for limit in limits):
            rounded = rounded - step  # rounding never crosses a limit
        if not rounded.same(amount):
            working.append(f"rounded to a multiple of {step.spelled()}: {rounded.spelled()}")
        return rounded
    product = protocol.product(brand) if brand else (protocol.products[0] if protocol.products else None)
    strengths = [vial.strength for vial in product.vials] if product else []
    made = to_vials(amount, strengths, policy.rounding, policy.percent, limits)
    working += made.working
    return made.amount


def _interval(place: Place) -> int | None:
    """Days to the next dose of the phase, as the protocol plans them."""
    match place.phase.timing:
        case Every(days=days):
            return days
        case Offsets(days=days) if place.position < len(days):
            return days[place.position] - days[place.position - 1]
    return None
