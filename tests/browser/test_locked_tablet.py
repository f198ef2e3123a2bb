"""A tablet at the chair, from its enrolment to the person who says that it was them, in a real browser and in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from chairside.core.visit import events as e
from tests.browser.tablet import NAMES, comes_in, enrols, is_locked, locks, sets_pin
from tests.browser.widths import at_every_width
from tests.cast import CLEO, NORA
from tests.journeys.chairside import Bedside, vitals

PATIENT = "Quintero Vega, Marisol"


def test_a_tablet_from_its_enrolment_to_the_person_who_pressed_stop(
    infusing: Bedside, meet: Callable[..., Any], watched: Any
) -> None:
    watched.refusals_wanted = True
    tablet = meet(CLEO)
    enrols(tablet)
    sets_pin(tablet)
    locks(tablet)
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


def test_it_locks_by_itself_in_time_and_the_board_stays(infusing: Bedside, meet: Callable[..., Any]) -> None:
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


def test_without_the_network_it_is_covered_and_locks_when_it_is_back(infusing: Bedside, meet: Callable[..., Any]) -> None:
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
    infusing: Bedside, meet: Callable[..., Any]
) -> None:
    tablet = meet(CLEO)
    enrols(tablet)
    locks(tablet)
    for clock, payload in (("09:25", e.Paused()), ("09:26", vitals())):
        infusing.say(NORA, clock, payload)
    infusing.visit.stage, infusing.visit.closed = "discharged", True
    infusing.visit.save(update_fields=["stage", "closed"])
    running_note(infusing)
    expect(tablet.page.get_by_text("No visit is open at this site")).to_be_visible()


def running_note(infusing: Bedside) -> None:
    from django.db import transaction

    from chairside.apps.audit.notify import topics_on_commit

    with transaction.atomic():
        topics_on_commit(("site", infusing.visit.site_id))
