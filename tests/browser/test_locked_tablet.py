"""A tablet at the chair, from its enrolment to the person who says that it was them, in a real browser and in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.browser import seeded
from tests.browser.widths import at_every_width
from tests.cast import CLEO, NORA, OMAR, PASSWORD, TUESDAY, Center
from tests.journeys.chairside import check_of, ml_per_hour, vitals

PIN = "739164"
PATIENT = "Quintero Vega, Marisol"
NAMES = re.compile("Quintero|Marisol|Inflectra|inFLIXimab")


@pytest.fixture
def running(center: Center, clock: Any) -> Any:
    """Her drug runs on chair 1; it is 09:24."""
    bedside = seeded.prepared(center)
    entries = check_of(bedside.drug, seeded.SAID, quantity("71.4", "kg"), (seeded.LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    bedside.say(NORA, "09:20", vitals(site_ok=True))
    start = e.InfusionStarted(seeded.DRUG, seeded.SAID, ml_per_hour(20), line_traced=True, emergency_ready=True)
    bedside.say(NORA, "09:22", start)
    clock.local(TUESDAY, "09:24")
    return bedside


def enrols(charge: Any, name: str = "Chair 1 tablet") -> None:
    charge.open("Devices")
    charge.fill("Name", name, within=charge.page.locator("form[action$='/enroll/']"))
    charge.tap("Kind", "Chair tablet")
    charge.pick("It stands at", "Chair 1")
    charge.press("button", "Enrol this browser")
    charge.sees(f"This browser is now “{name}”")
    charge.look()


def sets_pin(person: Any, pin: str = PIN) -> None:
    person.page.goto("/people/me/pin/")
    person.fill(re.compile("New PIN"), pin)
    person.fill("The PIN once more", pin)
    person.fill("Your password", PASSWORD)
    person.press("button", "Set the PIN")
    person.sees("Your PIN is set.")
    person.look()


def comes_in(person: Any, name: str, pin: str = PIN) -> None:
    person.page.get_by_role("radio", name=name).check()
    person.fill(re.compile("^PIN"), pin)
    person.press("button", "Come in", exact=True)


def is_locked(page: Page) -> None:
    expect(page.get_by_role("heading", name="Chair 1 tablet: locked")).to_be_visible()
    expect(page.get_by_text(NAMES)).to_have_count(0)


def test_a_tablet_from_its_enrolment_to_the_person_who_pressed_stop(
    running: Any, meet: Callable[..., Any], watched: Any
) -> None:
    watched.refusals_wanted = True
    tablet = meet(CLEO)
    enrols(tablet)
    sets_pin(tablet)
    tablet.press("button", re.compile("^Lock"), within=tablet.page.get_by_role("banner"))
    is_locked(tablet.page)
    at_every_width(tablet)
    tablet.press("button", "STOP / PAUSE Chair 1, M. Q.")
    tablet.sees(re.compile(r"Stop the pump\. Recorded \d\d:\d\d\."))
    tablet.page.go_back()
    is_locked(tablet.page)
    comes_in(tablet, CLEO.name, "480213")
    expect(tablet.page.get_by_role("alert").get_by_text("4 tries left").first).to_be_visible()
    comes_in(tablet, CLEO.name)
    tablet.sees(re.compile(r"Who pressed STOP at \d\d:\d\d\?"))
    tablet.look()
    tablet.press("button", re.compile("^It was me"))
    tablet.sees(re.compile(r"It was me: recorded \d\d:\d\d\."))
    expect(tablet.page.get_by_text("Who pressed STOP")).to_have_count(0)


def test_it_locks_by_itself_in_time_and_the_board_stays(running: Any, meet: Callable[..., Any]) -> None:
    tablet = meet(CLEO)
    enrols(tablet)
    tablet.page.clock.install()
    tablet.open("Visits")
    tablet.page.clock.run_for(4.8 * 60_000)
    expect(tablet.page.get_by_text("This device locks in half a minute")).to_be_visible()
    tablet.page.mouse.click(5, 5)
    expect(tablet.page.get_by_text("This device locks in half a minute")).to_be_hidden()
    tablet.page.clock.run_for(4.8 * 60_000)
    expect(tablet.page.get_by_role("heading", name="Visits")).to_be_visible()
    tablet.open("Board")
    expect(tablet.page.locator("#board")).to_contain_text(PATIENT)
    tablet.page.clock.run_for(5.1 * 60_000)
    expect(tablet.page.locator("#board")).to_contain_text("M. Q.")
    expect(tablet.page.get_by_text(NAMES)).to_have_count(0)
    tablet.look()
    tablet.page.goto("/visits/")
    is_locked(tablet.page)


def test_without_the_network_it_is_covered_and_locks_when_it_is_back(running: Any, meet: Callable[..., Any]) -> None:
    tablet = meet(CLEO)
    enrols(tablet)
    tablet.page.clock.install()
    tablet.open("Visits")
    tablet.page.route("**/locked/lock/", lambda route: route.abort())
    tablet.watched.said.clear()
    tablet.page.clock.run_for(5.1 * 60_000)
    expect(tablet.page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(tablet.page.get_by_role("heading", name="Visits")).to_be_hidden()
    tablet.page.unroute("**/locked/lock/")
    tablet.page.clock.run_for(6_000)
    is_locked(tablet.page)
    tablet.watched.said[:] = [line for line in tablet.watched.said if "ERR_FAILED" not in line]


def test_a_new_stop_and_a_new_visit_are_on_the_locked_screen_without_a_reload(
    running: Any, meet: Callable[..., Any], center: Center
) -> None:
    tablet = meet(CLEO)
    enrols(tablet)
    tablet.press("button", re.compile("^Lock"), within=tablet.page.get_by_role("banner"))
    is_locked(tablet.page)
    for clock, payload in (("09:25", e.Paused()), ("09:26", vitals())):
        running.say(NORA, clock, payload)
    running.visit.stage, running.visit.closed = "discharged", True
    running.visit.save(update_fields=["stage", "closed"])
    running_note(running)
    expect(tablet.page.get_by_text("No visit is open at this site")).to_be_visible()


def running_note(running: Any) -> None:
    from django.db import transaction

    from chairside.apps.audit.notify import topics_on_commit

    with transaction.atomic():
        topics_on_commit(("site", running.visit.site_id))
