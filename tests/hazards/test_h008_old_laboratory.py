"""H-008 old or missing laboratory result: age by the day of collection, both sides of the edge; missing is unknown and
holds.
"""

from __future__ import annotations

from datetime import timedelta

from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.decision import Outcome
from tests.core.plans.cast import DAY, IRON, YARETZI, lab


def cleared(*facts):
    return evaluate(IRON, facts=list(facts), indication="D50.0", dose_number=1, day=DAY, patient=YARETZI)


def states(decision) -> dict[str, str]:
    return {item.key: item.state.value for item in (*decision.value.met, *decision.value.held_by)}


def test_a_missing_result_is_unknown_and_holds():
    decision = cleared()
    assert decision.outcome is Outcome.UNKNOWN
    assert any("hemoglobin" in item.key or "hemoglobin" in item.message.lower() for item in decision.value.held_by)


def test_both_sides_of_the_age_of_a_result():
    rules = [rule for rule in IRON.requirements if rule.fact == "lab.hemoglobin" and rule.fresh_days]
    assert rules, "the protocol states how old a hemoglobin may be"
    days = rules[0].fresh_days
    at, past = cleared(lab("hemoglobin", "8.9", "g/dL", days)), cleared(lab("hemoglobin", "8.9", "g/dL", days + 1))
    assert states(at)[rules[0].key] == "met"
    assert states(past)[rules[0].key] != "met"
    assert DAY - timedelta(days=days)
