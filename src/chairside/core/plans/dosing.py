"""The dose: from protocol, patient, facts, history and order to an amount with its working and every reason against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans import question
from chairside.core.plans.amounts import amount as amounts
from chairside.core.plans.course import Course, course_of, in_regimen
from chairside.core.plans.dates import choices, placing
from chairside.core.plans.dates.events import anchor_event, day_of
from chairside.core.plans.limits import tiers
from chairside.core.plans.limits.adjusting import reduced
from chairside.core.plans.limits.ceilings import beyond, ceilings, never_beyond
from chairside.core.plans.limits.finishing import Policy, Treated, off_multiple, ordered, rounded
from chairside.core.plans.limits.order import OrderedDose, compare
from chairside.core.plans.selection import Place, indication_for, without_double
from chairside.core.plans.stated import with_diagnosis
from chairside.core.plans.supply.extras import CourseTotal, PumpRun, course_total, parts_first, pump_run
from chairside.core.plans.supply.gaps import without_gaps
from chairside.core.plans.supply.taken import Supply, product_of, supply
from chairside.core.plans.trail import Trail
from chairside.core.plans.weights.dosing_weight import dosing_weights, drifted
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Every, Offsets, Part
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.truth import Known, Truth, evaluate

__all__ = ["Dose", "OrderedDose", "Policy", "dose"]

_NO_NUMBER = 10**6  # an extra dose has none: it never begins a course


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as decided. `amount` is the ordered one where an order was given, else the computed one, rounded by policy.

    weight         what it was computed from: kg, or the body surface
    parts, rest    what is given first (a test dose, with its wait), and what is left for afterwards
    course         the whole course, where it has a fixed number of doses
    """

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
    parts: tuple[Part, ...] = ()
    rest: Quantity | None = None
    pump: PumpRun | None = None
    course: CourseTotal | None = None

    @property
    def course_total(self) -> Quantity | None:
        """What the whole course comes to."""
        return self.course.amount if self.course is not None else None

    @property
    def course_volume(self) -> Quantity | None:
        """The volume of the whole course, as sold or reconstituted."""
        return self.course.volume if self.course is not None else None


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
    lots: Sequence[Quantity] = (),
) -> Decision[Dose]:
    """Decide a dose: amount, cap, weight, course and indication. Labs that only the clearance needs are not asked for here.

    indication    a key of the protocol, or an ICD-10-CM code valid on the day
    day           day of the dose, in the site's zone
    patient       `weight` is the dosing weight of record; today's weight comes as a fact `vital.weight_kg`
    history       doses given, here or elsewhere
    phase         names the phase; that of an extra dose after an event must be named
    course_start  says outright when the present course began; else it follows from the dose numbers of the history
    lots          what one vial of each lot at hand holds, for products whose potency belongs to the lot
    The value is present whenever an amount could be computed, also beside a refusal.
    """
    given = in_regimen(history, protocol, regimen, dose_number)
    extra = placing.is_extra(protocol, phase)
    course = course_of(given, protocol.id, _NO_NUMBER if extra else dose_number, day, course_start)
    told = Known(day, patient, tuple(facts), course.everything, protocol.facts, before=0 if extra else max(0, dose_number - 1))
    known = _known(protocol, with_diagnosis(told, protocol, indication))
    trail = Trail()
    trail.say(*question.inputs(protocol, dose_number, brand, Course() if extra else course, known))
    found = indication_for(protocol, indication, known)
    chosen = tiers.regimen_by_weight(protocol, found.value, regimen, known, brand)
    trail.say(*without_double(found.reasons, chosen))
    trail.working += found.working
    trail.follow(chosen)
    if chosen.value is None or dose_number < 1:
        return trail.end(None)
    placed = placing.place_for(chosen.value, dose_number, phase, course, known)
    trail.follow(placed)
    if placed.value is None:
        return trail.end(None)
    trail.say(*question.phase_condition(placed.value.phase, known))
    trail.say(*question.new_course(chosen.value, course, known))
    trail.say(*choices.due(protocol, chosen.value, regimen, course.doses[0].on if course.doses else None, day))
    key = found.value.key if found.value else ""
    trail.say(*question.of_brand(protocol, brand, chosen.value, key))
    treated = Treated(protocol, key, chosen.value, placed.value, dose_number, brand, known, course)
    return _decide(treated, order or OrderedDose(), policy or Policy(), given, lots, trail)


