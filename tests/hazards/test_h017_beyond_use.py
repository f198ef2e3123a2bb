"""H-017 beyond-use time passes during the infusion: the time still needed counts at the start and at every restart."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.visit import events as e
from chairside.core.visit.guards.giving import in_date
from chairside.core.visit.ladder import total_minutes
from tests.core.visit.walk import A_DRUG, PAT, Walk, bag, q

NEEDED = total_minutes(A_DRUG.ladder, A_DRUG.volume)


def test_a_bag_that_is_usable_for_less_than_it_takes_is_not_started():
    walk = Walk().cleared().do(bag(Walk().at, 3), PAT)
    region = walk.state.infusions["drug"]
    last = region.prepared.use_by - timedelta(minutes=float(NEEDED))
    assert in_date(A_DRUG, region, last, NEEDED, starting=True) == ()
    (reason,) = in_date(A_DRUG, region, last + timedelta(minutes=1), NEEDED, starting=True)
    assert (reason.code, reason.override) == ("preparation_expired", "none")


def test_after_a_long_pause_the_rest_must_still_be_in_date():
    walk = Walk().running().later(10).do(e.Paused(pump_volume=q("3.3", "mL")))
    walk.later(60 * 5)
    again = e.Resumed("drug", q(20, "mL/h"), "line was kinked")
    assert "preparation_expired" in [reason.code for reason in walk.ask(again).reasons]
