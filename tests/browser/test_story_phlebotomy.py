"""Blood is let: no drug, no lot and no second check; half of it is taken because the patient feels faint, and that is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.visit.models import Administration
from tests.browser import chair, seeded_doses, story
from tests.cast import NORA, TUESDAY, Center

NAME, BORN = "Ruaidhrí Mac an tSaoir", "1970-05-01"


@pytest.mark.timeout(300)
def test_a_draw_that_ends_before_its_volume(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    bedside = seeded_doses.ready_to_draw(center)
    clock.local(TUESDAY, "08:46")
    nora = meet(NORA)
    story.goes_to(nora, bedside)
    chair.next_is(nora, "Place the access")
    nora.fill("Site", "antecubital fossa", within=chair.action(nora))
    nora.tap("Side", "Left")
    nora.tap("Device", "Peripheral")
    nora.tap("Gauge", "16 G")
    nora.fill("Your attempts, this one included", "1")
    nora.tap("Blood return seen", "Yes")
    nora.tap("Access is in", "Yes")
    chair.submit(nora, "Record the access")
    chair.next_is(nora, "Draw 500 mL")
    story.shows(nora, "draw-start")
    for word in ("Released to prepare", "Prepared", "Double check", "Flushed"):
        expect(nora.page.get_by_text(word, exact=True)).to_have_count(0)
    chair.says_who(nora, NAME, BORN)
    chair.submit(nora, "The draw begins now")
    chair.next_is(nora, "Blood is let")
    nora.sees("Not sooner than 15 min in all. 500 mL ordered. Record the end.")
    clock.local(TUESDAY, "08:55")
    nora.reload()
    story.taps_symptom(nora, "dizziness")
    clock.local(TUESDAY, "08:58")
    nora.reload()
    story.shows(nora, "draw-going")
    _ends_early(nora)
    row = Administration.objects.get()
    assert (row.kind, row.lots, row.given_amount, row.mode) == ("procedure", "", Decimal("250"), "live")
    clock.local(TUESDAY, "08:59")
    story.symptom_gone(nora, "dizziness")
    nora.reload()
    chair.next_is(nora, "Begin observation of 15 min")
    chair.submit(nora, "Begin observation")
    clock.local(TUESDAY, "09:16")
    nora.reload()
    story.shows(nora, "draw-observed")
    chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")
    nora.sees("The record is complete")
    nora.press("link", "Record", exact=True)
    nora.sees("felt dizzy, lies down")
    story.shows(nora, "draw-record")
    assert [entry.kind for entry in story.log(bedside, "check_entered", "preparation_recorded", "flushed")] == []


def _ends_early(nora: Any) -> None:
    """Less than ordered, and sooner than the shortest time: asked why, and recorded with the reason."""
    if chair.action(nora).get_by_label("Taken, measured").count() == 0:
        chair.also(nora, "End of the draw")
    nora.fill("Taken, measured", "250", within=chair.action(nora))
    nora.press("button", "The draw is over: record it", within=chair.action(nora), exact=True)
    expect(nora.page.get_by_role("alert").get_by_text("Say why").first).to_be_visible()
    story.shows(nora, "draw-why")
    nora.fill("Why another volume than ordered", "felt dizzy, lies down", within=chair.action(nora))
    chair.submit(nora, "The draw is over: record it")
