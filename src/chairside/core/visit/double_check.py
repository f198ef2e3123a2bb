"""The independent double check: people with their own log-ins, each entering alone; the system compares (H-013, H-014).

Nobody is shown another's entries, and the answer says only *where* they differ. Everybody computes from the raw inputs: the
order, the dosing weight of record, the bag. Which drugs, which stages and who is site policy (`core.visit.policy`).
"""

from __future__ import annotations

from chairside.core.access import Actor, Role
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.visit.check_need import need_of as need_of
from chairside.core.visit.check_need import stages_of as stages_of
from chairside.core.visit.events import CheckCompared, CheckEntered
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.policy import TITLES, VERIFIERS, CheckStage, Moment
from chairside.core.visit.recomputing import ENTRY_OF, asked, differing, wrong_fields
from chairside.core.visit.state import Check, Infusion

_SOURCE = "independent double check"
_POLICY = "site policy"


def open_stage(plan: VisitPlan, drug: DrugPlan, region: Infusion) -> CheckStage | None:
    """The stage that comes next: the first that has not agreed yet."""
    agreed = {item.stage for item in region.agreed}
    return next((stage for stage in stages_of(plan, drug) if stage.key not in agreed), None)


def due(plan: VisitPlan, drug: DrugPlan, region: Infusion) -> CheckStage | None:
    """The stage that can be entered now: the one that comes next, once there is what it is about."""
    stage = open_stage(plan, drug, region)
    if stage is None or (region.prepared is None and stage.moment is not Moment.BEFORE_PREPARATION):
        return None
    return stage


def may_enter(
    plan: VisitPlan, drug: DrugPlan, region: Infusion, actor: Actor, *, stage_key: str, remote: bool = False
) -> tuple[Reason, ...]:
    """Reasons why this person may not enter this stage now: not its turn, not a verifier, entered already, from elsewhere."""
    stages = stages_of(plan, drug)
    stage = next((item for item in stages if item.key == stage_key), None)
    if stage is None:
        return (refused("wrong_state", "This double check is not asked of this drug here.", field="check", source=_POLICY),)
    reasons: list[Reason] = []
    if region.prepared is None and stage.moment is not Moment.BEFORE_PREPARATION:
        reasons.append(refused("wrong_state", "There is no preparation to check yet.", field="check", source=_SOURCE))
    agreed = {item.stage for item in region.agreed}
    if first := next((item for item in stages[: stages.index(stage)] if item.key not in agreed), None):
        reasons.append(refused("wrong_state", f"“{first.title}” comes first.", field="check", source=_POLICY))
    if not actor.session:
        message = "The log-in of this person is not known, so the check would not be independent."
        reasons.append(unknown("missing_fact", message, field="actor.session", source=_SOURCE))
    if not actor.roles & stage.who & VERIFIERS:
        message = f"At this site this check takes: {spelled_roles(stage.who & VERIFIERS)}."
        reasons.append(refused("not_permitted", message, field="actor", source=_POLICY))
    if stage.people == 2:
        reasons.extend(_beside(plan, drug, stage, round_of(region, stage), actor))
    reasons.extend(_from_elsewhere(plan, drug, stage, round_of(region, stage)) if remote else ())
    return tuple(reasons)


def round_of(region: Infusion, stage: CheckStage) -> tuple[Check, ...]:
    """The entries of the round that is open at this stage."""
    return () if region.compared else tuple(check for check in region.checks if check.entered.stage == stage.key)


def lacking(plan: VisitPlan, drug: DrugPlan, entered: CheckEntered) -> tuple[Reason, ...]:
    """What this stage asks and the entry leaves out. A wrong entry is not told here: the comparison finds it."""
    stage = plan.policy.stage(entered.stage)
    return tuple(
        unknown("missing_fact", f"Enter the {TITLES[name]}.", field=f"check.{name}", source=_POLICY)
        for name in (asked(plan, drug, stage) if stage else ())
        if getattr(entered, ENTRY_OF.get(name, name)) is None
    )


