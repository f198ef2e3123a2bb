"""From a protocol to a visit plan: which ladder, premedications, cadence, observation and rules hold for this infusion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.schema.ladder import Ladder, RateCap
from chairside.core.protocols.schema.product import Deadline, Stability
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Infusions, Severity
from chairside.core.protocols.schema.visit import ChairPart, Moment, Wish
from chairside.core.visit import plan as p
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.monitoring import LADDER, Cadence


@dataclass(frozen=True, slots=True)
class Course:
    """Where this infusion stands in the patient's history of the product.

    number            counts infusions of this product ever given to this patient, this one included
    tolerated_in_row  how many of the infusions just before this one were tolerated, one after the other
    had_reaction      an earlier infusion was not tolerated
    """

    number: int
    tolerated_in_row: int
    had_reaction: bool = False


def applies(rule: Infusions, course: Course) -> bool:
    """Whether an item of the protocol is for this infusion."""
    if course.number < rule.first or (rule.last is not None and course.number > rule.last):
        return False
    if rule.after_reaction and not course.had_reaction:
        return False
    return course.tolerated_in_row >= rule.after_tolerated


def choose_ladder(
    protocol: Protocol,
    course: Course,
    *,
    indication: str,
    dose: Quantity,
    volume: Quantity,
    weight: Quantity | None = None,
    wanted: str = "",
    approved: frozenset[str] = frozenset(),
) -> Decision[Ladder]:
    """The ladder for this infusion: of those that apply, the slowest. A faster one is chosen by name, never by itself."""
    open_now = [
        ladder
        for ladder in protocol.ladders
        if applies(ladder.infusions, course)
        and (not ladder.indications or indication in ladder.indications)
        and (ladder.dose_up_to is None or dose <= ladder.dose_up_to)
    ]
    if wanted:
        named = protocol.ladder(wanted)
        if named is None or named not in open_now:
            message = "That ladder is not for this infusion: its conditions are not met."
            return Decision(
                named, (refused("rate_limit", message, field="ladder", limit=wanted, source=named.source if named else ""),)
            )
        if named.needs_approval and wanted not in approved:
            message = "This site has not approved that ladder."
            reason = refused(
                "rate_limit", message, field="ladder", limit=wanted, source=named.source, override="medical_director"
            )
            return Decision(named, (reason,))
        return Decision(named)
    free = [ladder for ladder in open_now if not ladder.needs_approval]
    if not free:
        return Decision(None, (unknown("not_encoded", "The protocol has no ladder for this infusion.", field="ladder"),))
    return Decision(max(free, key=lambda ladder: _length(ladder, dose=dose, volume=volume, weight=weight)))


def _length(ladder: Ladder, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Decimal:
    """How long a ladder takes for this bag; nothing when that cannot be computed, so that it is chosen last."""
    steps = rungs(ladder, dose=dose, volume=volume, weight=weight)
    return total_minutes(steps.value, volume) if steps.value and steps.outcome is Outcome.ALLOWED else Decimal(0)


def in_ml_per_hour(rate: Quantity, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Quantity | None:
    """A rate in mL/h, whatever the label writes it in; None when it needs a weight that is not known."""
    target = quantity("0", "mL/h").unit
    if rate.unit.comparable(target):
        return rate.to(target)
    kinds = dict(rate.unit.measures())
    if any(atom == "kg" and power < 0 for atom, power in rate.unit.powers):
        if weight is None:
            return None
        rate = rate * weight.to("kg")
        if rate.unit.comparable(target):
            return rate.to(target)
    if "volume" in kinds:
        return None
    return (rate / (dose / volume)).to(target)


def rungs(ladder: Ladder, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Decision[tuple[p.LadderStep, ...]]:
    """The ladder's steps in mL/h for this bag. A ladder without steps runs evenly over its shortest time."""
    if not ladder.steps:
        if ladder.least_minutes is None:
            return Decision(None, (unknown("not_encoded", "The ladder states neither steps nor a time.", field="ladder"),))
        rate = volume.to("mL") * Decimal(60) / Decimal(ladder.least_minutes)
        return Decision((p.LadderStep(quantity(rate.amount, "mL/h"), None),))
    steps = []
    for rung in ladder.steps:
        rate_ml = in_ml_per_hour(rung.rate, dose=dose, volume=volume, weight=weight)
        if rate_ml is None:
            return Decision(
                None, (unknown("missing_fact", "The ladder is by weight, and the weight is not known.", field="weight"),)
            )
        steps.append(p.LadderStep(rate_ml, None if rung.minutes is None else Decimal(rung.minutes)))
    reasons: list[Reason] = []
    if ladder.bag is not None and not ladder.bag.same(volume):
        reasons.append(
            refused(
                "wrong_concentration",
                f"The ladder is written for a bag of {ladder.bag.spelled()}; this one holds {volume.spelled()}.",
                field="ladder.bag",
                limit=ladder.bag.spelled(),
                source=ladder.source,
            )
        )
    total = total_minutes(tuple(steps), volume)
    if ladder.least_minutes is not None and total < ladder.least_minutes:
        reasons.append(
            refused(
                "duration_limit",
                f"The ladder would end after {total:.0f} min; at least {ladder.least_minutes} min are asked for.",
                field="ladder.minutes",
                limit=f"{ladder.least_minutes} min",
                source=ladder.source,
            )
        )
    return Decision(tuple(steps), tuple(reasons), (f"whole bag in {total:.1f} min",))


