"""What a late dose does to itself and to the ones after it: the late rule that fits, if any does."""

from __future__ import annotations

from chairside.core.protocols.schema.regimen import LateAction, LateRule, Phase, Regimen

MOVES = frozenset((LateAction.COUNT_FROM_GIVEN, LateAction.GIVE_PHASE))


def rule_for(phase: Phase, days_late: int) -> LateRule | None:
    """The rule of the largest delay that the dose exceeds; None when it is not late enough for any."""
    fitting = [rule for rule in phase.late if days_late > rule.more_than_days]
    return max(fitting, key=lambda rule: rule.more_than_days, default=None)


def phase_again(regimen: Regimen, rule: LateRule | None) -> Phase | None:
    """The phase that is given again, where the rule says so."""
    if rule is None or rule.action is not LateAction.GIVE_PHASE:
        return None
    return next((phase for phase in regimen.phases if phase.key == rule.phase), None)


def reloads(regimen: Regimen) -> bool:
    """True when a late dose may put the course back into an earlier phase."""
    return any(rule.action is LateAction.GIVE_PHASE for phase in regimen.phases for rule in phase.late)
