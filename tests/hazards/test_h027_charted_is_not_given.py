"""H-027 charted volume is not the volume given: the pump's reading counts, and a difference is explained or held."""

from __future__ import annotations

from chairside.core.visit import events as e
from chairside.core.visit.infusion import volume_by_clock, volume_given
from tests.core.visit.walk import Walk, q


def test_the_reading_counts_and_the_clock_goes_on_from_it():
    walk = Walk().running().later(30).do(e.Paused(pump_volume=q("6", "mL")))  # charted 10
    region = walk.state.infusions["drug"]
    assert volume_by_clock(region, walk.at).same(q(10, "mL"))
    assert volume_given(region, walk.at).same(q(6, "mL"))


def test_an_end_whose_volumes_do_not_add_up_takes_a_reason():
    walk = Walk().on_the_last_step().later(86)
    off = e.Stopped("drug", "complete", q(200, "mL"), q(0, "mL"))
    reasons = walk.ask(off).reasons
    assert {reason.code for reason in reasons} == {"mismatch"}
    assert any("is not the bag" in reason.message for reason in reasons)
    assert walk.ask(e.Stopped("drug", "complete", q(200, "mL"), q(0, "mL"), "leak at the filter")).allowed


def test_an_end_without_a_reading_is_not_an_end():
    walk = Walk().on_the_last_step().later(86)
    assert [reason.code for reason in walk.ask(e.Stopped("drug", "complete")).reasons] == ["missing_fact"]
