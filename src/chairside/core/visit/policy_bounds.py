"""What a site may not set: numbers outside their bounds, and a double check without what nobody overrides at the chair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from chairside.core.access import Role
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import plain
from chairside.core.visit.monitoring import PROFILES
from chairside.core.visit.policy import OF_THE_BAG, TITLES, VERIFIERS, CheckStage, DrugClass, Moment, SitePolicy

_NEVER = "never overridable at the chair (safety reference 1.6)"
# Two people always compare these: another patient, drug, dose, rate, route or a preparation past its time is never let through.
ALWAYS_COMPARED = ("patient", "product", "dose", "route", "rate", "use_by")
ALWAYS_CHECKED = frozenset({DrugClass.ANTINEOPLASTIC, DrugClass.BLOOD})
LADDER_PROFILES = ("B", "C")  # with a set before each rise; a ladder without one is not offered


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a site sets: what it is, in which unit, between which bounds (both included)."""

    name: str
    title: str
    unit: str
    low: Decimal
    high: Decimal

    @property
    def whole(self) -> bool:
        return self.unit in ("attempts", "min")

    def of(self, policy: SitePolicy) -> Decimal:
        value = getattr(policy, self.name)
        return Decimal(value // timedelta(minutes=1)) if isinstance(value, timedelta) else Decimal(value)


def _number(name: str, title: str, unit: str, low: int | str, high: int) -> Number:
    return Number(name, title, unit, Decimal(low), Decimal(high))


NUMBERS = (
    _number("rounding_percent", "A rounded dose may differ from the recomputed one by", "%", 0, 10),
    _number("computed_percent", "A verifier's own sum may differ by rounding up to", "%", 0, 5),
    _number("weight_change_percent", "Weight change that asks the prescriber", "%", 1, 10),
    _number("surface_change_percent", "Body surface change that asks the prescriber", "%", 1, 10),
    _number("weight_recheck_percent", "Weight change that asks to weigh again, above", "%", 5, 20),
    _number("weight_per_day_kg", "Weight change a day that asks to weigh again, above", "kg", 1, 5),
    _number("vitals_valid", "A set of vitals serves for", "min", 5, 30),
    _number("vitals_amber", "A set is late (amber) after", "min", 1, 15),
    _number("vitals_red", "A set is very late (red) after", "min", 2, 30),
    _number("volume_tolerance_ml", "Volume given may differ from the bag by, in volume", "mL", 0, 20),
    _number("volume_tolerance_percent", "Volume given may differ from the bag by, in percent", "%", 0, 10),
    _number("premedication_short_minutes", "A nurse may release a wait that is short by", "min", 0, 15),
    _number("usable_hours", "A preparation without a stated time may be used for", "h", 1, 24),
    _number("issue_to_start_minutes", "A unit of blood starts after its issue within", "min", 15, 30),
    _number("unit_hours", "A unit of blood ends after its issue within", "h", 1, 4),
    _number("attempts_each", "Access attempts of one clinician", "attempts", 1, 3),
    _number("attempts_before_escalation", "Access attempts in all, before the charge nurse comes in", "attempts", 1, 6),
)


def problems(policy: SitePolicy) -> tuple[Reason, ...]:
    """Every reason why a site may not set this policy. Nothing is clamped into bounds."""
    return (*_numbers(policy), *_profiles(policy), *_classes(policy), *_stages(policy))


def _numbers(policy: SitePolicy) -> list[Reason]:
    found = []
    for item in NUMBERS:
        value = item.of(policy)
        if not item.low <= value <= item.high:
            limit = f"{plain(item.low)} to {plain(item.high)} {item.unit}"
            found.append(refused("out_of_range", f"{item.title}: {plain(value)} {item.unit}.", field=item.name, limit=limit))
    if policy.vitals_red <= policy.vitals_amber:
        found.append(refused("out_of_range", "Red comes after amber.", field="vitals_red"))
    return found


def _profiles(policy: SitePolicy) -> list[Reason]:
    found = []
    if policy.vitals_profile not in LADDER_PROFILES:
        message = "A ladder needs a set of vitals before each rise."
        found.append(refused("out_of_range", message, field="vitals_profile", limit=", ".join(LADDER_PROFILES), source=_NEVER))
    if policy.vitals_profile_one_rate not in PROFILES:
        found.append(refused("out_of_range", "There is no such profile.", field="vitals_profile_one_rate"))
    return found


def _classes(policy: SitePolicy) -> list[Reason]:
    found = []
    if {item.drug_class for item in policy.double_checks} != set(DrugClass):
        found.append(unknown("missing_fact", "Say for every class whether it needs a double check.", field="double_checks"))
    shared = policy.second_verifiers & VERIFIERS
    for item in policy.double_checks:
        field, name = f"class.{item.drug_class.value}", item.drug_class.label
        if not item.needed and item.drug_class in ALWAYS_CHECKED:
            found.append(refused("not_permitted", f"The double check of {name} drugs cannot be left out.", field=field))
        if strangers := item.second - VERIFIERS:
            message = f"May not verify: {_roles(strangers)}."
            found.append(refused("not_permitted", message, field=field, limit=_roles(VERIFIERS), source="access matrix"))
        if not item.second & VERIFIERS:
            found.append(unknown("missing_fact", f"Say who may be second for {name}.", field=field))
        if item.above is not None and not 0 < item.above <= 10:
            found.append(refused("out_of_range", f"{name}: {item.above} mL/kg/h.", field=field, limit="up to 10 mL/kg/h"))
        if item.above is not None and item.drug_class is not DrugClass.IMMUNE_GLOBULIN:
            found.append(refused("out_of_range", f"A rate is set for immune globulin only, not for {name}.", field=field))
        if item.needed and item.drug_class is not DrugClass.OTHER:  # "other" stands alone, the rest may meet in one drug
            shared &= item.second
    if not shared:
        message = "A drug of several classes would have nobody who may be second. One role must be named in every class."
        found.append(refused("not_permitted", message, field="double_checks"))
    return found


def _stages(policy: SitePolicy) -> list[Reason]:
    if not policy.stages:
        return [refused("not_permitted", "At least one stage is needed.", field="stages", source=_NEVER)]
    found = [reason for place, stage in enumerate(policy.stages) for reason in _stage(f"stage.{place}", stage)]
    if len({stage.key for stage in policy.stages}) != len(policy.stages):
        found.append(refused("out_of_range", "Two stages have the same name.", field="stages"))
    order = [list(Moment).index(stage.moment) for stage in policy.stages]
    if order != sorted(order):
        found.append(refused("out_of_range", "Stages stand in the order in which they happen.", field="stages"))
    by_two = {name for stage in policy.stages if stage.people == 2 for name in stage.asks}
    if lacking := [TITLES[name] for name in ALWAYS_COMPARED if name not in by_two]:
        message = f"Two people must compare, at one stage or another: {', '.join(lacking)}."
        found.append(refused("not_permitted", message, field="stages", source=_NEVER))
    return found


def _stage(field: str, stage: CheckStage) -> list[Reason]:
    found = []
    if not stage.title.strip() or not stage.key:
        found.append(unknown("missing_fact", "A stage needs a name.", field=field))
    if stage.people not in (1, 2):
        found.append(refused("out_of_range", f"{stage.title}: one person or two.", field=field))
    if not stage.asks or set(stage.asks) - set(TITLES):
        found.append(unknown("missing_fact", f"{stage.title}: say what is entered.", field=field))
    if not stage.who & VERIFIERS or stage.who - VERIFIERS:
        message = f"{stage.title}: say who enters it."
        found.append(refused("not_permitted", message, field=field, limit=_roles(VERIFIERS), source="access matrix"))
    if stage.moment is Moment.BEFORE_PREPARATION and (early := [TITLES[name] for name in stage.asks if name in OF_THE_BAG]):
        message = f"{stage.title}: before there is a bag nobody can read {', '.join(early)}."
        found.append(refused("wrong_state", message, field=field))
    return found


def _roles(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(role.label.lower() for role in roles))
