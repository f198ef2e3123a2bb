"""The classes of a drug for the double check: from its protocol's data, the patient's age and the ladder, never from a name."""

from __future__ import annotations

from datetime import date

from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import DrugClass, SitePolicy

_ADULT = 18
# Families whose every protocol is one of the class; antibodies are antineoplastic where the order is for a neoplasm.
_ANTINEOPLASTIC = frozenset({"chemotherapy"})
_PLANS = frozenset({"chemotherapy_plan"})
_ANTIBODIES = frozenset({"monoclonal_antibody", "biologic"})
_IMMUNE_GLOBULIN = frozenset({"immune_globulin"})
_NEOPLASM = "C"  # ICD-10-CM chapter of malignant neoplasms


def classes_of(protocol: Protocol, indication: str, policy: SitePolicy) -> tuple[str, ...]:
    """What the protocol's own data says: family, therapy class, hazards, and the codes of the order's indication."""
    found = set()
    codes = () if (item := protocol.indication(indication)) is None else item.codes
    if protocol.family in _ANTINEOPLASTIC or protocol.therapy_class in _PLANS:
        found.add(DrugClass.ANTINEOPLASTIC)
    if protocol.family in _ANTIBODIES and any(code.prefix.startswith(_NEOPLASM) for code in codes if not code.supporting):
        found.add(DrugClass.ANTINEOPLASTIC)
    if protocol.family in _IMMUNE_GLOBULIN:
        found.add(DrugClass.IMMUNE_GLOBULIN)
    if protocol.therapy_class in policy.high_alert:
        found.add(DrugClass.HIGH_ALERT)
    if protocol.hazards and protocol.hazards.hazardous:
        found.add(DrugClass.HAZARDOUS)
    if protocol.hazards and protocol.hazards.vesicant:
        found.add(DrugClass.VESICANT)
    return tuple(sorted(item.value for item in found))


def classes_for(plan: VisitPlan, drug: DrugPlan) -> frozenset[DrugClass]:
    """The classes of a drug for this patient. An unknown age is not an adult's; a drug of no class is "any other"."""
    found = {DrugClass(name) for name in drug.classes}
    if drug.vesicant:
        found.add(DrugClass.VESICANT)
    if len(drug.ladder) > 1 or drug.manner is Manner.PUMP:
        found.add(DrugClass.LADDER)
    if drug.manner is Manner.UNIT:
        found.add(DrugClass.BLOOD)
    if not _adult(plan.subject.born, plan.day):
        found.add(DrugClass.CHILD)
    if DrugClass.IMMUNE_GLOBULIN in found and _slow(plan, drug):
        found.discard(DrugClass.IMMUNE_GLOBULIN)
    return frozenset(found) or frozenset({DrugClass.OTHER})


def _adult(born: date | None, day: date | None) -> bool:
    if born is None or day is None:
        return False
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) >= _ADULT


def _slow(plan: VisitPlan, drug: DrugPlan) -> bool:
    """Whether the highest rate is known to stay at or below the one that policy sets for the class."""
    rule = next((item for item in plan.policy.double_checks if item.drug_class is DrugClass.IMMUNE_GLOBULIN), None)
    if rule is None or rule.above is None or plan.dosing_weight is None or not drug.ladder:
        return False
    highest = max(step.rate.to("mL/h").amount for step in drug.ladder)
    return highest <= rule.above * plan.dosing_weight.to("kg").amount
