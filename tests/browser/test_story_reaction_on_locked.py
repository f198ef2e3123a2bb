"""REACTION pressed on a locked tablet: the board says so, a nurse says that it was her, and what was seen is asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.core.access import Role
from tests.browser import chair, story
from tests.browser.tablet import comes_in, enrols, is_locked, locks, sets_pin
from tests.browser.widths import at_every_width
from tests.cast import CLEO, NORA, OMAR, TUESDAY
from tests.journeys.chairside import Bedside

ASKED = re.compile(r"Who pressed REACTION at 09:2\d\?")


@pytest.mark.timeout(300)
def test_reaction_on_a_locked_tablet_until_it_has_a_grade_and_a_name(
    infusing: Bedside, meet: Any, clock: Any, watched: Any
) -> None:
    watched.refusals_wanted = True
    cleo = meet(CLEO)
    tablet = meet(CLEO)
    enrols(tablet)
    _nora_leaves_her_pin(tablet)
    cleo.open("Board")
    _somebody_presses(tablet)
    _the_board_says_so(cleo)
    _the_other_nurse_is_asked_and_may_wait(meet(OMAR), infusing)
    _it_was_nora(tablet)
    _what_she_saw(tablet, infusing, clock)
    _in_the_record(tablet, infusing)


def _nora_leaves_her_pin(tablet: Any) -> None:
    """The tablet stands enrolled; she logs in at it in the morning, sets her PIN, and it locks behind her."""
    banner = tablet.page.get_by_role("banner")
    banner.locator("summary").first.click()
    tablet.press("button", "Log out", within=banner)
    tablet.page.wait_for_load_state("load")
    tablet.person = NORA
    tablet.log_in()
    sets_pin(tablet)
    locks(tablet)


def _somebody_presses(tablet: Any) -> None:
    """By chair and initials; one tap, no form, and the words say to stop the pump."""
    expect(tablet.page.get_by_role("heading", name="Chair 1", exact=True)).to_be_visible()
    expect(tablet.page.get_by_text("M. Q.").first).to_be_visible()
    tablet.press("button", "REACTION Chair 1, M. Q.")
    tablet.sees(re.compile(r"Reaction recorded 09:2\d\. If a drug runs: stop the pump, then press STOP / PAUSE\."))
    tablet.sees(re.compile(r"REACTION recorded 09:2\d at Chair 1 tablet\. Come in and say whether it was you\."))
    is_locked(tablet.page)
    at_every_width(tablet)
    story.shows(tablet, "locked-reaction")


def _the_board_says_so(cleo: Any) -> None:
    """Within moments, by word, on a page that nobody touched."""
    board = cleo.page.locator("#board")
    expect(board).to_contain_text("reaction open", timeout=5_000)
    expect(board).to_contain_text("entry by a device: claim it")
    story.shows(cleo, "locked-reaction-board")


def _the_other_nurse_is_asked_and_may_wait(omar: Any, bedside: Bedside) -> None:
    story.goes_to(omar, bedside)
    omar.sees(ASKED)
    omar.sees("On Chair 1 tablet, while it was locked.")
    expect(story.panel(omar)).to_contain_text("not graded")
    assert story.log(bedside, "claimed") == []


def _it_was_nora(tablet: Any) -> None:
    """She comes in by PIN and is led to what waits for her."""
    comes_in(tablet, NORA.name)
    tablet.sees(ASKED)
    story.shows(tablet, "locked-reaction-asked")
    tablet.press("button", re.compile("^It was me"))
    tablet.sees(re.compile(r"It was me: recorded 09:2\d\."))
    expect(tablet.page.get_by_text("Who pressed REACTION")).to_have_count(0)


def _what_she_saw(tablet: Any, bedside: Bedside, clock: Any) -> None:
    chair.next_is(tablet, "Stop the pump, then press PAUSE")
    tablet.press("button", "The pump is stopped: record PAUSE", within=chair.action(tablet))
    tablet.sees(re.compile(r"Stop the pump\. Recorded 09:2\d\."))
    story.taps_symptom(tablet, "flushing")
    clock.local(TUESDAY, "09:27")
    story.goes_to(tablet, bedside, "?do=reaction")
    tablet.tap("What it is", "infusion related reaction")
    tablet.tap(re.compile("^It was treated with a medicine"), "No")
    tablet.tap(re.compile("^It goes on"), "No")
    story.shows(tablet, "locked-reaction-facts")
    expect(tablet.page.locator("#derived")).to_contain_text("The facts make grade 2")
    chair.submit(tablet, "Record")
    expect(story.panel(tablet)).to_contain_text("worst grade 2")


def _in_the_record(tablet: Any, bedside: Bedside) -> None:
    bedside.visit.refresh_from_db()
    pressed, graded = story.log(bedside, "reaction_recorded")
    (claimed,) = story.log(bedside, "claimed")
    assert (pressed.actor_name, pressed.actor_roles, pressed.mode) == ("Chair 1 tablet", Role.DEVICE.value, "live")
    assert claimed.actor_name == graded.actor_name == NORA.name
    (reaction,) = bedside.state.reactions.values()
    assert reaction.key == str(pressed.pk), "the grade belongs to what was pressed"
    assert (reaction.latest.grade, reaction.latest.derived) == (2, 2)
    story.goes_to(tablet, bedside, "record/")
    line = tablet.page.locator(f"#event-{pressed.pk}")
    expect(line).to_contain_text(re.compile(r"Chair 1 tablet, locked screen; pressed by Nora Bell, who said so 09:2\d"))
    expect(line).to_contain_text(re.compile(r"09:2\d"))
    expect(tablet.page.locator(f"#event-{claimed.pk}")).to_contain_text(
        re.compile(r"It was me: Reaction 09:2\d.*pressed on the locked screen of Chair 1 tablet")
    )
    story.shows(tablet, "locked-reaction-record")
