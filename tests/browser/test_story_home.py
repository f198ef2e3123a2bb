"""A visit at home on a phone: the kit lacks something, the way, the assessment, a signature from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.organizations.models import Site
from tests.browser import chair, seeded, story
from tests.browser.widths import at_every_width
from tests.cast import NORA, THEO, TUESDAY, Center
from tests.journeys.chairside import Bedside

FLUSHES = re.compile("^Saline flushes")


def at_home(center: Center) -> None:
    """The site goes to its patients; its signed order set says which emergency drugs the nurse carries."""
    center.site.kind = Site.Kind.HOME
    center.site.save(update_fields=["kind"])
    story.order_set_signed(center)
    seeded.booked(center)


def checks_kit(nora: Any, missing: Any = None) -> None:
    """One tap an item; what matches `missing` is not there."""
    for group in chair.action(nora).locator("fieldset").all():
        lacks = missing is not None and group.get_by_text(missing).count()
        group.get_by_role("radio", name="Missing" if lacks else "There", exact=True).check()
    chair.submit(nora, "The kit is checked")


@pytest.mark.timeout(300)
def test_a_home_visit_from_the_kit_to_the_signature_from_elsewhere(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    at_home(center)
    clock.local(TUESDAY, "07:30")
    nora = meet(NORA)
    nora.page.set_viewport_size({"width": 390, "height": 844})
    nora.page.goto("/visits/")
    story.shows(nora, "home-list")
    nora.press("button", re.compile(f"Make ready\\s*: {story.PATIENT}"))
    chair.next_is(nora, "Check the kit")
    bedside = Bedside(center, center.site.visits.get(), TUESDAY)
    story.shows(nora, "home-kit")
    checks_kit(nora, FLUSHES)
    chair.next_is(nora, "Check the kit")
    nora.sees("The kit lacks Saline flushes. Without it nothing is given at home.")
    story.goes_to(nora, bedside, "?do=set-out")
    nora.press("button", "On the way", within=chair.action(nora), exact=True)
    expect(nora.page.get_by_role("alert").get_by_text("The kit lacks Saline flushes").first).to_be_visible()
    story.shows(nora, "home-kit-lacks")
    _kit_on_paper(nora, bedside)
    story.goes_to(nora, bedside)
    chair.next_is(nora, "Check the kit")
    checks_kit(nora)
    chair.next_is(nora, "Set out")
    story.shows(nora, "home-set-out")
    chair.submit(nora, "On the way")
    clock.local(TUESDAY, "08:25")
    nora.reload()
    chair.next_is(nora, "Check in: full name and birth date")
    chair.says_who(nora, story.NAME, story.BORN)
    nora.tap("Is there a current consent to treatment?", "Yes")
    chair.submit(nora, "Check in")
    chair.takes_vitals(nora, weight="71.8")
    chair.next_is(nora, "Review allergies and medicines")
    nora.tick("The patient says: no allergies")
    nora.tick("The list of medicines was gone through with the patient")
    chair.submit(nora, "Record the review")
    chair.next_is(nora, "Ask the assessment questions")
    for question in chair.action(nora).locator("fieldset").all():
        question.get_by_role("radio", name="No", exact=True).check()
    chair.submit(nora, "Record the answers")
    chair.next_is(nora, "Signature from elsewhere")
    nora.sees("This is done by: pharmacist or prescriber, from elsewhere.")
    story.shows(nora, "home-waits")
    theo = _signs_from_elsewhere(meet)
    chair.next_is(nora, "Go or hold")  # without a reload
    chair.submit(nora, "Go: clear for the infusion")
    theo.page.goto("/visits/sign-off/")
    theo.sees("No visit at home waits")
    kinds = [row.kind for row in story.log(bedside)]
    assert kinds == ["kit_checked", "kit_checked", "set_out", "checked_in", "vitals_recorded", "allergies_reviewed",
                     "questions_answered", "remotely_signed", "cleared"]  # fmt: skip
    assert [row.actor_name for row in story.log(bedside, "remotely_signed")] == [THEO.name]
    assert [row.session for row in story.log(bedside, "remotely_signed")] != [
        row.session for row in story.log(bedside, "cleared")
    ]
    assert '"missing":["flush"]' in story.log(bedside, "kit_checked")[0].payload


def _kit_on_paper(nora: Any, bedside: Bedside) -> None:
    story.goes_to(nora, bedside)
    nora.press("link", "Kit list")
    nora.sees_heading("Kit for a visit at home")
    nora.sees("missing when last checked")
    expect(nora.page.get_by_role("row").filter(has_text="EPINEPHrine")).to_contain_text("Needed: without it nothing is given")
    story.shows(nora, "home-kit-paper")
    nora.page.set_viewport_size({"width": 390, "height": 844})


def _signs_from_elsewhere(meet: Any) -> Any:
    theo = meet(THEO)
    theo.page.goto("/visits/")
    theo.press("link", "To sign from elsewhere")
    expect(theo.page.get_by_role("row").filter(has_text=story.PATIENT)).to_contain_text(NORA.name)
    at_every_width(theo)
    story.shows(theo, "home-sign-off-list")
    theo.press("link", re.compile(f"Look and sign\\s*: {story.PATIENT}"))
    chair.next_is(theo, "Signature from elsewhere")
    story.shows(theo, "home-sign")
    theo.fill("What you looked at", "Vitals, weight and answers of today; inFLIXimab 357 mg")
    chair.submit(theo, "Sign: it may be given")
    return theo
