"""A calm first infusion of two hours: every set in time, the ladder to its end, home, signed; all of it without a mouse."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import chair, seeded, story
from tests.cast import NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import check_of, quantity

LADDER = (("09:38", "40"), ("09:54", "80"), ("10:10", "120"), ("10:41", "150"))


@pytest.mark.timeout(300)
def test_a_calm_first_infusion_by_the_keyboard_alone(center: Center, meet: Any, clock: Any) -> None:
    bedside = seeded.prepared(center)
    entries = check_of(bedside.drug, seeded.SAID, quantity("71.4", "kg"), (seeded.LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    clock.local(TUESDAY, "09:20")
    nora = meet(NORA, mouse=False)
    story.goes_to(nora, bedside)

    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()
        expect(nora.page.get_by_role("region", name="Now")).not_to_contain_text("late")

    chair.next_is(nora, "Vitals before the start")
    chair.takes_vitals(nora, site_ok=True)
    now("09:22")
    chair.starts(nora, story.NAME, story.BORN)
    for time, rate in LADDER:
        now(time)
        chair.takes_vitals(nora, site_ok=True)
        chair.next_is(nora, f"inFLIXimab: raise to {rate} mL/h")
        chair.steps_up(nora)
        nora.sees(f"{rate} mL/h")
    story.shows(nora, "calm-top-of-the-ladder")
    now("11:12")
    chair.next_is(nora, "Take vitals and look at the site")
    chair.takes_vitals(nora, site_ok=True)
    now("11:44")
    chair.next_is(nora, "inFLIXimab: the bag should be empty")
    chair.stops(nora, "250")
    chair.flushes(nora)
    chair.submit(nora, "Begin observation")
    for time in ("11:45", "12:15"):  # at the end of the drug, and of observation
        now(time)
        chair.next_is(nora, "Final vitals")
        chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")
    nora.sees("The record is complete")
    _record_opens(nora)
    _nothing_was_late(bedside)


def _record_opens(nora: Any) -> None:
    nora.press("link", "Record", exact=True)
    story.shows(nora, "calm-record")
    nora.sees("as it was run")
    link = nora.control("link", "PDF", exact=True)
    paper = nora.context.request.get(link.get_attribute("href"))
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF-")


def _nothing_was_late(bedside: Any) -> None:
    """What stands in the log: four rises, a set before each, never more than half an hour without one, no incident."""
    bedside.visit.refresh_from_db()
    state = bedside.state
    rises = [row.claimed_at for row in story.log(bedside, "step_changed")]
    sets = [item.at for item in state.vitals]
    assert len(rises) == len(LADDER)
    assert all(any(timedelta() <= rise - one < timedelta(minutes=5) for one in sets) for rise in rises)
    started, ended = state.infusions[seeded.DRUG].started_at, state.infusions[seeded.DRUG].stopped_at
    assert started is not None
    assert ended is not None
    during = [started, *(one for one in sets if started < one < ended), ended]
    assert max(after - before for before, after in pairwise(during)) < timedelta(minutes=35)
    assert timedelta(hours=2) < ended - started < timedelta(hours=2, minutes=30)
    assert story.log(bedside, "incident_opened") == []
    assert [row.actor_name for row in story.log(bedside, "signed")] == [NORA.name]
    assert state.log[-1].kind == "signed"