def lowest_cap(
    caps: Iterable[RateCap],
    *,
    indication: str,
    risks: frozenset[str],
    dose: Quantity,
    volume: Quantity,
    weight: Quantity | None,
) -> Decision[Quantity]:
    """The lowest rate cap that applies, in mL/h; no value when none does."""
    found: list[Quantity] = []
    for cap in caps:
        if (cap.indications and indication not in cap.indications) or (cap.risks and not risks & set(cap.risks)):
            continue
        rate = in_ml_per_hour(cap.rate, dose=dose, volume=volume, weight=weight)
        if rate is None:
            return Decision(
                None, (unknown("missing_fact", "A rate limit is by weight, and the weight is not known.", field="weight"),)
            )
        found.append(rate)
    return Decision(min(found, key=lambda rate: rate.amount, default=None))


def cadence_of(protocol: Protocol, course: Course) -> Cadence:
    """When vitals are due, as the protocol says; the ladder profile where it says nothing."""
    if protocol.monitoring is None:
        return LADDER
    sets = [item for item in protocol.monitoring.sets if applies(item.infusions, course)]
    every = [item.minutes for item in sets if item.at is Moment.EVERY and item.minutes]
    return Cadence(
        protocol.monitoring.layer.value,
        tuple(sorted(item.minutes for item in sets if item.at is Moment.AFTER_START and item.minutes)),
        min(every, default=None),
        before_rise=any(item.at is Moment.BEFORE_STEP for item in sets),
        at_end=any(item.at is Moment.END for item in sets),
        after_observation=any(item.at is Moment.OBSERVATION_END for item in sets),
        source=protocol.monitoring.source,
    )


@dataclass(frozen=True, slots=True)
class OrderedPremedication:
    """A premedication as the order names it: the protocol's key, with amount and route where the protocol leaves them open."""

    key: str
    amount: Quantity | None = None
    route: str = ""


def premedications_of(
    protocol: Protocol, course: Course, ordered: tuple[OrderedPremedication, ...]
) -> Decision[tuple[p.Premedication, ...]]:
    """What is given before: required items, and those that the order names. An amount that nobody states is asked for."""
    named = {item.key: item for item in ordered}
    known = {item.key: item for item in protocol.premedications if applies(item.infusions, course)}
    reasons = [
        unknown("missing_fact", f"“{key}” is not a premedication of this protocol.", field=f"premedication.{key}")
        for key in named
        if key not in known
    ]
    found = []
    for key, item in known.items():
        if item.wish is not Wish.REQUIRED and key not in named:
            continue
        order = named.get(key, OrderedPremedication(key))
        amount, route = order.amount or item.amount, order.route or item.route
        if amount is None or not route:
            reasons.append(
                unknown("missing_fact", f"The order must state amount and route of {item.agent}.", field=f"premedication.{key}")
            )
            continue
        found.append(p.Premedication(key, item.agent, amount, route, item.wait_minutes, item.sedating))
    return Decision(tuple(found), tuple(reasons))


def questions_of(protocol: Protocol, skip: frozenset[str]) -> tuple[p.Question, ...]:
    """The questions of the day; `skip` holds the keys of those that are known not to apply to this patient."""
    return tuple(
        p.Question(
            item.key,
            item.asks.en,
            item.trips,
            item.severity is Severity.HOLD,
            item.source,
            item.release[0] if item.release else "none",
        )
        for item in protocol.questions
        if item.key not in skip
    )


