"""The formulary as a pharmacist reads it: found by any name, each number with its source, a made-up patient worked out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import office
from tests.browser.person import PersonAtBrowser
from tests.browser.widths import at_every_width
from tests.cast import THEO, Center

THERAPIES = ("infliximab_iv", "lecanemab", "ivig_gamunex_c", "mfolfox6", "therapeutic_phlebotomy", "denosumab_60_sc")


@pytest.mark.timeout(300)
def test_a_therapy_is_found_read_and_tried_out(center: Center, meet: office.Meet) -> None:
    theo = meet(THEO)
    _found(theo)
    for therapy in THERAPIES:
        theo.page.goto(f"/formulary/{therapy}/")
        at_every_width(theo)
    _sources_at_hand(theo)
    _on_paper(theo)
    _worked_out(theo)


def _found(theo: PersonAtBrowser) -> None:
    theo.page.goto("/formulary/")
    theo.fill("Drug, brand, class, condition or code", "remicaid")
    theo.press("button", "Filter")
    theo.sees("brand Remicade")
    at_every_width(theo)
    theo.fill("Drug, brand, class, condition or code", "xyzzy")
    theo.press("button", "Filter")
    theo.sees("misspellings are forgiven")


def _sources_at_hand(theo: PersonAtBrowser) -> None:
    """The title of a source shows with the pointer and with the keyboard, and is what a screen reader says."""
    theo.page.goto("/formulary/infliximab_iv/")
    mark = theo.page.locator("a.mark").first
    title = mark.get_attribute("data-source") or ""
    assert title
    assert (mark.get_attribute("aria-label") or "").startswith("Source")
    shown = "element => getComputedStyle(element, '::after').content"
    assert mark.evaluate(shown) == "none"
    mark.hover()
    assert title[:20] in mark.evaluate(shown)
    theo.page.mouse.move(0, 0)
    theo.page.locator("a.mark").nth(1).focus()
    theo.page.keyboard.press("Shift+Tab")
    assert title[:20] in theo.page.evaluate("getComputedStyle(document.activeElement, '::after').content")


def _on_paper(theo: PersonAtBrowser) -> None:
    """Folded sections open, and every mark leads to the list of sources on the same paper."""
    theo.page.emulate_media(media="print")
    expect(theo.page.locator("#requirements table")).to_be_visible()
    expect(theo.page.locator("#sources table")).to_be_visible()
    theo.page.emulate_media(media="screen")


def _worked_out(theo: PersonAtBrowser) -> None:
    theo.press("link", "Workbench")
    theo.sees("Nothing is worked out yet")
    at_every_width(theo)
    theo.fill("Birth date", "1976-05-01")
    theo.fill("Weight", "82.4")
    theo.press("button", "Work it out")
    theo.sees("412 mg", "How this dose was computed", "Holds the dose")
    at_every_width(theo)
