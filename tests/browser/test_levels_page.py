"""Levels over time as a pharmacist sees them: drawn late by the keyboard, and fit at every width."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import office
from tests.browser.widths import at_every_width
from tests.cast import THEO, Center

PAGES = ("natalizumab/kinetics", "zoledronic_acid_5mg_iv/kinetics", "pegloticase_iv/kinetics", "kinetics/morphine")


@pytest.mark.timeout(300)
def test_a_dose_is_drawn_late_by_the_keyboard(center: Center, meet: office.Meet) -> None:
    theo = meet(THEO)
    theo.page.goto("/formulary/infliximab_iv/")
    theo.page.get_by_role("link", name="Levels").click()
    slider = theo.page.get_by_role("slider", name="Days late")
    slider.focus()
    theo.page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("21")
    theo.press("button", "Draw")
    expect(theo.page.get_by_role("row", name="21 days late")).to_be_visible()
    expect(theo.page.get_by_role("img", name="At the plateau")).to_be_visible()
    at_every_width(theo)
    for page in PAGES:
        theo.page.goto(f"/formulary/{page}/")
        at_every_width(theo)
