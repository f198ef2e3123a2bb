"""From a protocol to a visit plan: which ladder, premedications, cadence, observation and rules hold for this infusion."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.product import Deadline, Stability
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.schema.visit import ChairPart, Moment
from chairside.core.protocols.schema.visit import Wish as Firmness
from chairside.core.protocols.truth import Known
from chairside.core.visit import plan as p
from chairside.core.visit.drug_classes import classes_of
from chairside.core.visit.monitoring import PROFILES, Cadence
from chairside.core.visit.run.asked import ask, known_of
from chairside.core.visit.run.candidates import limits_of
from chairside.core.visit.run.choosing import Wish, choose_ladder
from chairside.core.visit.run.limits import with_ladder
from chairside.core.visit.run.rates import Bag, Course, applies, as_decimal, ml_per_hour
from chairside.core.visit.run.watch import observation_for


def cadence_of(protocol: Protocol, course: Course, profile: str = "B") -> Cadence:
    """When vitals are due, as the protocol says; the profile that the site chose where it says nothing."""
    if protocol.monitoring is None:
        return PROFILES[profile]
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


# `Course` is half of the question that `visit_plan` answers, so it is offered here too.
__all__ = ["Course", "OrderedPremedication", "premedications_of", "questions_of", "visit_plan"]


def premedications_of(
    protocol: Protocol, course: Course, ordered: tuple[OrderedPremedication, ...]
) -> Decision[tuple[p.Premedication, ...]]:
    """What is given before: items that the protocol requires at this infusion, and all that the order names.

    The order says what is given; the protocol fills in only what the order leaves open. What nobody states is asked for.
    """
    listed = {item.key: item for item in protocol.premedications}
    named = {item.key: item for item in ordered}
    required = [
        OrderedPremedication(item.key)
        for item in protocol.premedications
        if item.wish is Firmness.REQUIRED and item.key not in named and applies(item.infusions, course)
    ]
    found, reasons = [], []
    for order in (*required, *ordered):
        item = listed.get(order.key)
        title = order.agent or (item.agent if item else "")
        amount, route = order.amount or (item.amount if item else None), order.route or (item.route if item else "")
        field = f"premedication.{order.key}"
        if not title:
            message = f"“{order.key}” is not a premedication of this protocol, and the order names no agent."
            reasons.append(unknown("missing_fact", message, field=field))
        elif amount is None or not route:
            reasons.append(unknown("missing_fact", f"The order must state amount and route of {title}.", field=field))
        elif item is None and (order.wait_minutes is None or order.sedating is None):
            message = f"The order must state the wait after {title}, and whether it makes driving unsafe."
            reasons.append(unknown("missing_fact", message, field=field))
        else:
            wait = item.wait_minutes if order.wait_minutes is None and item else order.wait_minutes or 0
            sedating = item.sedating if order.sedating is None and item else bool(order.sedating)
            found.append(p.Premedication(order.key, title, amount, route, wait, sedating))
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
    regimen: str = "",
    phase: str = "",
    known: Known | None = None,
    ordered: tuple[OrderedPremedication, ...] = (),
    skip_questions: frozenset[str] = frozenset(),
    wanted_ladder: str = "",
    approved: frozenset[str] = frozenset(),
    policy: p.SitePolicy | None = None,
) -> Decision[p.VisitPlan]:
    """The plan of one visit with one drug. Refused or unknown when the protocol has no ladder that fits this bag and patient.

    weight     the dosing weight of record; dose_per: such as 5 mg/kg, for the double check's own sum
    regimen, phase   where they are known; known: facts for the conditions of ladders and limits
    ordered    the premedications that the order names
    """
    policy = policy or p.SitePolicy()
    asked = ask(
        protocol,
        course,
        Bag(dose, volume, weight),
        indication=indication,
        regimen=regimen,
        phase=phase,
        risks=risks,
        known=known or known_of(Patient(weight=weight), (), protocol, None),
        brand=brand,
        approved=approved,
    )
    limits = limits_of(asked)
    chosen = choose_ladder(asked, Wish(ladder=wanted_ladder), limits)
    product = protocol.product(brand)
    reasons = list(chosen.reasons)
    if product is None:
        reasons.append(refused("wrong_product", f"{brand or 'That product'} is not a product of this protocol.", field="brand"))
    if chosen.value is None:
        return Decision(None, tuple(reasons))
    made_ladder, times = chosen.value, with_ladder(limits.times, chosen.value.ladder)
    steps = tuple(
        p.LadderStep(ml_per_hour(pace.rate), None if pace.minutes is None else as_decimal(pace.minutes))
        for pace in made_ladder.paces
    )
    watch = observation_for(protocol, course, tuple(item.key for item in asked.regimens))
    if protocol.monitoring is not None:
        fresh = min(policy.vitals_valid, timedelta(minutes=protocol.monitoring.fresh_minutes))
        policy = replace(policy, vitals_valid=fresh)
    drug = p.DrugPlan(
        key=protocol.id,
        title=protocol.tall_man or protocol.generic,
        route=protocol.routes[0].value,
        dose=dose,
        volume=volume,
        ladder=steps,
        products=(product.brand,) if product else (),
        dose_per=dose_per,
        max_rate=ml_per_hour(limits.rates[0].amount) if limits.rates else None,
        min_minutes=as_decimal(times[0].amount) if times else None,
        restarts=protocol.restarts,
        vesicant=bool(protocol.hazards and protocol.hazards.vesicant),
        classes=classes_of(protocol, indication, policy),
        source=made_ladder.ladder.source,
        diluents=product.preparation.dilution.diluents if product and product.preparation.dilution else (),
        strengths=tuple(vial.strength for vial in product.vials if not vial.potency_by_lot) if product else (),
        usable_hours=max((item.hours for item in product.preparation.stability), default=None) if product else None,
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
        cadence=cadence_of(protocol, course, policy.vitals_profile if len(steps) > 1 else policy.vitals_profile_one_rate),
        observation_minutes=watch.minutes if watch else 0,
        observation_source=watch.source if watch else "",
        dosing_weight=weight,
        check_in_minutes=check_in_minutes(protocol, made_ladder.ladder),
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        protocol_sha256=protocol.sha256,
        policy=policy,
    )
    if protocol.monitoring is not None:
        made = replace(made, vitals_needed=protocol.monitoring.vitals)
    return Decision(made, tuple(reasons), chosen.working)


def _use_by(stability: tuple[Stability, ...]) -> str:
    """What the use-by time asks for. Only when every rule of the product says "start" may the bag run on past it."""
    return "start" if stability and all(item.deadline is Deadline.START for item in stability) else "finish"
