"""Several doses in one visit: one plan made of the plans of each. What two ask for is asked once; the stricter holds.

Doses that cannot be told apart or that contradict each other are not put together: the reason says which order must change.
"""

from __future__ import annotations

from dataclasses import replace

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.visit.monitoring import Cadence
from chairside.core.visit.plan import Premedication, Question, VisitPlan


def together(first: VisitPlan, *others: VisitPlan) -> Decision[VisitPlan]:
    """One plan for all of them, in the order given: each later one waits until those before it are over.

    Refused with every contradiction: one drug twice, two dosing weights of record, one premedication in two amounts.
    """
    plans = (first, *others)
    reasons = [*_twice(plans), *_weights(plans), *_contradictions(plans)]
    drugs = tuple(
        replace(
            drug,
            sequence=drug.sequence + _before(plans, place),
            order=drug.order or plan.order,
            protocol_sha256=drug.protocol_sha256 or plan.protocol_sha256,
        )
        for place, plan in enumerate(plans)
        for drug in plan.drugs
    )
    longest = max(plans, key=lambda plan: plan.observation_minutes)
    made = replace(
        first,
        drugs=drugs,
        premedications=_premedications(plans),
        questions=_questions(plans),
        cadence=_cadence(plans),
        vitals_needed=tuple(dict.fromkeys(code for plan in plans for code in plan.vitals_needed)),
        observation_minutes=longest.observation_minutes,
        observation_source=longest.observation_source,
        dosing_weight=next((plan.dosing_weight for plan in plans if plan.dosing_weight is not None), None),
        height=next((plan.height for plan in plans if plan.height is not None), None),
        surface=next((plan.surface for plan in plans if plan.surface is not None), None),
        weight_decided=all(plan.weight_decided for plan in plans),
        access_needed=any(plan.access_needed for plan in plans),
        check_in_minutes=max(plan.check_in_minutes for plan in plans),
        sources={key: value for plan in reversed(plans) for key, value in plan.sources.items()},
        policy=replace(first.policy, vitals_valid=min(plan.policy.vitals_valid for plan in plans)),
    )
    return Decision(made, tuple(reasons))


def _before(plans: tuple[VisitPlan, ...], place: int) -> int:
    return sum(max((drug.sequence for drug in plan.drugs), default=0) for plan in plans[:place])


def _twice(plans: tuple[VisitPlan, ...]) -> list[Reason]:
    keys = [drug.key for plan in plans for drug in plan.drugs]
    return [
        refused("duplicate_therapy", f"Two orders of today are for {key}. Give one of them.", field="drug")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]


def _weights(plans: tuple[VisitPlan, ...]) -> list[Reason]:
    known = [plan.dosing_weight for plan in plans if plan.dosing_weight is not None]
    if all(one.unit.comparable(known[0].unit) and one.same(known[0]) for one in known):
        return []
    said = " and ".join(weight.spelled() for weight in known)
    return [refused("mismatch", f"The orders of today rest on two dosing weights: {said}. Settle one.", field="weight")]


def _same(one: Premedication, other: Premedication) -> bool:
    return (one.title.casefold(), one.route.casefold()) == (other.title.casefold(), other.route.casefold())


def _contradictions(plans: tuple[VisitPlan, ...]) -> list[Reason]:
    """One medicine in two amounts, or by two routes: nobody gives both because two orders ask for it."""
    items = [item for plan in plans for item in plan.premedications]
    found = []
    for place, item in enumerate(items):
        for other in items[:place]:
            alike = item.title.casefold() == other.title.casefold()
            if alike and not (_same(item, other) and str(item.dose) == str(other.dose)):
                message = (
                    f"Two orders of today ask for {item.title}: {other.dose.spelled()} {other.route} and "
                    f"{item.dose.spelled()} {item.route}. The prescriber says which."
                )
                found.append(refused("duplicate_therapy", message, field=f"premedication.{item.code}"))
    return found


def _premedications(plans: tuple[VisitPlan, ...]) -> tuple[Premedication, ...]:
    """Each medicine once, with the longest wait; a code that two medicines share gets the name beside it."""
    found: list[Premedication] = []
    for plan in plans:
        for item in plan.premedications:
            twin = next((known for known in found if _same(known, item)), None)
            if twin is not None:
                wait = max(twin.wait_minutes, item.wait_minutes)
                stricter = replace(
                    twin, wait_minutes=wait, sedating=twin.sedating or item.sedating, required=twin.required or item.required
                )
                found[found.index(twin)] = stricter
                continue
            taken = any(known.code == item.code for known in found)
            found.append(replace(item, code=f"{item.code}_{plan.protocol_id}") if taken else item)
    return tuple(found)


def _questions(plans: tuple[VisitPlan, ...]) -> tuple[Question, ...]:
    """Each question once. The same words asked by two protocols trip by whatever trips either."""
    found: dict[str, Question] = {}
    for plan in plans:
        for item in plan.questions:
            twin = found.get(item.code)
            if twin is None:
                found[item.code] = item
            elif twin.text == item.text:
                trips = tuple(dict.fromkeys((*twin.trips_on, *item.trips_on)))
                found[item.code] = replace(item if item.hard and not twin.hard else twin, trips_on=trips)
            else:
                code = f"{item.code}_{plan.protocol_id}"
                found[code] = replace(item, code=code)
    return tuple(found.values())


def _cadence(plans: tuple[VisitPlan, ...]) -> Cadence:
    cadences = [plan.cadence for plan in plans]
    if all(one == cadences[0] for one in cadences):
        return cadences[0]
    return Cadence(
        " + ".join(dict.fromkeys(one.name for one in cadences)),
        tuple(sorted({minute for one in cadences for minute in one.first})),
        min((one.then_every for one in cadences if one.then_every is not None), default=None),
        before_rise=any(one.before_rise for one in cadences),
        at_end=any(one.at_end for one in cadences),
        after_observation=any(one.after_observation for one in cadences),
        source="; ".join(dict.fromkeys(one.source for one in cadences)),
    )
