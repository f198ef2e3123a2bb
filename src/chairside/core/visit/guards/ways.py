"""Given by hand: an injection, a push; and blood that is let. Each begins with what an infusion begins with."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.guards.giving import bedside, standing_resume, standing_start
from chairside.core.visit.guards.readiness import known_drug
from chairside.core.visit.guards.stopping import tolerance
from chairside.core.visit.identity import compare
from chairside.core.visit.infusion import running_time
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan, minutes
from chairside.core.visit.state import Infusion, VisitState

_PLACES = ("sc", "im")  # routes with a place on the body


def other_manner(drug: DrugPlan, *manners: Manner) -> tuple[Reason, ...]:
    """Why this entry is not how the drug is given."""
    if drug.manner in manners:
        return ()
    text = f"{drug.title} is not given this way: its order is {drug.manner.value}, {drug.route.replace('_', ' ')}."
    return (refused("wrong_route", text, field="drug", limit=drug.manner.value),)


def dose(state: VisitState, plan: VisitPlan, command: e.DoseGiven, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """An injection: identity, what was given, where, and how long it took where the label says so."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if other := other_manner(drug, Manner.INJECTION):
        return other
    reasons = [
        *standing_start(state, plan, drug, at),
        *compare(plan.subject, command.identifiers).reasons,
        *amount_reasons(drug, command.given, command.why),
        *_sites(drug, command),
    ]
    if not command.emergency_ready:
        message = "Confirm that emergency drugs and a provider are available."
        reasons.append(unknown("missing_fact", message, field="start.emergency_ready"))
    if drug.min_minutes and command.minutes is None:
        message = f"How many minutes did it take? At least {drug.min_minutes:f}."
        reasons.append(unknown("missing_fact", message, field="given.minutes", source=drug.source))
    elif command.minutes is not None and command.minutes < _least(drug, command.given) and not command.why.strip():
        reasons.append(_sooner(drug, f"{command.minutes:f} min"))
    return tuple(reasons)


def _sites(drug: DrugPlan, command: e.DoseGiven) -> list[Reason]:
    """Each place with its volume; none takes more than the protocol allows; together they are what was given."""
    if drug.route not in _PLACES:
        return []
    if not command.sites or any(not site.site.strip() for site in command.sites):
        return [unknown("missing_fact", "Name each place of the injection and its volume.", field="given.sites")]
    reasons: list[Reason] = []
    places = [(item.site.casefold(), item.side.casefold()) for item in command.sites]
    if len(set(places)) < len(places):
        reasons.append(refused("out_of_range", "Each part goes to a place of its own.", field="given.sites"))
    total = quantity("0", "mL")
    for item in command.sites:
        if not item.volume.unit.comparable(total.unit) or item.volume.amount <= 0:
            return [refused("out_of_range", f"{item.volume.spelled()} is not a volume of a part.", field="given.sites")]
        total = total + item.volume.to("mL")
        if drug.most_per_site is not None and drug.most_per_site < item.volume:
            most = drug.most_per_site.spelled()
            message = f"{item.volume.spelled()} at one place ({item.site}); at most {most}. Use more places."
            reasons.append(refused("above_maximum", message, field="given.sites", limit=most, source=drug.source))
    if command.given.unit.comparable(total.unit) and not total.same(command.given):
        message = f"The places add up to {total.spelled()}; given is {command.given.spelled()}."
        reasons.append(refused("mismatch", message, field="given.sites"))
    return reasons


def amount_reasons(drug: DrugPlan, given: Quantity, why: str) -> list[Reason]:
    """What was given is not more than there was; less of it takes the reason why."""
    if not given.unit.comparable(drug.volume.unit):
        message = f"{given.spelled()} is not measured as the dose is ({drug.volume.spelled()})."
        return [refused("out_of_range", message, field="given")]
    if given.amount <= 0:
        return [refused("out_of_range", "Nothing was given. Put it off or pause instead.", field="given")]
    if drug.volume < given:
        message = f"{given.spelled()} is more than the {drug.volume.spelled()} that were prepared."
        return [refused("out_of_range", message, field="given", limit=drug.volume.spelled())]
    if given < drug.volume and not why.strip():
        left = (drug.volume - given).spelled()
        return [unknown("missing_fact", f"{left} is left. Say why not all of it was given.", field="given.why")]
    return []


