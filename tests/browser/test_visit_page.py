"""The visit's page at the chair: keys counted, STOP stays said, nothing jumps, every width, dark, zoomed, on paper."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chairside.core.visit import events as e
from tests.browser import chair, running
from tests.browser.person import AXE
from tests.browser.widths import at_every_width
from tests.cast import NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import Bedside

SET = ("112", "70", "82", "97", "37.1", "15")
FOCUS = "document.activeElement.id"


def at_chair(bedside: Bedside, meet: Any, clock: Any, when: str = "10:10", **how: Any) -> Any:
    clock.local(TUESDAY, when)
    nora = meet(NORA, **how)
    nora.page.goto(f"/visits/{bedside.visit.pk}/")
    return nora


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)


def test_a_full_set_takes_no_more_than_25_keys_and_no_mouse(center: Center, meet: Any, clock: Any) -> None:
    bedside = running.climbing(center)
    page = at_chair(bedside, meet, clock).page
    page.locator("#action-title").focus()  # where the focus stands after the entry before
    began, keys = time.monotonic(), Keys(page)
    keys.press("Tab")
    for value in SET:
        keys.type(value)
        keys.press("Enter")
    expect(page.get_by_role("checkbox", name="As before: alert, room air, site well")).to_be_focused()
    keys.press("Space")
    with page.expect_navigation(wait_until="load"):
        keys.press("Enter")
    took = time.monotonic() - began
    assert keys.pressed <= 25
    assert took < 10
    told = bedside.state.vitals[-1].recorded
    assert [reading.value.amount for reading in told.readings if reading.value] == [
        112,
        70,
        82,
        97,
        told.value("temp").amount,
        15,
    ]
    assert (told.consciousness, told.on_oxygen, told.site_ok) == ("A", False, True)
    assert page.evaluate(FOCUS) == "action-title"
    expect(page.locator("#live")).to_have_text(re.compile(r"Vitals: recorded 10:\d\d\.\s+Next: inFLIXimab: raise to 120 mL/h"))


def test_an_unusual_value_asks_in_its_place_before_it_is_sent(center: Center, meet: Any, clock: Any) -> None:
    bedside = running.climbing(center)
    page = at_chair(bedside, meet, clock).page
    systolic = page.get_by_label("Systolic", exact=True)
    systolic.fill("212")
    again = page.locator("#vitals_confirm_sbp")
    expect(again).to_be_visible()
    systolic.press("Enter")
    expect(again).to_be_focused()
    again.press("Space")
    again.press("Enter")
    expect(page.get_by_label("Diastolic", exact=True)).to_be_focused()
    systolic.fill("118")
    expect(again).to_be_hidden()
    page.get_by_label("Temperature", exact=True).fill("98.6")
    expect(page.locator(".vital", has_text="Temperature").locator("output")).to_have_text("98.6 °F")


def test_a_set_and_a_step_by_the_keyboard_alone(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    bedside = running.climbing(center)
    nora = at_chair(bedside, meet, clock, mouse=False)
    chair.takes_vitals(nora, site_ok=True)
    chair.steps_up(nora)
    assert str(bedside.state.infusions[bedside.drug.key].rate.amount) == "120"


def test_stop_stays_said_on_every_page_until_the_pump_has_been_read(center: Center, meet: Any, clock: Any) -> None:
    bedside = running.climbing(center)
    nora = at_chair(bedside, meet, clock)
    bar = nora.page.get_by_role("region", name="Stop and reaction")
    said = re.compile(r"Stop the pump\. Recorded 10:1\d\.")
    expect(bar).not_to_contain_text(said)
    for button in bar.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 48
    chair.pauses(nora)
    for address in ("", "record/", "?do=note"):
        nora.page.goto(f"/visits/{bedside.visit.pk}/{address}")
        expect(bar).to_contain_text(said)
    nora.page.goto(f"/visits/{bedside.visit.pk}/")
    chair.resumes(nora, "kink in the line, gone", "30")
    expect(bar).not_to_contain_text(said)
    expect(bar).to_contain_text("do not touch the pump")


def test_stop_pressed_elsewhere_is_said_here_and_nothing_jumps(center: Center, meet: Any, clock: Any) -> None:
    bedside = running.climbing(center)
    page = at_chair(bedside, meet, clock).page
    pulse = page.get_by_label("Pulse", exact=True)
    pulse.fill("8")
    page.locator("#list-1 > summary").click()
    page.locator("#vitals-each > summary").click()
    pulse.focus()
    before = pulse.bounding_box()
    bedside.say(OMAR, "10:12", e.Paused())
    bar = page.get_by_role("region", name="Stop and reaction")
    expect(bar).to_contain_text("Stop the pump. Recorded 10:12.")
    expect(page.locator("#log")).to_contain_text("STOP / PAUSE pressed")
    assert pulse.bounding_box() == before
    expect(pulse).to_be_focused()
    expect(pulse).to_have_value("8")
    assert page.locator("#list-1").evaluate("fold => fold.open") is True


def test_what_is_not_possible_now_stands_on_one_folded_list_with_its_reasons(center: Center, meet: Any, clock: Any) -> None:
    page = at_chair(running.climbing(center), meet, clock, "10:02").page
    folded = page.locator("#impossible")
    expect(folded.get_by_text("Discharge", exact=True)).to_be_hidden()
    folded.locator("summary").click()
    entries = folded.locator(".impossible-list > li")
    expect(entries.filter(has_text="Discharge").first).to_contain_text("Not yet:")
    locks = page.locator(".rung-locked .locks").first
    expect(locks).to_contain_text("Time: 15 min at 80 mL/h, until 10:09")
    expect(locks).to_contain_text("Vitals:")


@pytest.mark.parametrize("story", ["climbing", "reacting"])
def test_every_width_dark_zoomed_and_on_paper(center: Center, meet: Any, clock: Any, story: str) -> None:
    nora = at_chair(getattr(running, story)(center), meet, clock)
    page = nora.page
    at_every_width(nora)
    page.emulate_media(color_scheme="dark")
    page.reload()  # a colour is not judged while it changes
    found = Axe().run(page, options=AXE).response["violations"]
    assert not found, [(item["id"], item["nodes"][0]["html"]) for item in found]
    page.emulate_media(color_scheme="light")
    for width in (640, 320):  # 1280 px at 200 and at 400 %
        page.set_viewport_size({"width": width, "height": 450})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.mouse.wheel(0, 1200)
    expect(page.get_by_role("heading", name="Quintero Vega, Marisol")).to_be_in_viewport()
    expect(page.get_by_role("button", name="STOP / PAUSE")).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="STOP / PAUSE")).to_be_hidden()
    expect(page.locator("#sheet table")).to_be_visible()
    expect(page.get_by_role("heading", name="Quintero Vega, Marisol")).to_be_visible()


def test_on_a_phone_both_chart_and_table_show_the_newest_end(center: Center, meet: Any, clock: Any) -> None:
    page = at_chair(running.climbing(center), meet, clock).page
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    for box in page.locator("#sheet [data-end]").all():
        left, most = box.evaluate("box => [box.scrollLeft, box.scrollWidth - box.clientWidth]")
        assert most > 0
        assert abs(left - most) <= 2
