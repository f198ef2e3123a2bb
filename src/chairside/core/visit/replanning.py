"""Planning a visit again while the patient waits: until when, what differs, and what must be done again because of it."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import VisitState

_HUNDREDTH = Decimal("0.01")
REPLANNERS = (Action.VISIT_GIVE, Action.HOLD_RELEASE)


def replan_reasons(state: VisitState, actor: Actor, why: str) -> tuple[Reason, ...]:
    """Who may take a new dose or order over, and until when: once a drug runs, its plan stands for this visit."""
    answers = [actor.may(action) for action in REPLANNERS]
    reasons = [] if any(answer.allowed for answer in answers) else list(answers[0].reasons)
    if not why.strip():
        reasons.append(unknown("missing_fact", "Say why the visit is planned again.", field="replan.why"))
    if state.any_started:
        message = "A drug of this visit has been started. What was begun is finished, or stopped for good."
        reasons.append(refused("wrong_state", message, field="infusion"))
    if state.discharged_at:
        reasons.append(refused("wrong_state", "The patient has been discharged.", field="discharge"))
    return tuple(reasons)


def prepare_again(old: VisitPlan, new: VisitPlan) -> tuple[str, ...]:
    """Drugs whose bag does not carry out the new plan: another dose, volume, product or route."""
    return tuple(drug.key for drug in new.drugs if (was := old.drug(drug.key)) is None or _bag(was) != _bag(drug))


def check_again(old: VisitPlan, new: VisitPlan) -> tuple[str, ...]:
    """Drugs whose bag stands while what the double check compares has changed: weight, amount a kilogram, rates, name."""
    remade = prepare_again(old, new)
    return tuple(
        drug.key
        for drug in new.drugs
        if drug.key not in remade and (was := old.drug(drug.key)) is not None and _checked(old, was) != _checked(new, drug)
    )


def differences(old: VisitPlan, new: VisitPlan) -> tuple[str, ...]:
    """What differs, in the words of the screen."""
    found = []
    for drug in new.drugs:
        was = old.drug(drug.key)
        if was is None:
            found.append(f"{drug.title} is new")
            continue
        for name, before, after in (
            ("dose", was.dose.spelled(), drug.dose.spelled()),
            ("bag", was.volume.spelled(), drug.volume.spelled()),
            ("product", ", ".join(was.products), ", ".join(drug.products)),
            ("route", was.route, drug.route),
            ("rates", _rates(was), _rates(drug)),
        ):
            if before != after:
                found.append(f"{drug.title}, {name}: {before} becomes {after}")
    weights = [plan.dosing_weight.spelled() if plan.dosing_weight else "none" for plan in (old, new)]
    if weights[0] != weights[1]:
        found.append(f"dosing weight: {weights[0]} becomes {weights[1]}")
    if _surface(old) != _surface(new):
        found.append(f"body surface: {_surface(old)} becomes {_surface(new)}")
    given = [
        ", ".join(f"{item.title} {item.dose.spelled()} {item.route}" for item in plan.premedications) or "none"
        for plan in (old, new)
    ]
    if given[0] != given[1]:
        found.append(f"premedications: {given[0]} becomes {given[1]}")
    return tuple(found) or ("the order behind it",)


def _bag(drug: DrugPlan) -> tuple[object, ...]:
    return str(drug.dose), str(drug.volume), drug.products, drug.route, drug.manner, drug.bags


def _checked(plan: VisitPlan, drug: DrugPlan) -> tuple[object, ...]:
    return str(plan.dosing_weight), str(drug.dose_per), _surface(plan), _rates(drug), plan.subject


def _surface(plan: VisitPlan) -> str:
    return "none" if plan.surface is None else Quantity(plan.surface.amount.quantize(_HUNDREDTH), plan.surface.unit).spelled()


def _rates(drug: DrugPlan) -> str:
    return ", ".join(
        step.rate.spelled() + (f" for {step.minutes:f} min" if step.minutes is not None else "") for step in drug.ladder
    )
