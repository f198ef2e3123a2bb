"""A drug that a reaction ended for good is held for everybody who asks, and nobody releases it (H-012)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.clearance.blocks import BLOCKED
from chairside.core.clearance.item import State
from chairside.core.kernel.fact import Fact, FactKind
from tests.core.clearance.small import EMPTY, clear, fact

_A_FACT = fact("condition.M06.9", days_ago=10)


def blocked(code: str, **changes: object) -> Fact:
    told = replace(_A_FACT, kind=FactKind.REACTION, code=code, value=Decimal(4), unit="", status=BLOCKED)
    return replace(told, **changes)


def found(*facts: Fact):
    return [item for item in clear(EMPTY, facts).value.items if item.key == "blocked_by_reaction"]


def test_a_block_holds_the_drug_and_nobody_releases_it():
    (item,) = found(blocked(EMPTY.generic))
    assert (item.state, item.release) == (State.HELD, ())
    assert "grade 4 reaction" in item.message


@pytest.mark.parametrize("changes", [{"code": "another drug"}, {"status": "final"}, {"kind": FactKind.ALLERGY}])
def test_another_drug_and_a_reaction_that_ended_nothing_are_no_block(changes):
    assert not found(replace(blocked(EMPTY.generic), **changes))


def test_a_block_without_a_grade_holds_as_well():
    (item,) = found(blocked(EMPTY.generic.upper(), value="anaphylaxis"))
    assert item.message.startswith("A reaction on")
