from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, review, strongest, unknown

KINDS = {Outcome.REFUSED: refused, Outcome.UNKNOWN: unknown, Outcome.REVIEW: review}


def test_without_a_reason_it_is_allowed():
    assert Decision(1).outcome is Outcome.ALLOWED


@pytest.mark.parametrize(("weaker", "stronger"), list(combinations(sorted(KINDS), 2)))
def test_refused_outranks_unknown_outranks_review(weaker, stronger):
    reasons = (KINDS[weaker]("interval", "a"), KINDS[stronger]("interval", "b"))
    assert Decision(None, reasons).outcome is stronger
    assert strongest(reversed(reasons)) is stronger


def test_a_code_outside_the_contract_cannot_be_written():
    with pytest.raises(ValueError, match="not a reason code"):
        Reason("made_up", "x", Outcome.REFUSED)


@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=6), st.sampled_from(sorted(KINDS)))
def test_a_reason_more_never_makes_it_milder(outcomes, more):
    before = Decision(None, tuple(KINDS[outcome]("interval", "x") for outcome in outcomes))
    assert before.because(KINDS[more]("interval", "y")).outcome >= before.outcome


def test_reasons_and_working_are_carried_into_another_decision():
    carried = Decision(1, (review("interval", "x"),), ("line",)).without_value()
    assert (carried.value, len(carried.reasons), carried.working) == (None, 1, ("line",))
