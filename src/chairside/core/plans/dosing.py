"""The dose: from protocol, patient, facts, history and order to an amount with its working and every reason against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from chairside.core.kernel.decision import Decision, Outcome, refused
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans import amount as amounts
from chairside.core.plans import question, tiers
from chairside.core.plans import weight as weights
from chairside.core.plans.course import course_of
from chairside.core.plans.finishing import Policy, Treated, ordered, reduced, rounded
from chairside.core.plans.limits import beyond, ceilings
from chairside.core.plans.order import OrderedDose, compare
from chairside.core.plans.selection import Place, indication_for, phase_for, without_double
from chairside.core.plans.supply import Supply, supply
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.dose import PerWeight, WeightChoice
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Every, Offsets
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Known, Truth, evaluate

__all__ = ["Dose", "OrderedDose", "Policy", "dose"]


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
    known = _known(protocol, Known(day, patient, tuple(facts), course.everything, protocol.facts))
    trail = Trail()
    trail.say(*question.inputs(protocol, dose_number, brand, course, known))
    found = indication_for(protocol, indication, known)
    chosen = tiers.regimen_by_weight(protocol, found.value, regimen, known)
    trail.say(*without_double(found.reasons, chosen))
    trail.working += found.working
    trail.follow(chosen)
    if chosen.value is None or dose_number < 1:
        return trail.end(None)
    placed = phase_for(chosen.value, dose_number, phase)
    trail.follow(placed)
    if placed.value is None:
        return trail.end(None)
    trail.say(*question.phase_condition(placed.value.phase, known))
    trail.say(*question.new_course(chosen.value, course, known))
    treated = Treated(
        protocol, found.value.key if found.value else "", chosen.value, placed.value, dose_number, brand, known, course
    )
    return _decide(treated, order or OrderedDose(), policy, trail)


def _decide(treated: Treated, order: OrderedDose, policy: Policy, trail: Trail) -> Decision[Dose]:
    """Amount, limits, reductions, order, rounding, supply: in that order."""
    phase, known = treated.place.phase, treated.known
    weight, today = _weights(treated, trail)
    ask = amounts.Question(
        known,
        treated.course,
        treated.place.position,
        weight,
        today if weights.measured(known, 0).value is not None else None,
        policy.bsa,
        order.level,
        order.amount,
        phase.source,
    )
    made = amounts.amount(phase.dose, ask)
    trail.follow(made)
    trail.say(*tiers.other_tier(phase.dose, ask, today, phase.source))
    if made.value is None:
        return trail.end(None)
    usual, per = made.value.quantity, made.value.per
    limits, unclear = ceilings(
        treated.regimen.caps, treated.protocol.contraindications, per, treated.course, known, treated.dose_number, usual
    )
    trail.say(*unclear)
    computed = reduced(usual, treated.regimen, known, limits, trail)
    if computed is None:
        return trail.end(None)
    wanted = ordered(order, per, usual, treated.protocol.tolerances.order_percent, phase.source, trail)
    if wanted is None:
        final = rounded(computed, treated, policy, limits, trail)
    else:
        final = wanted
        compared = compare(wanted, computed, phase.dose, treated.indication, per, treated.protocol.tolerances, phase.source)
        trail.say(*compared.reasons)
        trail.working += compared.working
    trail.say(*beyond(final, limits))
    days = made.value.interval_days or _interval(treated.place)
    taken = _supply(treated, final, trail)
    return trail.end(
        Dose(
            final,
            computed,
            treated.indication,
            treated.regimen.key,
            phase.key,
            treated.dose_number,
            per,
            days,
            made.value.least_minutes,
            taken,
        )
    )


def _known(protocol: Protocol, known: Known) -> Known:
    """What is known, with the ages that the protocol allows: a stale result decides no amount."""
    fresh: dict[str, int] = {}
    for item in protocol.requirements:
        if item.fresh_days is None or item.missing is not Severity.HOLD:
            continue
        if item.applies is None or evaluate(item.applies, known).truth is not Truth.FALSE:
            fresh[item.fact] = min(item.fresh_days, fresh.get(item.fact, item.fresh_days))
    return replace(known, fresh=fresh)


def _weights(treated: Treated, trail: Trail) -> tuple[Quantity | None, Quantity | None]:
    """The dosing weight of record and the newest one measured, judged; None for one that cannot be used or is not needed."""
    rule, of_record = treated.place.phase.dose, treated.known.patient.weight
    by_amount = tiers.rule_reads_weight(rule)
    if not by_amount and not tiers.reads_weight(treated.regimen):
        return None, None
    frozen = isinstance(rule, PerWeight) and rule.weight is WeightChoice.FROZEN
    newest: Decision[Quantity] = Decision() if frozen else weights.measured(treated.known)
    trail.say(*newest.reasons)
    judged = [weights.plausible(of_record)] if of_record is not None else []
    if newest.value is not None:
        judged.append(weights.plausible(newest.value, "vital.weight_kg"))
    if by_amount and of_record is not None:
        judged.append(weights.judge(newest.value, of_record, treated.protocol.tolerances.weight_percent))
    for part in judged:
        trail.follow(part)
    if any(part.outcome is Outcome.REFUSED for part in judged):
        return None, None
    return (of_record.to("kg") if of_record is not None else None), newest.value


def _supply(treated: Treated, final: Quantity, trail: Trail) -> Supply:
    """Vials and bag of the amount; refused where no number of vials could be it."""
    try:
        return supply(treated.protocol, treated.brand, final, treated.known.day)
    except ValueError as problem:
        trail.say(refused("out_of_range", f"{problem}. Check the order.".capitalize(), field="order.dose"))
        return Supply()


def _interval(place: Place) -> int | None:
    """Days to the next dose of the phase, as the protocol plans them."""
    match place.phase.timing:
        case Every(days=days):
            return days
        case Offsets(days=days) if place.position < len(days):
            return days[place.position] - days[place.position - 1]
    return None
