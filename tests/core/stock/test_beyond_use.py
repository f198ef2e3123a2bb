"""Use-by times: to the minute, by storage, to start or to finish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.product import Clock, Deadline, Stability, Storage
from chairside.core.protocols.schema.terms import Layer
from chairside.core.stock.beyond_use import lasts, use_by

MADE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
FINISH = Stability(Storage.ROOM, Decimal("4.5"), Clock.DILUTION, Deadline.FINISH, Layer.LABEL)
START = replace(FINISH, deadline=Deadline.START)


def ask(rule, after, minutes=90):
    return lasts(
        (rule,), storage=Storage.ROOM, prepared_at=MADE, start_at=MADE + timedelta(minutes=after), minutes=Decimal(minutes)
    )


@pytest.mark.parametrize(
    ("rule", "after", "fine"), [(FINISH, 180, True), (FINISH, 181, False), (START, 270, True), (START, 271, False)]
)
def test_each_deadline_at_its_edge(rule, after, fine):
    decision = ask(rule, after)
    assert decision.allowed is fine
    assert decision.value == MADE + timedelta(hours=4, minutes=30)


def test_storage_without_a_rule_is_unknown():
    assert use_by((FINISH,), storage=Storage.REFRIGERATED, prepared_at=MADE).outcome is Outcome.UNKNOWN


def test_of_two_rules_the_shorter_one_counts():
    longer = replace(FINISH, hours=Decimal(24))
    assert use_by((longer, FINISH), storage=Storage.ROOM, prepared_at=MADE).value == MADE + timedelta(hours=4, minutes=30)


def test_it_cannot_start_before_it_is_made():
    assert ask(FINISH, -1).outcome is Outcome.REFUSED
