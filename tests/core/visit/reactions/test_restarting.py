"""A restart asked of a whole protocol: by grade, term and count; never after anaphylaxis; a grade is never guessed."""

from __future__ import annotations

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.visit.reactions.restarting import restart_of
from tests.core.visit.therapies import LABEL, PRACTICE, codes, q, therapy

RESUME, NEW_ORDER, NEVER, CONTINUE = RestartAction.RESUME, RestartAction.NEW_ORDER, RestartAction.NEVER, RestartAction.CONTINUE
HALF = Restart((1, 2), RESUME, LABEL, rate_percent=50, hold_minutes=30, source="label")


def ask(*rules, grade=2, term="infusion_related_reaction", rate="120", count=1, resolved=True):
    onset = q(rate, "mL/h") if rate else None
    protocol = therapy(restarts=rules)
    return restart_of(protocol, grade=grade, term=term, rate_at_onset=onset, count=count, resolved=resolved)


def test_a_part_of_the_rate_at_onset_and_how_long_it_is_held():
    decision = ask(HALF)
    assert decision.allowed
    assert (decision.value.rate, decision.value.hold_minutes) == (q("60.0", "mL/h"), 30)


def test_what_came_back_after_a_slowed_restart_takes_a_new_order():
    again = ask(HALF, count=2)
    assert (again.outcome, codes(again)) == (Outcome.REFUSED, ["contraindicated"])
    assert again.value.rate.amount == 60


def test_a_second_rule_may_say_what_follows_when_it_came_back():
    quarter = Restart((2,), RESUME, LABEL, times=2, rate_percent=25, hold_minutes=60)
    assert ask(HALF, quarter).value.rate.amount == 60
    assert ask(HALF, quarter, count=2).value.rate.amount == 30
    assert not ask(HALF, quarter, count=3).allowed
    stop = Restart((2,), NEVER, LABEL)
    assert ask(HALF, stop).allowed
    assert ask(HALF, stop, count=2).value is None


def test_going_on_slower_counts_as_slowed_too():
    slower = Restart((1,), CONTINUE, LABEL, rate_percent=50, hold_minutes=30)
    assert ask(slower, grade=1).value.rate.amount == 60
    assert not ask(slower, grade=1, count=2).allowed
    plain = Restart((1,), CONTINUE, LABEL, times=2)
    assert ask(plain, grade=1, count=2).value.rate.amount == 120
    assert not ask(plain, grade=1, count=3).allowed


@pytest.mark.parametrize(("action", "words"), [(NEVER, "for good"), (NEW_ORDER, "new order")])
def test_stopped_for_good_and_a_new_order_are_both_refused(action, words):
    decision = ask(Restart((3,), action, LABEL), grade=3)
    assert decision.outcome is Outcome.REFUSED
    assert words in decision.reasons[0].message


@pytest.mark.parametrize("term", ["anaphylaxis", "Anaphylaxis", "anaphylactic reaction", "anaphylactoid_reaction"])
def test_anaphylaxis_is_never_restarted_however_it_is_written(term):
    lax = Restart((1, 2, 3, 4, 5), RESUME, PRACTICE, times=9, rate_percent=100)
    assert ask(lax, term=term).outcome is Outcome.REFUSED
    assert ask(lax, term=term, grade=None).outcome is Outcome.REFUSED
    assert ask(lax, grade=4).outcome is Outcome.REFUSED
    assert ask(lax, grade=3).allowed


def test_a_practice_never_loosens_the_label_and_may_be_stricter():
    lax = Restart((3,), RESUME, PRACTICE, rate_percent=50)
    assert not ask(lax, Restart((3,), NEVER, LABEL), grade=3).allowed
    assert not ask(HALF, Restart((2,), NEW_ORDER, PRACTICE)).allowed


def test_a_rule_without_a_rate_is_for_a_prescriber():
    decision = ask(Restart((2,), RESUME, LABEL))
    assert decision.outcome is Outcome.REVIEW
    assert decision.value.rate.amount == 60


def test_a_reaction_that_is_still_open_is_waited_for():
    assert codes(ask(HALF, resolved=False)) == ["wrong_state"]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"grade": None}, Outcome.UNKNOWN),
        ({"rate": None}, Outcome.UNKNOWN),
        ({"grade": 0}, Outcome.REFUSED),
        ({"grade": 6}, Outcome.REFUSED),
        ({"count": 0}, Outcome.REFUSED),
        ({"rate": "0"}, Outcome.REFUSED),
    ],
)
def test_what_is_missing_is_asked_for_and_what_cannot_be_is_refused(change, outcome):
    decision = ask(HALF, **change)
    assert decision.outcome is outcome
    assert decision.value is None
