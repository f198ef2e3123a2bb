"""A policy in words, a line each: for its page, its export, and for what one version changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chairside.core.access import Role
from chairside.core.kernel.quantity import plain
from chairside.core.visit.monitoring import PROFILES
from chairside.core.visit.policy import TITLES, CheckStage, ClassCheck, Moment, SitePolicy
from chairside.core.visit.policy_bounds import ALWAYS_CHECKED, NUMBERS

MOMENTS = {
    Moment.BEFORE_PREPARATION: "before the preparation",
    Moment.ON_PREPARATION: "on the preparation",
    Moment.BEFORE_START: "before the start",
}
CLASSES, STAGES, FIGURES = "Double check by class", "Stages of the double check", "Figures"


@dataclass(frozen=True, slots=True)
class Line:
    """One setting. `proposed` is what the software proposes for it, "" where it proposes no such thing."""

    group: str
    title: str
    value: str
    proposed: str = ""

    @property
    def as_proposed(self) -> bool:
        return self.value == self.proposed


def lines_of(policy: SitePolicy, proposal: SitePolicy) -> tuple[Line, ...]:
    """Every setting of a policy, beside what is proposed."""
    proposed = {(group, title): value for group, title, value in _told(proposal)}
    return tuple(Line(group, title, value, proposed.get((group, title), "")) for group, title, value in _told(policy))


def changes(before: SitePolicy, after: SitePolicy) -> tuple[str, ...]:
    """What the later version says differently."""
    was = {(group, title): value for group, title, value in _told(before)}
    now = {(group, title): value for group, title, value in _told(after)}
    found = [f"{key[1]}: {was[key]} becomes {value}" for key, value in now.items() if key in was and was[key] != value]
    found += [f"{key[1]} is new: {value}" for key, value in now.items() if key not in was]
    return tuple(found + [f"{key[1]} is left out" for key in was if key not in now])


def _told(policy: SitePolicy) -> Iterator[tuple[str, str, str]]:
    for rule in policy.double_checks:
        yield CLASSES, first_upper(rule.drug_class.label), _rule(rule, policy)
    for stage in policy.stages:
        yield STAGES, stage.title, _stage(stage)
    for item in NUMBERS:
        yield FIGURES, item.title, f"{plain(item.of(policy))} {item.unit}"
    yield FIGURES, "Vitals of a ladder without a stated cadence", f"profile {PROFILES[policy.vitals_profile].name}"
    one_rate = PROFILES[policy.vitals_profile_one_rate].name
    yield FIGURES, "Vitals of one rate without a stated cadence", f"profile {one_rate}"


def _rule(rule: ClassCheck, policy: SitePolicy) -> str:
    if not rule.needed:
        return "no double check"
    above = f" above {plain(rule.above)} mL/kg/h" if rule.above is not None else ""
    remote = "one of the two may be at another place" if rule.remote else "both at the patient's place"
    return f"needed{above}; one of the two: {roles(rule.second & policy.second_verifiers)}; {remote}"


def _stage(stage: CheckStage) -> str:
    people = "two people, each alone" if stage.people == 2 else "one person"
    presence = ", in the patient's presence" if stage.presence else ""
    asked = "everything" if set(stage.asks) == set(TITLES) else ", ".join(TITLES[name] for name in TITLES if name in stage.asks)
    return f"{MOMENTS[stage.moment]}, {people}{presence}: {roles(stage.who)}. Entered: {asked}"


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def always_checked() -> str:
    """The classes whose double check no site leaves out."""
    return ", ".join(sorted(item.label for item in ALWAYS_CHECKED))


def roles(found: frozenset[Role]) -> str:
    return ", ".join(sorted(role.label.lower() for role in found))
