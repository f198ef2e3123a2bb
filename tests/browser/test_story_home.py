"""A visit at home on a phone: the kit lacks something, the way, the assessment, a signature from elsewhere; then the giving."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.organizations.models import Site
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services import visit_open
from chairside.apps.visit.services.policy_setting import visit_policy_set
from chairside.core.visit import events as e
from chairside.core.visit.policy import PROPOSAL
from chairside.core.visit.values import Answer, Said
from tests.browser import chair, seeded, story
from tests.browser.widths import at_every_width
from tests.cast import DELIA, NORA, THEO, TUESDAY, Center, moment, must
from tests.journeys.chairside import Bedside, vitals

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


LADDER = (("09:38", "40"), ("09:54", "80"), ("10:10", "120"), ("10:41", "150"))


def assessed_at_home(center: Center) -> Bedside:
    """One of the two who check may be elsewhere. Nora is there, and has asked everything: a signature is waited for."""
    rules = tuple(replace(item, remote=True) for item in PROPOSAL.double_checks)
    told: dict[str, Any] = {
        "reason": "One nurse goes alone.",
        "expected": 0,
        "actor": center.actor(DELIA),
        "at": moment("08:30"),
    }
    must(visit_policy_set(site=center.site, policy=replace(PROPOSAL, double_checks=rules), **told))
    at_home(center)
    appointment = Appointment.objects.get()
    visit = must(visit_open(appointment=appointment, actor=center.actor(NORA), at=moment("07:30", TUESDAY)))
    bedside = Bedside(center, visit, TUESDAY)
    home = plan_of(visit).home
    assert home is not None
    bedside.say(NORA, "07:35", e.KitChecked(tuple(item.key for item in home.kit)))
    bedside.say(NORA, "07:40", e.SetOut(home.latest))
    bedside.say(NORA, "08:30", e.CheckedIn(seeded.SAID, consent_current=True))
    bedside.say(NORA, "08:40", vitals(weight_kg="71.8"))
    bedside.say(NORA, "08:44", e.AllergiesReviewed((), medicines_reviewed=True))
    answers = tuple(Answer(item.code, Said.NO) for item in plan_of(visit).questions)
    bedside.say(NORA, "08:46", e.QuestionsAnswered(answers))
    return bedside


@pytest.mark.timeout(400)
def test_given_at_home_by_one_nurse_with_the_pharmacist_elsewhere(center: Center, meet: Any, clock: Any) -> None:
    bedside = assessed_at_home(center)
    clock.local(TUESDAY, "08:50")
    nora, theo = _on_phones(meet, NORA, THEO)
    _signed_on_a_phone(theo)
    story.goes_to(nora, bedside)
    chair.next_is(nora, "Go or hold")
    chair.submit(nora, "Go: clear for the infusion")
    _prepared_at_home(nora, clock)
    _checked_by_two_places(nora, theo, bedside)
    _given_at_home(nora, clock)
    _left_and_signed(nora, bedside, clock)
    checks = [entry.payload for entry in story.log(bedside, "check_entered")]
    assert ['"remote":true' in text for text in checks] == [False, True]
    assert [row.actor_name for row in story.log(bedside, "check_entered")] == [NORA.name, THEO.name]
    assert story.log(bedside, "incident_opened", "seated") == []
    theo.page.goto("/visits/sign-off/")
    theo.sees("No visit at home waits")


def _on_phones(meet: Any, *who: Any) -> list[Any]:
    people = [meet(person) for person in who]
    for person in people:
        _phone(person)
    return people


def _phone(person: Any) -> None:
    """Back to a phone: looking at a main moment leaves the window as wide as a desk."""
    person.page.set_viewport_size({"width": 390, "height": 844})


def _signed_on_a_phone(theo: Any) -> None:
    theo.page.goto("/visits/sign-off/")
    expect(theo.page.get_by_role("row").filter(has_text=story.PATIENT)).to_contain_text("inFLIXimab")
    story.shows(theo, "home-phone-sign-off-list")
    _phone(theo)
    theo.press("link", re.compile(f"Look and sign\\s*: {story.PATIENT}"))
    theo.fill("What you looked at", "Vitals, weight and answers of today; inFLIXimab 357 mg")
    chair.submit(theo, "Sign: it may be given")


def _prepared_at_home(nora: Any, clock: Any) -> None:
    """Access and mixing, both by the nurse at the kitchen table."""
    clock.local(TUESDAY, "08:58")
    chair.gets_access(nora, "inFLIXimab")
    clock.local(TUESDAY, "09:05")
    nora.reload()
    chair.next_is(nora, "Prepare inFLIXimab")
    story.shows(nora, "home-prepare")
    _phone(nora)
    chair.prepares(nora, seeded.LOT, "4", "357")


def _checked_by_two_places(nora: Any, theo: Any, bedside: Bedside) -> None:
    chair.next_is(nora, "Independent double check")
    nora.sees("one may be at another place")
    chair.enters_check(nora, story.NAME, story.BORN, chair.CHECK)
    nora.sees("Your check is in.")
    story.shows(nora, "home-one-check-in")
    _phone(nora)
    story.goes_to(theo, bedside)
    theo.press("link", "Enter my check from elsewhere")
    theo.sees("See vial, label, bag and pump by picture or video")
    theo.page.goto("/visits/checks/")
    story.shows(theo, "home-checks")
    _phone(theo)
    theo.press("link", re.compile(f"Enter from here\\s*: {story.PATIENT}"))
    expect(theo.page.get_by_role("region", name="Safety")).to_contain_text("At home")
    expect(theo.page.get_by_role("main")).not_to_contain_text("Chair 1")
    story.shows(theo, "home-check-elsewhere")
    _phone(theo)
    chair.says_who(theo, story.NAME, story.BORN)
    for label, value in chair.CHECK.items():
        theo.fill(label, value)
    theo.tap("Route", "IV")
    theo.press("button", "Enter my check")
    theo.sees("is recorded, from another place.", "No check waits")
    chair.next_is(nora, "Vitals before the start")  # without a reload


def _given_at_home(nora: Any, clock: Any) -> None:
    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()

    now("09:20")
    chair.takes_vitals(nora, site_ok=True)
    now("09:22")
    chair.starts(nora, story.NAME, story.BORN)
    for time, rate in LADDER:
        now(time)
        chair.takes_vitals(nora, site_ok=True)
        chair.next_is(nora, f"inFLIXimab: raise to {rate} mL/h")
        chair.steps_up(nora)
    story.shows(nora, "home-infusing")
    _phone(nora)
    now("11:12")
    chair.takes_vitals(nora, site_ok=True)
    now("11:44")
    chair.stops(nora, "250")
    chair.flushes(nora)


def _left_and_signed(nora: Any, bedside: Bedside, clock: Any) -> None:
    chair.submit(nora, "Begin observation")
    for time in ("11:45", "12:15"):
        clock.local(TUESDAY, time)
        nora.reload()
        chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    story.shows(nora, "home-discharge")
    _phone(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")
    nora.sees("The record is complete")
    nora.press("link", "Record", exact=True)
    story.shows(nora, "home-record")
