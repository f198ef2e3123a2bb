"""H-021 wrong time: the server's time counts, a device's clock is only a claim, and nothing happens in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chairside.core.visit import events as e
from chairside.core.visit.decide import decide
from chairside.core.visit.infusion import running_time
from chairside.core.visit.values import Mode
from tests.core.visit.walk import AMY, PLAN, Walk, q, vitals


def test_a_fact_from_the_future_is_not_taken():
    walk = Walk().running()
    late = decide(walk.state, PLAN, vitals(), AMY, walk.at + timedelta(hours=1), mode=Mode.REPORTED, received_at=walk.at)
    assert [reason.field for reason in late.reasons] == ["claimed_at"]


def test_a_live_entry_stands_at_the_servers_time_whatever_it_claims():
    event = e.Event("x", 1, Walk().at, AMY, vitals(), Mode.LIVE, claimed_at=Walk().at - timedelta(hours=3))
    assert event.at == Walk().at


def test_an_hour_is_sixty_minutes_on_the_night_when_clocks_go_back():
    start = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)
    walk = Walk(at=start)
    walk.record(e.InfusionStarted("drug", PLAN.subject and walk.start().identifiers, q(20, "mL/h")))
    assert running_time(walk.state.infusions["drug"], start + timedelta(hours=3)) == timedelta(hours=3)
    shown = (start + timedelta(hours=3)).astimezone(ZoneInfo("America/Chicago"))
    assert shown.hour == 2
