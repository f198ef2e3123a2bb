"""What a site may set about its visits: double check by class and stage, vitals, weight, attempts, tolerances, waits.

Every default is a proposal that the site confirms (safety reference 1.3 to 1.7). What nobody overrides at the chair cannot be
set away either: `policy_bounds.problems` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from chairside.core.access import MATRIX, Action, Role

VERIFIERS = MATRIX[Action.VISIT_VERIFY]
# What a verifier enters, in the order of the form. Which of them a stage asks is policy; which apply is the drug's.
TITLES = {
    "patient": "patient",
    "product": "product",
    "lots": "lot",
    "weight": "dosing weight",
    "bsa": "body surface",
    "dose": "dose",
    "route": "route",
    "volume": "bag volume",
    "concentration": "concentration",
    "rate": "starting rate",
    "minutes": "infusion time",
    "use_by": "use-by time",
    "pump_rate": "pump rate",
    "pump_volume": "pump volume",
}
OF_THE_BAG = frozenset({"lots", "use_by", "pump_rate", "pump_volume"})  # nothing to read before there is a bag


class DrugClass(StrEnum):
    """Classes that a double check is set for. A drug's come from its protocol's data, never from its name."""

    ANTINEOPLASTIC = "antineoplastic"
    HAZARDOUS = "hazardous"
    VESICANT = "vesicant"
    IMMUNE_GLOBULIN = "immune_globulin"
    HIGH_ALERT = "high_alert"
    BLOOD = "blood"
    CHILD = "child"
    LADDER = "ladder"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _CLASS_LABELS[self]


_CLASS_LABELS = {
    DrugClass.ANTINEOPLASTIC: "antineoplastic",
    DrugClass.HAZARDOUS: "hazardous (NIOSH)",
    DrugClass.VESICANT: "vesicant",
    DrugClass.IMMUNE_GLOBULIN: "immune globulin",
    DrugClass.HIGH_ALERT: "opioid, insulin, heparin, potassium",
    DrugClass.BLOOD: "unit of blood",
    DrugClass.CHILD: "patient under 18 years, or of unknown age",
    DrugClass.LADDER: "pump programmed by a ladder",
    DrugClass.OTHER: "any other drug",
}


@dataclass(frozen=True, slots=True)
class ClassCheck:
    """The double check of one class of drugs.

    second   of the two people, one holds one of these roles
    remote   one of the two may be at another place, with their own log-in
    above    mL/kg/h: below this highest rate the class asks for none; None asks always
    """

    drug_class: DrugClass
    needed: bool = True
    second: frozenset[Role] = VERIFIERS
    remote: bool = False
    above: Decimal | None = None


class Moment(StrEnum):
    """What a stage of the check comes before."""

    BEFORE_PREPARATION = "before_preparation"
    ON_PREPARATION = "on_preparation"
    BEFORE_START = "before_start"


@dataclass(frozen=True, slots=True)
class CheckStage:
    """One stage of the check.

    asks       keys of TITLES; those that do not apply to a drug are not asked of it
    who        roles that may enter it
    people     2: two people with two log-ins, each blind; 1: one person against what the system computes
    presence   in the patient's presence, so never from another place
    """

    key: str
    title: str
    moment: Moment = Moment.BEFORE_START
    asks: tuple[str, ...] = tuple(TITLES)
    who: frozenset[Role] = VERIFIERS
    people: int = 2
    presence: bool = False


ADMINISTRATION = CheckStage("administration", "Before administration")


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What a site may set. `version` is the site's own count; 0 means that nobody has confirmed these proposals.

    second_verifiers   bounds `second` of every class
    high_alert         therapy classes of protocols that count as high alert here
    computed_percent   how far a verifier's own sum (concentration, time, body surface) may lie off by rounding
    vitals_profile     of a ladder for which the protocol states no cadence; `..._one_rate`: of a drug that runs at one rate
    """

    version: int = 0
    second_verifiers: frozenset[Role] = VERIFIERS
    double_checks: tuple[ClassCheck, ...] = tuple(ClassCheck(item) for item in DrugClass)
    stages: tuple[CheckStage, ...] = (ADMINISTRATION,)
    high_alert: frozenset[str] = frozenset({"opioid", "insulin", "heparin", "potassium"})
    rounding_percent: Decimal = Decimal(10)  # how far a rounded dose may lie from the recomputed one
    computed_percent: Decimal = Decimal(2)
    vitals_profile: str = "B"
    vitals_profile_one_rate: str = "B"
    vitals_valid: timedelta = timedelta(minutes=10)
    vitals_amber: timedelta = timedelta(minutes=5)
    vitals_red: timedelta = timedelta(minutes=10)
    volume_tolerance_ml: Decimal = Decimal(5)
    volume_tolerance_percent: Decimal = Decimal(5)
    weight_change_percent: Decimal = Decimal(10)
    surface_change_percent: Decimal = Decimal(5)
    weight_recheck_percent: Decimal = Decimal(15)
    weight_per_day_kg: Decimal = Decimal(2)
    premedication_short_minutes: int = 10  # a nurse may release a wait that is this much short; beyond it a prescriber
    usable_hours: Decimal = Decimal(24)  # of a preparation for which the protocol states nothing
    issue_to_start_minutes: int = 30  # of a unit of blood; after it the unit goes back
    unit_hours: Decimal = Decimal(4)  # from the issue of a unit to its end
    attempts_each: int = 2
    attempts_before_escalation: int = 4

    def with_all_classes(self) -> SitePolicy:
        """With the proposal for every class that did not exist yet when the site set its policy."""
        known = {item.drug_class for item in self.double_checks}
        return replace(
            self, double_checks=(*self.double_checks, *(ClassCheck(item) for item in DrugClass if item not in known))
        )

    def stage(self, key: str) -> CheckStage | None:
        return next((item for item in self.stages if item.key == key), None)


PROPOSAL = SitePolicy()
