"""The design system as people meet it: no accessibility violation, no console message, nothing wider than the screen."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

PAGES = ["components", "board", "visit", "queue", "public", "print"]
# axe would fetch the stylesheets once more by paths that it guesses; the page has them already
AXE = {"preload": False}


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "light"), (1280, "dark")])
def test_every_component_in_every_state_is_accessible_and_fits(browser: Browser, site: str, width: int, theme: str):
    person = browser.new_context(base_url=site, viewport={"width": width, "height": 800}, color_scheme=theme)
    page = person.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in PAGES:
        page.goto(f"/style/{name}/")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found = Axe().run(page, options=AXE).response["violations"]
        assert (name, overflow, [violation["id"] for violation in found], said) == (name, 0, [], [])
    person.close()


def test_the_theme_is_chosen_without_a_reload_and_kept(page: Page):
    page.goto("/style/")
    page.get_by_role("button", name="Dark").first.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/style/visit/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_first_tab_leads_past_the_navigation(page: Page):
    page.goto("/style/board/")  # the others show a form that came back, which has the focus
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_stop_and_reaction_are_in_reach_wherever_one_has_scrolled(page: Page):
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto("/style/visit/")
    for place in (0, 99999):
        page.evaluate(f"scrollTo(0, {place})")
        for name in ("STOP / PAUSE", "REACTION"):
            button = page.get_by_role("button", name=name)
            expect(button).to_be_in_viewport()
            box = button.bounding_box()
            assert box
            assert box["height"] >= 48


def test_a_countdown_turns_late_by_the_servers_clock(page: Page):
    page.clock.install()
    page.goto("/style/")
    left = page.locator("time[data-until]").first
    expect(left).to_have_text(re.compile("in 13 min"))
    page.clock.run_for(15 * 60 * 1000)
    expect(left).to_have_text("2 min late")


def test_what_was_typed_is_not_lost_without_a_question(page: Page):
    page.goto("/style/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Note").fill("Left arm only")
    page.goto("/style/board/")
    assert asked == ["beforeunload"]
