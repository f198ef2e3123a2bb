"""Which double check a drug needs: the strictest of its classes, and the stages that policy lists."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.access import Role
from chairside.core.visit.drug_classes import classes_for
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.policy import VERIFIERS, CheckStage, DrugClass


@dataclass(frozen=True, slots=True)
class Need:
    """What policy asks of one drug: the strictest of its classes."""

    needed: bool
    second: frozenset[Role]
    remote: bool
    classes: frozenset[DrugClass]


def need_of(plan: VisitPlan, drug: DrugPlan) -> Need:
    """Needed where one class needs it. One of the two holds a role that every such class names; remote where all allow it."""
    classes = classes_for(plan, drug)
    known = {item.drug_class for item in plan.policy.double_checks}
    rules = [item for item in plan.policy.double_checks if item.drug_class in classes and item.needed]
    second = plan.policy.second_verifiers & VERIFIERS
    for rule in rules:
        second &= rule.second
    needed = drug.needs_check and (bool(rules) or bool(classes - known))
    return Need(needed, second, bool(rules) and all(rule.remote for rule in rules), classes)


def stages_of(plan: VisitPlan, drug: DrugPlan) -> tuple[CheckStage, ...]:
    """The stages of the check that this drug goes through, in order; none where it needs no check."""
    return plan.policy.stages if need_of(plan, drug).needed else ()
