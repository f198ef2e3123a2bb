"""From a protocol to a visit plan: which ladder, premedications, cadence, observation and rules hold for this infusion."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.product import Deadline, Stability
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Route, Severity
from chairside.core.protocols.schema.visit import ChairPart, Moment
from chairside.core.protocols.schema.visit import Wish as Firmness
from chairside.core.protocols.truth import Known
from chairside.core.visit import plan as p
from chairside.core.visit.desensitization import ordered as by_scheme
from chairside.core.visit.drug_classes import classes_of
from chairside.core.visit.manner import way_of
from chairside.core.visit.monitoring import PROFILES, Cadence
from chairside.core.visit.run.asked import ask, known_of
from chairside.core.visit.run.rates import Bag, Course, applies
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


def check_in_minutes(protocol: Protocol, ladder: Ladder | None) -> int:
    """Minutes planned before premedication: check-in and access, as the protocol's chair time says; 20 where it does not."""
    times = [item for item in protocol.chair_times if ladder and item.ladder == ladder.key] or list(protocol.chair_times)
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
    volume: Quantity | None,
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
    route: Route | None = None,
    desensitization: str = "",
    had: tuple[str, ...] = (),
) -> Decision[p.VisitPlan]:
    """The plan of one visit with one drug. Refused or unknown when the protocol has no ladder that fits this bag and patient.

    volume     None where nothing states it: given by hand, the preparation says it; for an infusion it is asked for
    route      as ordered, where the order says so
    desensitization   the scheme that the signed order names; had: what the drug did to the patient (core.visit.desensitization)
    weight     the dosing weight of record; dose_per: such as 5 mg/kg, for the double check's own sum
    regimen, phase   where they are known; known: facts for the conditions of ladders and limits
    ordered    the premedications that the order names
    """
    policy = policy or p.SitePolicy()
    asked = ask(
        protocol,
        course,
        Bag(dose, dose if volume is None else volume, weight),
        indication=indication,
        regimen=regimen,
        phase=phase,
        risks=risks,
        known=known or known_of(Patient(weight=weight), (), protocol, None),
        brand=brand,
        approved=approved,
        route=route,
    )
    chosen = way_of(asked, dose, volume, wanted_ladder)
    product = protocol.product(brand)
    reasons = list(chosen.reasons)
    if product is None and (protocol.products or brand):
        reasons.append(refused("wrong_product", f"{brand or 'That product'} is not a product of this protocol.", field="brand"))
    if chosen.value is None:
        return Decision(None, tuple(reasons))
    way = chosen.value
    watch = observation_for(protocol, course, tuple(item.key for item in asked.regimens))
    if protocol.monitoring is not None:
        fresh = min(policy.vitals_valid, timedelta(minutes=protocol.monitoring.fresh_minutes))
        policy = replace(policy, vitals_valid=fresh)
    drug = p.DrugPlan(
        key=protocol.id,
        title=protocol.tall_man or protocol.generic,
        route=way.route.value,
        dose=dose,
        volume=way.volume,
        ladder=way.steps,
        products=(product.brand,) if product else (),
        dose_per=dose_per,
        max_rate=way.max_rate,
        min_minutes=way.min_minutes,
        restarts=protocol.restarts,
        vesicant=bool(protocol.hazards and protocol.hazards.vesicant),
        classes=classes_of(protocol, indication, policy),
        needs_check=way.manner is not p.Manner.DRAW,
        manner=way.manner,
        most_minutes=way.most_minutes,
        most_per_site=next((item.most_per_site for item in protocol.deliveries if item.route is way.route), None),
        needle_sites=way.needle_sites,
        component=product.nonproprietary if product and way.manner is p.Manner.UNIT else "",
        source=way.ladder.source if way.ladder else protocol.source,
        diluents=product.preparation.dilution.diluents if product and product.preparation.dilution else (),
        strengths=tuple(vial.strength for vial in product.vials if not vial.potency_by_lot) if product else (),
        usable_hours=max((item.hours for item in product.preparation.stability), default=None) if product else None,
        use_by_is_for=_use_by(product.preparation.stability if product else ()),
    )
    drugs = [drug]
    if desensitization:
        in_steps = by_scheme(drug, desensitization, had)
        reasons += in_steps.reasons
        drugs = [in_steps.value or drug]
    elif way.manner is p.Manner.UNIT:
        drugs = _units(drug)
    before = premedications_of(protocol, course, ordered)
    reasons += before.reasons
    made = p.VisitPlan(
        subject=subject,
        order=order,
        drugs=tuple(drugs),
        premedications=before.value or (),
        questions=questions_of(protocol, skip_questions),
        cadence=cadence_of(protocol, course, _profile(drugs[0], policy)),
        observation_minutes=watch.minutes if watch else 0,
        observation_source=watch.source if watch else "",
        dosing_weight=weight,
        check_in_minutes=check_in_minutes(protocol, way.ladder),
        access_needed=way.manner is not p.Manner.INJECTION,
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        protocol_sha256=protocol.sha256,
        policy=policy,
    )
    if protocol.monitoring is not None:
        made = replace(made, vitals_needed=protocol.monitoring.vitals)
    return Decision(made, tuple(reasons), chosen.working)


def _profile(drug: p.DrugPlan, policy: p.SitePolicy) -> str:
    """The vitals profile where the protocol states no cadence: of an injection, of a ladder, of one rate."""
    if drug.manner is p.Manner.INJECTION:
        return "D"
    return policy.vitals_profile if len(drug.ladder) > 1 else policy.vitals_profile_one_rate


def _units(drug: p.DrugPlan) -> list[p.DrugPlan]:
    """Each unit of blood is a dose of its own, one after the other: its number, its cross-match, its clocks and its bag."""
    one = Quantity(Decimal(1), drug.dose.unit)
    count = max(1, int(drug.dose.amount))
    return [
        replace(
            drug,
            key=drug.key if n == 1 else f"{drug.key}.{n}",
            title=f"{drug.title} {n}" if count > 1 else drug.title,
            dose=one,
            volume=one,
            sequence=n,
        )
        for n in range(1, count + 1)
    ]


def _use_by(stability: tuple[Stability, ...]) -> str:
    """What the use-by time asks for. Only when every rule of the product says "start" may the bag run on past it."""
    return "start" if stability and all(item.deadline is Deadline.START for item in stability) else "finish"