def check_in_minutes(protocol: Protocol, ladder: Ladder) -> int:
    """Minutes planned before premedication: check-in and access, as the protocol's chair time says; 20 where it does not."""
    times = [item for item in protocol.chair_times if item.ladder == ladder.key] or list(protocol.chair_times)
    parts = [part.minutes for part in (times[0].parts if times else ()) if part.part in (ChairPart.CHECK_IN, ChairPart.ACCESS)]
    return sum(parts) or 20


def visit_plan(
    protocol: Protocol,
    *,
    subject: p.Subject,
    order: p.OrderOfRecord,
    indication: str,
    brand: str,
    dose: Quantity,
    volume: Quantity,
    course: Course,
    weight: Quantity | None = None,
    dose_per: Quantity | None = None,
    risks: frozenset[str] = frozenset(),
    ordered: tuple[OrderedPremedication, ...] = (),
    skip_questions: frozenset[str] = frozenset(),
    wanted_ladder: str = "",
    approved: frozenset[str] = frozenset(),
    policy: p.SitePolicy | None = None,
) -> Decision[p.VisitPlan]:
    """The plan of one visit with one drug. Refused or unknown when the protocol has no ladder that fits this bag and patient.

    weight     the dosing weight of record; dose_per: such as 5 mg/kg, for the double check's own sum
    ordered    the premedications that the order names
    """
    policy = policy or p.SitePolicy()
    chosen = choose_ladder(
        protocol,
        course,
        indication=indication,
        dose=dose,
        volume=volume,
        weight=weight,
        wanted=wanted_ladder,
        approved=approved,
    )
    product = protocol.product(brand)
    reasons = list(chosen.reasons)
    if product is None:
        reasons.append(refused("wrong_product", f"{brand or 'That product'} is not a product of this protocol.", field="brand"))
    if chosen.value is None:
        return Decision(None, tuple(reasons))
    steps = rungs(chosen.value, dose=dose, volume=volume, weight=weight)
    cap = lowest_cap(protocol.rate_caps, indication=indication, risks=risks, dose=dose, volume=volume, weight=weight)
    reasons += [*steps.reasons, *cap.reasons]
    if steps.value is None:
        return Decision(None, tuple(reasons))
    ladder = _under(steps.value, cap.value)
    observation = next((item for item in protocol.observations if applies(item.infusions, course)), None)
    if protocol.monitoring is not None:
        fresh = min(policy.vitals_valid, timedelta(minutes=protocol.monitoring.fresh_minutes))
        policy = replace(policy, vitals_valid=fresh)
    drug = p.DrugPlan(
        key=protocol.id,
        title=protocol.tall_man or protocol.generic,
        route=protocol.routes[0].value,
        dose=dose,
        volume=volume,
        ladder=ladder,
        products=(product.brand,) if product else (),
        dose_per=dose_per,
        max_rate=cap.value,
        min_minutes=None if chosen.value.least_minutes is None else Decimal(chosen.value.least_minutes),
        restarts=protocol.restarts,
        vesicant=bool(protocol.hazards and protocol.hazards.vesicant),
        source=chosen.value.source,
        use_by_is_for=_use_by(product.preparation.stability if product else ()),
    )
    before = premedications_of(protocol, course, ordered)
    reasons += before.reasons
    made = p.VisitPlan(
        subject=subject,
        order=order,
        drugs=(drug,),
        premedications=before.value or (),
        questions=questions_of(protocol, skip_questions),
        cadence=cadence_of(protocol, course),
        observation_minutes=observation.minutes if observation else 0,
        observation_source=observation.source if observation else "",
        dosing_weight=weight,
        check_in_minutes=check_in_minutes(protocol, chosen.value),
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        protocol_sha256=protocol.sha256,
        policy=policy,
    )
    if protocol.monitoring is not None:
        made = replace(made, vitals_needed=protocol.monitoring.vitals)
    return Decision(made, tuple(reasons), steps.working)


def _use_by(stability: tuple[Stability, ...]) -> str:
    """What the use-by time asks for. Only when every rule of the product says "start" may the bag run on past it."""
    return "start" if stability and all(item.deadline is Deadline.START for item in stability) else "finish"


def _under(steps: tuple[p.LadderStep, ...], cap: Quantity | None) -> tuple[p.LadderStep, ...]:
    """The ladder below a cap: steps above it are left out, and the last one that remains runs until the bag is empty."""
    if cap is None or steps[-1].rate <= cap:
        return steps
    kept = [step for step in steps if step.rate <= cap] or [p.LadderStep(cap)]
    return (*kept[:-1], replace(kept[-1], minutes=None))