def _least(drug: DrugPlan, given: Quantity) -> Decimal:
    """The shortest minutes of what was given: a part takes a part of the time."""
    if drug.min_minutes is None or not given.unit.comparable(drug.volume.unit) or drug.volume <= given:
        return drug.min_minutes or Decimal(0)
    return drug.min_minutes * given.to(drug.volume.unit).amount / drug.volume.amount


def _sooner(drug: DrugPlan, took: str) -> Reason:
    message = f"It took {took}; the shortest is {drug.min_minutes or 0:f} min for all of it. Say why."
    limit = f"{drug.min_minutes or 0:f} min"
    return review("duration_limit", message, field="given.why", limit=limit, source=drug.source, override="nurse")


def too_fast(drug: DrugPlan, given: Quantity, ran: timedelta) -> bool:
    """Whether so much was given in less than the shortest time for it."""
    return ran < minutes(_least(drug, given))


def start_push(state: VisitState, plan: VisitPlan, command: e.PushStarted, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """A push begins, or goes on after a pause: the same bedside look either way."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if other := other_manner(drug, Manner.PUSH):
        return other
    return (
        *_begin(state, plan, drug, at),
        *compare(plan.subject, command.identifiers).reasons,
        *bedside(command.line_traced, command.emergency_ready),
    )


def _begin(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> tuple[Reason, ...]:
    region = state.infusions[drug.key]
    return (standing_resume if region.paused else standing_start)(state, plan, drug, at)


def end_push(state: VisitState, plan: VisitPlan, command: e.PushEnded, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The end of a push: what was given; sooner than the shortest time or less than the whole takes the reason why."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    region = state.infusions[drug.key]
    if other := other_manner(drug, Manner.PUSH):
        return other  # an infusion ends with its pump's reading
    if not_begun := _not_begun(region):
        return not_begun
    reasons = amount_reasons(drug, command.given, command.why)
    ran = running_time(region, at)
    if too_fast(drug, command.given, ran) and not command.why.strip():
        whole, seconds = divmod(int(ran.total_seconds()), 60)
        reasons.append(_sooner(drug, f"{whole} min {seconds} s" if seconds else f"{whole} min"))
    return tuple(reasons)


def _not_begun(region: Infusion) -> tuple[Reason, ...]:
    if region.timeline and not region.stopped:
        return ()
    text = "It has been ended already." if region.stopped else "It has not been started."
    return (refused("wrong_state", text, field="infusion"),)


def start_draw(state: VisitState, plan: VisitPlan, command: e.DrawStarted, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Blood is let: identity, the needle in, the floors of the day met (they are clearance), nobody unwell."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if other := other_manner(drug, Manner.DRAW):
        return other
    return (
        *_begin(state, plan, drug, at),
        *compare(plan.subject, command.identifiers).reasons,
    )


def end_draw(state: VisitState, plan: VisitPlan, command: e.DrawEnded, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The end of a draw: the volume taken against the one ordered. Another one than ordered takes the reason why."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    if other := other_manner(drug, Manner.DRAW):
        return other
    if not_begun := _not_begun(state.infusions[drug.key]):
        return not_begun
    if not command.taken.unit.comparable(drug.volume.unit) or command.taken.amount <= 0:
        return (refused("out_of_range", f"{command.taken.spelled()} is not a volume that was taken.", field="taken"),)
    off = command.taken.to("mL").amount - drug.volume.to("mL").amount
    if abs(off) <= tolerance(plan, drug) or command.why.strip():
        return ()
    message = f"{command.taken.spelled()} taken; {drug.volume.spelled()} ordered. Say why."
    return (unknown("missing_fact", message, field="taken.why", limit=drug.volume.spelled()),)
