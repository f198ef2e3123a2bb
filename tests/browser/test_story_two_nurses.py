"""Two nurses on one visit at the same moment: a stale page is told what came meanwhile; STOP of one is the other's at once."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser import chair, running, seeded, story
from tests.cast import NORA, OMAR, TUESDAY, Center

RAISE = "Pump is set: record the next step"


def test_two_nurses_on_one_visit(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    bedside = running.climbing(center)
    clock.local(TUESDAY, "10:10")
    nora, omar = meet(NORA), meet(OMAR)
    story.goes_to(nora, bedside)
    chair.takes_vitals(nora, site_ok=True)
    story.goes_to(omar, bedside)
    for person in (nora, omar):
        chair.next_is(person, "inFLIXimab: raise to 120 mL/h")
    chair.steps_up(nora)
    _is_told(omar)
    _is_refused(omar, bedside)
    _stops_for_both(nora, omar)
    _stops_again(nora)
    _in_the_log(bedside)


def _is_told(omar: Any) -> None:
    """Before he presses anything, and with nothing taken from under his finger."""
    expect(omar.page.get_by_text("Recorded since this form was opened")).to_be_visible()
    expect(omar.page.locator("#now")).to_contain_text("Nora Bell")
    expect(chair.action(omar).get_by_role("button", name=RAISE)).to_be_visible()
    story.shows(omar, "two-nurses-told")


def _is_refused(omar: Any, bedside: Any) -> None:
    omar.press("button", RAISE, within=chair.action(omar))
    omar.sees("Recorded meanwhile: step changed by Nora Bell. Look at the visit as it is now, then decide again.")
    story.shows(omar, "two-nurses-refused")
    assert [row.actor_name for row in story.log(bedside, "step_changed")][2:] == [NORA.name]


def _stops_for_both(nora: Any, omar: Any) -> None:
    """Omar stops the pump from the very page that was refused; Nora's page says so without her doing anything."""
    before = nora.page.evaluate("performance.timeOrigin")
    omar.press("button", "STOP / PAUSE", within=story.bar(omar))
    omar.sees(re.compile(r"Stop the pump\. Recorded 10:1\d\."))
    expect(story.bar(nora)).to_contain_text(re.compile(r"Stop the pump\. Recorded 10:1\d\."))
    expect(nora.page.get_by_role("region", name="Now", exact=True)).to_contain_text("paused")
    assert nora.page.evaluate("performance.timeOrigin") == before, "nobody reloaded her page"
    story.shows(nora, "two-nurses-stopped")


def _stops_again(nora: Any) -> None:
    """A second STOP in the same moment is no error: it is said that the pump is to be stopped."""
    nora.press("button", "STOP / PAUSE", within=story.bar(nora))
    nora.sees(re.compile(r"Stop the pump\. Recorded 10:1\d\."))


def _in_the_log(bedside: Any) -> None:
    bedside.visit.refresh_from_db()
    rates = [str(change.rate.amount) for change in bedside.state.infusions[seeded.DRUG].timeline if change.rate]
    assert rates == ["20", "40", "80", "120"]
    assert story.log(bedside, "paused")[0].actor_name == OMAR.name
    assert story.log(bedside, "incident_opened") == []
    assert [row.sequence for row in story.log(bedside)] == list(range(1, bedside.visit.sequence + 1))
