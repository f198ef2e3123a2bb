"""A reaction of grade 2: paused, told, treated by the signed order set, settled, started again at half and led to the end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.visit.models import Acknowledgement
from tests.browser import chair, running, story
from tests.cast import NORA, TUESDAY, Center

AGAIN = "80 mL/h at onset x 50 % = 40 mL/h, hold 30 min"


@pytest.mark.timeout(300)
def test_a_reaction_of_grade_two_and_a_restart_at_half(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    story.order_set_signed(center)
    bedside = running.climbing(center)
    clock.local(TUESDAY, "10:04")
    nora = meet(NORA)
    story.goes_to(nora, bedside)

    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()

    _flushed_paused_treated(nora, now)
    _graded(nora, bedside)
    _settled(nora, now)
    _started_again_at_half(nora, bedside)
    _to_the_end(nora, now)
    _in_the_log(bedside)


def _flushed_paused_treated(nora: Any, now: Any) -> None:
    story.taps_symptom(nora, "flushing")
    story.presses_reaction(nora)
    chair.next_is(nora, "Stop the pump, then press PAUSE")
    story.shows(nora, "grade2-stop-the-pump")
    nora.press("button", "The pump is stopped: record PAUSE", within=chair.action(nora))
    nora.sees(re.compile(r"Stop the pump\. Recorded 10:0\d\."))
    now("10:06")
    nora.press("button", re.compile(r"^Provider told"), within=story.panel(nora))
    expect(story.panel(nora)).to_contain_text(re.compile(r"Provider told 10:0\d"))
    story.gives(nora, "diphenhydrAMINE", "25 mg", "0.5 mL")
    expect(story.panel(nora).locator(".order-item").filter(has_text="diphenhydrAMINE")).to_contain_text("given 10:0")


def _graded(nora: Any, bedside: Any) -> None:
    """The record answers what it can; the grade is shown before it is recorded."""
    story.goes_to(nora, bedside, "?do=reaction")
    nora.tap("What it is", "infusion related reaction")
    for asked in ("The infusion was paused or stopped for it", "It was treated with a medicine or fluid"):
        group = nora.page.get_by_role("group", name=re.compile(f"^{asked}"))
        expect(group.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    expect(nora.page.locator("#derived")).to_contain_text("The facts make grade 2")
    nora.tap(re.compile("^It goes on"), "Yes")
    expect(nora.page.locator("#derived")).to_contain_text("The facts make grade 3")
    nora.tap(re.compile("^It goes on"), "No")
    expect(nora.page.locator("#derived")).to_contain_text("The facts make grade 2")
    story.shows(nora, "grade2-facts")
    chair.submit(nora, "Record")
    expect(story.panel(nora)).to_contain_text("worst grade 2")
    expect(story.panel(nora)).to_contain_text("The reaction is still open.")


def _settled(nora: Any, now: Any) -> None:
    now("10:20")
    story.symptom_gone(nora, "flushing")
    chair.takes_vitals(nora, site_ok=True)
    nora.page.goto(f"{nora.page.url.partition('?')[0]}?do=reaction")
    nora.tick("It has settled")
    chair.submit(nora, "Record")
    expect(story.panel(nora)).to_contain_text("settled")
    expect(story.panel(nora)).to_contain_text(f"{AGAIN}, then the ladder.")
    story.shows(nora, "grade2-settled")


def _started_again_at_half(nora: Any, bedside: Any) -> None:
    chair.next_is(nora, "inFLIXimab is paused")
    rate = chair.action(nora).get_by_label("Rate set on the pump")
    expect(rate).to_have_value("40")
    rate.fill("60")
    nora.fill("How the reason for the pause was settled", "settled after diphenhydramine")
    nora.fill("Volume given, read from the pump", "30")
    nora.press("button", "Pump runs again: record it", within=chair.action(nora))
    nora.sees("It may start again at up to 40 mL/h, not 60 mL/h (80 mL/h at onset x 50 % = 40 mL/h, hold 30 min).")
    story.shows(nora, "grade2-more-is-refused")
    assert story.log(bedside, "resumed") == []
    expect(nora.page.get_by_label("How the reason for the pause was settled")).to_have_value("settled after diphenhydramine")
    rate.fill("40")
    chair.submit(nora, "Pump runs again: record it")
    nora.sees("40 mL/h")


def _to_the_end(nora: Any, now: Any) -> None:
    now("10:36")
    nora.sees(re.compile(r"of 30 min at this rate; .* to go"))
    for time, rate in (("10:53", "80"), ("11:10", "120"), ("11:42", "150")):
        now(time)
        chair.takes_vitals(nora, site_ok=True)
        chair.next_is(nora, f"inFLIXimab: raise to {rate} mL/h")
        chair.steps_up(nora)
        expect(nora.page.get_by_role("region", name="Now", exact=True)).to_contain_text(f"{rate} mL/h")
    now("12:14")
    chair.takes_vitals(nora, site_ok=True)
    now("12:40")
    chair.next_is(nora, "inFLIXimab: the bag should be empty")
    chair.stops(nora, "250")
    chair.flushes(nora)
    chair.submit(nora, "Begin observation")


def _in_the_log(bedside: Any) -> None:
    bedside.visit.refresh_from_db()
    state = bedside.state
    (reaction,) = state.reactions.values()
    assert (reaction.worst, reaction.open, reaction.latest.derived) == (2, False, 2)
    assert str(reaction.rate_at_onset.amount) == "80"
    (given,) = state.treatments
    assert (given.entry.item, str(given.entry.dose.amount)) == ("diphenhydramine_iv", "25")
    (resumed,) = [event.payload for event in state.log if event.kind == "resumed"]
    assert (str(resumed.rate.amount), resumed.hold_minutes) == ("40", 30)
    assert story.log(bedside, "incident_opened") == []
    (waits,) = Acknowledgement.objects.filter(visit=bedside.visit)
    assert (waits.what, waits.signed_at) == ("diphenhydrAMINE 25 mg IV", None)
