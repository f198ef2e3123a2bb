"""A unit of blood: which group may be given to whom, and the clocks from its issue to its end.

The tables of groups are recalled from common teaching, not read in a standard: a laboratory's own rule goes before them, and a
person who answers for transfusion at the site confirms them before use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.visit.events import UnitReceived
from chairside.core.visit.plan import DrugPlan, VisitPlan, minutes
from chairside.core.visit.state import Infusion

SOURCE = "table of blood groups (recalled, to be confirmed by the laboratory)"
_POLICY = "site policy"
_EVERY = frozenset({"O", "A", "B", "AB"})
# By component: the patient's group, and the groups of units that carry nothing against it.
_CELLS = {"O": frozenset({"O"}), "A": frozenset({"A", "O"}), "B": frozenset({"B", "O"}), "AB": _EVERY}
_PLASMA = {"O": _EVERY, "A": frozenset({"A", "AB"}), "B": frozenset({"B", "AB"}), "AB": frozenset({"AB"})}
_SAME = {group: frozenset({group}) for group in _EVERY}


@dataclass(frozen=True, slots=True)
class Component:
    """What decides between a unit and a patient.

    groups        the patient's ABO group, and those of units that fit
    strict        another group is refused by everybody; else a prescriber may decide (platelets in short supply)
    rhesus        a unit that is D positive is not for a patient who is D negative; a prescriber may decide
    crossmatched  the laboratory has tested the unit against the patient's sample
    """

    groups: dict[str, frozenset[str]]
    strict: bool
    rhesus: bool
    crossmatched: bool


COMPONENTS = {
    "red cells": Component(_CELLS, strict=True, rhesus=True, crossmatched=True),
    "whole blood": Component(_SAME, strict=True, rhesus=True, crossmatched=True),
    "plasma": Component(_PLASMA, strict=True, rhesus=False, crossmatched=False),
    "platelets": Component(_PLASMA, strict=False, rhesus=True, crossmatched=False),
}
_GROUP = re.compile(r"(AB|A|B|O)\s*(\+|-|POS|NEG|POSITIVE|NEGATIVE)")


@dataclass(frozen=True, slots=True)
class Group:
    abo: str
    positive: bool


def group_of(text: str) -> Group | None:
    """A group as it is written ("A+", "O neg"), None where it does not say both."""
    found = _GROUP.fullmatch(text.strip().upper().replace("−", "-"))
    return Group(found[1], found[2] in ("+", "POS", "POSITIVE")) if found else None


def compatible(component: str, unit: str, patient: str) -> tuple[Reason, ...]:
    """Why a unit of this group is not for a patient of that group. A group that cannot be read is unknown, never a fit."""
    rule, given, own = COMPONENTS.get(component), group_of(unit), group_of(patient)
    if rule is None:
        message = f"There is no rule here for {component or 'this component'}."
        return (unknown("not_encoded", message, field="unit.component", source=SOURCE),)
    if given is None or own is None:
        missing = " and ".join(name for name, read in (("the unit", given), ("the patient's sample", own)) if read is None)
        message = f"Read the group of {missing}: ABO and Rh, such as A+."
        return (unknown("missing_fact", message, field="unit.group", source=SOURCE),)
    reasons: list[Reason] = []
    if given.abo not in rule.groups[own.abo]:
        message = f"{component.capitalize()} of group {given.abo} are not for a patient of group {own.abo}."
        fits = ", ".join(sorted(rule.groups[own.abo]))
        if rule.strict:
            reasons.append(refused("mismatch", message, field="unit.group", limit=fits, source=SOURCE))
        else:
            reasons.append(review("mismatch", message, field="unit.group", limit=fits, source=SOURCE, override="prescriber"))
    if rule.rhesus and given.positive and not own.positive:
        message = "The unit is Rh positive, the patient Rh negative."
        reasons.append(review("mismatch", message, field="unit.rhesus", source=SOURCE, override="prescriber"))
    return tuple(reasons)


def fitness(drug: DrugPlan, unit: UnitReceived, at: datetime) -> tuple[Reason, ...]:
    """What speaks against this unit for this patient, whatever the clock says: label, groups, tests, bag."""
    reasons: list[Reason] = list(compatible(drug.component, unit.group, unit.patient_group))
    rule = COMPONENTS.get(drug.component)
    if unit.component not in drug.products:
        message = f"{unit.component or 'This unit'} is not what was ordered: {', '.join(drug.products)}."
        reasons.append(refused("wrong_product", message, field="unit.component"))
    if not unit.unit.strip():
        reasons.append(unknown("missing_fact", "Scan or type the number of the unit.", field="unit.number"))
    if rule is not None and rule.crossmatched and unit.crossmatched is not True:
        made = unknown if unit.crossmatched is None else refused
        message = "The issue slip must say that this unit was cross-matched with the patient's sample."
        reasons.append(made("missing_fact", message, field="unit.crossmatched", source=SOURCE))
    if unit.intact is not True:
        made = unknown if unit.intact is None else refused
        message = "Look at the bag: leaks, clots, color. A bag that is not right goes back."
        reasons.append(made("missing_fact", message, field="unit.intact"))
    if unit.expires <= at:
        message, limit = "The unit has expired. It goes back.", unit.expires.isoformat()
        reasons.append(refused("preparation_expired", message, field="unit.expires", limit=limit))
    if unit.issued_at > at:
        reasons.append(refused("out_of_range", "It cannot have been issued in the future.", field="unit.issued_at"))
    return tuple(reasons)


def ends_by(plan: VisitPlan, drug: DrugPlan, region: Infusion) -> datetime | None:
    """When the unit must be over: so long after its issue, so long after its start, and not after its expiry."""
    if region.unit is None:
        return None
    moments = [region.unit.issued_at + _hours(plan.policy.unit_hours), region.unit.expires]
    if drug.most_minutes is not None and region.started_at is not None:
        moments.append(region.started_at + minutes(drug.most_minutes))
    return min(moments)


def in_time(plan: VisitPlan, drug: DrugPlan, region: Infusion, at: datetime, needed: Decimal) -> tuple[Reason, ...]:
    """The clocks of a unit: issue to start, and its end, for what still has to run. Nobody overrides them."""
    unit = region.unit
    if unit is None:
        return ()
    reasons: list[Reason] = []
    most = plan.policy.issue_to_start_minutes
    if region.started_at is None and at > unit.issued_at + timedelta(minutes=most):
        gone = int((at - unit.issued_at).total_seconds()) // 60
        message = f"The unit was issued {gone} min ago and not started within {most} min. It goes back."
        reasons.append(refused("too_late", message, field="unit.issued_at", limit=f"{most} min", source=_POLICY))
    end = ends_by(plan, drug, region)
    if end is not None and at + minutes(needed) > end:
        left = max(0, int((end - at).total_seconds()) // 60)
        message = f"The unit must be over within {left} min, and still needs {needed:.0f} min at the rates allowed."
        reasons.append(refused("too_late", message, field="unit.end", limit=f"{left} min", source=drug.source))
    return tuple(reasons)


def _hours(amount: Decimal) -> timedelta:
    return timedelta(microseconds=int(amount * 3_600_000_000))