def _decide(
    treated: Treated, order: OrderedDose, policy: Policy, given: tuple[DoseGiven, ...], lots: Sequence[Quantity], trail: Trail
) -> Decision[Dose]:
    """Amount, limits, reductions, order, rounding, supply: in that order."""
    phase, known, regimen = treated.place.phase, treated.known, treated.regimen
    ask, newest = _ask(treated, order, policy, given, trail)
    made = amounts.amount(phase.dose, ask)
    trail.follow(made)
    trail.say(*tiers.other_tier(phase.dose, ask, newest, phase.source))
    if made.value is None:
        return trail.end(None)
    trail.say(*drifted(treated, made.value.weight).reasons)
    usual, per = made.value.quantity, made.value.per
    levels = tuple(each for each in (per, made.value.weight, ask.weight) if each is not None)
    limits, unclear = ceilings(
        regimen.caps,
        for_regimen(treated.protocol.contraindications, regimen.key),
        levels,
        treated.course,
        known,
        treated.dose_number,
        usual,
        phase.route or next(iter(treated.protocol.routes), ""),
    )
    trail.say(*unclear)
    adjusted = reduced(usual, regimen, treated.place, known, limits, trail)
    if adjusted is None:
        return trail.end(None)
    limits = (*limits, *adjusted.limits, *never_beyond(treated.protocol.nevers, levels, known, usual))
    product, branded = product_of(treated.protocol, treated.brand, regimen.key)
    wanted = ordered(order, per, usual, treated.protocol.tolerances.order_percent, phase.source, trail)
    if wanted is None:
        final = rounded(adjusted.amount, treated, product, policy, limits, trail)
    else:
        final = wanted
        tolerances = treated.protocol.tolerances
        compared = compare(wanted, adjusted.amount, phase.dose, treated.indication, levels, tolerances, phase.source)
        trail.say(*compared.reasons, *off_multiple(wanted, regimen))
        trail.working += compared.working
    trail.say(*beyond(final, limits))
    taken, unsaid = without_gaps(_supply(lambda: supply(product, branded, final, known, lots), trail), treated.protocol, known)
    trail.say(*unsaid)
    parts, rest = parts_first(treated, final)
    if rest is not None and rest.amount < 0:
        message = f"The part given first is more than the dose of {final.spelled()}."
        trail.say(refused("below_minimum", message, field="order.dose", source=phase.source))
    return trail.end(
        Dose(
            final,
            adjusted.amount,
            treated.indication,
            regimen.key,
            phase.key,
            treated.dose_number,
            made.value.weight if per is None or per.unit.code not in ("kg", "m2") else per,
            made.value.interval_days or _interval(treated.place),
            made.value.least_minutes,
            taken,
            parts,
            rest,
            pump_run(phase, taken),
            course_total(treated, made.value, final, limits, ask, product.concentration if product is not None else None),
        )
    )


def _ask(
    treated: Treated, order: OrderedDose, policy: Policy, given: tuple[DoseGiven, ...], trail: Trail
) -> tuple[amounts.Question, Quantity | None]:
    """What the amount is asked for, and the newest weight taken."""
    phase, known, course = treated.place.phase, treated.known, treated.course
    weights = dosing_weights(treated, order.level, trail)
    event = next((name for item in treated.regimen.phases if (name := anchor_event(item))), "")
    begun = course.numbered(1)
    first = begun.on if begun is not None else None
    ask = amounts.Question(
        known,
        course,
        treated.place.position,
        weights.of_record,
        weights.of_today,
        policy.bsa,
        order.level,
        order.amount,
        phase.source,
        treated.dose_number,
        (day_of(event, known) if event else None) or first,
        tuple(dose for dose in given if dose.on <= known.day),
    )
    return ask, weights.newest


def _known(protocol: Protocol, known: Known) -> Known:
    """What is known, with the ages that the protocol allows: a stale result decides no amount."""
    fresh: dict[str, int] = {}
    for item in protocol.requirements:
        if item.fresh_days is None or item.missing is not Severity.HOLD:
            continue
        if item.applies is None or evaluate(item.applies, known).truth is not Truth.FALSE:
            fresh[item.fact] = min(item.fresh_days, fresh.get(item.fact, item.fresh_days))
    return replace(known, fresh=fresh)


def _supply(taken: Callable[[], Supply], trail: Trail) -> Supply:
    """Vials and bag of the amount; refused where no number of vials could be it."""
    try:
        return taken()
    except ValueError as problem:
        trail.say(refused("out_of_range", f"{problem}. Check the order.", field="order.dose"))
        return Supply()


def _interval(place: Place) -> int | None:
    """Days to the next dose of the phase, as the protocol plans them."""
    match place.phase.timing:
        case Every(days=days):
            return days
        case Offsets(days=days) if place.position < len(days):
            return days[place.position] - days[place.position - 1]
    return None
