"""The independent double check: two users with two log-ins, each entering alone; the system compares (H-013, H-014).

Neither is shown the other's entries, and the answer says only *where* they differ. Both work from the dosing weight of record.
"""

from __future__ import annotations

from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events import CheckCompared, CheckEntered, PreparationRecorded
from chairside.core.visit.identity import compare as compare_identity
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import Check, Infusion

_SOURCE = "independent double check"
TITLES = {
    "patient": "patient",
    "product": "product",
    "lots": "lot",
    "weight": "dosing weight",
    "dose": "dose",
    "route": "route",
    "volume": "bag volume",
    "rate": "starting rate",
    "use_by": "use-by time",
    "pump_rate": "pump rate",
    "pump_volume": "pump volume",
}


def may_enter(plan: VisitPlan, region: Infusion, actor: Actor) -> tuple[Reason, ...]:
    """Reasons why this person may not enter a check now: not a verifier here, already entered, or the same log-in."""
    reasons: list[Reason] = []
    if region.prepared is None:
        reasons.append(refused("wrong_state", "There is no preparation to check yet.", field="check", source=_SOURCE))
    if not actor.roles & plan.policy.second_verifiers:
        who = ", ".join(sorted(role.value.replace("_", " ") for role in plan.policy.second_verifiers))
        reasons.append(
            refused("not_permitted", f"At this site a double check takes: {who}.", field="actor", source="site policy")
        )
    if not actor.session:
        reasons.append(
            unknown(
                "missing_fact",
                "The log-in of this person is not known, so the check would not be independent.",
                field="actor.session",
                source=_SOURCE,
            )
        )
    if region.compared is None:
        reasons.extend(_independent(check, actor) for check in region.checks if not _is_independent(check, actor))
    return tuple(reasons)


def _is_independent(check: Check, actor: Actor) -> bool:
    return check.actor_id != actor.id and check.session != actor.session


def _independent(check: Check, actor: Actor) -> Reason:
    if check.actor_id == actor.id:
        message = "You entered the first check. Another person must enter the second one, with their own log-in."
    else:
        message = "The first check was entered from this log-in. The second person must use their own log-in."
    return refused("not_independent", message, field="actor", source=_SOURCE)


def compare(plan: VisitPlan, drug: DrugPlan, region: Infusion) -> CheckCompared | None:
    """The comparison, once two independent entries of this round are in; None before."""
    if len(region.checks) < 2 or region.prepared is None:
        return None
    first, second = region.checks[-2], region.checks[-1]
    if first.actor_id == second.actor_id or first.session == second.session:
        return None
    wrong = {
        *wrong_fields(plan, drug, region.prepared, first.entered),
        *wrong_fields(plan, drug, region.prepared, second.entered),
        *_differing(first.entered, second.entered),
    }
    differs = tuple(name for name in TITLES if name in wrong)
    return CheckCompared(drug.key, first.event, second.event, not differs, differs)


def wrong_fields(plan: VisitPlan, drug: DrugPlan, bag: PreparationRecorded, entered: CheckEntered) -> tuple[str, ...]:
    """Where one entry differs from what the system computes from order, dosing weight of record and preparation."""
    truth = {
        "patient": compare_identity(plan.subject, entered.identifiers).allowed,
        "product": entered.product in drug.products and all(draw.product == entered.product for draw in bag.draws),
        "lots": sorted(entered.lots) == sorted({draw.lot for draw in bag.draws}),
        "weight": plan.dosing_weight is None or _same(entered.weight, plan.dosing_weight),
        "dose": _same(entered.dose, drug.dose) and _recomputed(plan, drug, entered),
        "route": entered.route.casefold() == drug.route.casefold(),
        "volume": _same(entered.volume, bag.volume),
        "rate": _same(entered.rate, drug.ladder[0].rate),
        "use_by": entered.use_by == bag.use_by,
        "pump_rate": _same(entered.pump_rate, drug.ladder[0].rate),
        "pump_volume": _same(entered.pump_volume, bag.volume),
    }
    return tuple(name for name, right in truth.items() if not right)


def _recomputed(plan: VisitPlan, drug: DrugPlan, entered: CheckEntered) -> bool:
    """The dose follows from the entered weight, within the rounding that policy allows."""
    if drug.dose_per is None:
        return True
    computed = drug.dose_per * entered.weight
    if not computed.unit.comparable(entered.dose.unit):
        return False
    off = abs(entered.dose.to(computed.unit).amount - computed.amount) * 100
    return off <= plan.policy.rounding_percent * computed.amount


def _differing(first: CheckEntered, second: CheckEntered) -> tuple[str, ...]:
    names = ("product", "route", "use_by")
    differs = [name for name in names if getattr(first, name) != getattr(second, name)]
    differs += [
        name
        for name in ("weight", "dose", "volume", "rate", "pump_rate", "pump_volume")
        if not _same(getattr(first, name), getattr(second, name))
    ]
    if sorted(first.lots) != sorted(second.lots):
        differs.append("lots")
    return tuple(differs)


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit) and one.same(other)


def outcome(compared: CheckCompared | None) -> Decision[None]:
    """Whether the double check lets the drug start."""
    if compared is None:
        return Decision(
            None,
            (
                unknown(
                    "missing_fact",
                    "The independent double check is not complete: two people must enter it.",
                    field="check",
                    source=_SOURCE,
                ),
            ),
        )
    if compared.agrees:
        return Decision()
    where = ", ".join(TITLES[name] for name in compared.differs)
    return Decision(
        None,
        (
            refused(
                "mismatch",
                f"The double check does not agree on: {where}. Both enter it again, each alone.",
                field="check",
                source=_SOURCE,
            ),
        ),
    )