def _beside(plan: VisitPlan, drug: DrugPlan, stage: CheckStage, others: tuple[Check, ...], actor: Actor) -> list[Reason]:
    """Against the entry that is in already: another person, another log-in, and of the two one who may be second."""
    reasons = [_independent(check, actor) for check in others if not _is_independent(check, actor)]
    second = need_of(plan, drug).second & stage.who
    if not second:
        message = "The policy of this site names nobody who may be second for this drug. Wait, or ask the prescriber."
        reasons.append(refused("not_available", message, field="actor", source=_POLICY))
    elif others and not reasons and not any((check.roles | actor.roles) & second for check in others):
        message = f"One of the two must be: {spelled_roles(second)}."
        reasons.append(refused("not_permitted", message, field="actor", source=_POLICY))
    return reasons


def _from_elsewhere(plan: VisitPlan, drug: DrugPlan, stage: CheckStage, others: tuple[Check, ...]) -> list[Reason]:
    reasons = []
    if not need_of(plan, drug).remote:
        message = "At this site nobody checks this drug from another place."
        reasons.append(refused("not_permitted", message, field="remote", source=_POLICY))
    if stage.presence:
        message = "This check is made in the patient's presence."
        reasons.append(refused("not_permitted", message, field="remote", source=_POLICY))
    if stage.people == 1 or any(check.entered.remote for check in others):
        message = "One of the two must be where the patient is."
        reasons.append(refused("not_permitted", message, field="remote", source=_SOURCE))
    return reasons


def _is_independent(check: Check, actor: Actor) -> bool:
    return check.actor_id != actor.id and check.session != actor.session


def _independent(check: Check, actor: Actor) -> Reason:
    if check.actor_id == actor.id:
        message = "You entered the first check. Another person must enter the second one, with their own log-in."
    else:
        message = "The first check was entered from this log-in. The second person must use their own log-in."
    return refused("not_independent", message, field="actor", source=_SOURCE)


def compare(plan: VisitPlan, drug: DrugPlan, region: Infusion) -> CheckCompared | None:
    """The comparison, once the entries of this round are in, each of another person; None before."""
    stage = plan.policy.stage(region.checks[-1].entered.stage) if region.checks else None
    if stage is None or len(region.checks) < stage.people:
        return None
    names = asked(plan, drug, stage)
    checks = region.checks[-stage.people :]
    wrong = {name for check in checks for name in wrong_fields(plan, drug, region.prepared, check.entered, names)}
    if stage.people == 2:
        first, second = checks
        if first.actor_id == second.actor_id or first.session == second.session:
            return None
        wrong |= set(differing(first.entered, second.entered, names))
    differs = tuple(name for name in TITLES if name in wrong)
    second_event = checks[-1].event if stage.people == 2 else ""
    return CheckCompared(drug.key, checks[0].event, second_event, not differs, differs, stage.key)


def outcome(plan: VisitPlan, drug: DrugPlan, region: Infusion, before: Moment | None = None) -> Decision[None]:
    """Whether the double check lets the drug be prepared (`before` its preparation) or started: every stage has agreed."""
    agreed = {item.stage for item in region.agreed}
    stages = [stage for stage in stages_of(plan, drug) if before is None or stage.moment is before]
    several = len(plan.policy.stages) > 1
    missing = [stage for stage in stages if stage.key not in agreed]
    return Decision(None, tuple(_not_yet(stage, region, f"{stage.title}: " if several else "") for stage in missing))


def _not_yet(stage: CheckStage, region: Infusion, where: str) -> Reason:
    told = region.compared
    if told is not None and told.stage == stage.key and not told.agrees:
        differs = ", ".join(TITLES[name] for name in told.differs)
        again = "Both enter it again, each alone." if stage.people == 2 else "Enter it again."
        return refused(
            "mismatch", f"{where}The double check does not agree on: {differs}. {again}", field="check", source=_SOURCE
        )
    who = "two people must enter it" if stage.people == 2 else "one person must enter it"
    message = f"{where}The independent double check is not complete: {who}."
    return unknown("missing_fact", message, field="check", source=_SOURCE)


def spelled_roles(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(role.value.replace("_", " ") for role in roles))
