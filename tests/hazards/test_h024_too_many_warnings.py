"""H-024 too many warnings: a release is a record that is counted against how often the rule held; the nearly-always ones
are marked.
"""

from __future__ import annotations

from chairside.apps.visit.following import RETIRE_PERCENT, RuleUse


def test_a_rule_that_is_nearly_always_released_is_marked():
    assert RETIRE_PERCENT == 90
    assert RuleUse("a", 10, 10, "nurse", "").tiring
    assert not RuleUse("a", 10, 9, "nurse", "").tiring
    assert not RuleUse("a", 0, 0, "", "").tiring
