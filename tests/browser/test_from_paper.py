"""Entering from paper by the keyboard alone: two lines and one more, one of them unreadable, and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from chairside.apps.visit.models import VisitEvent
from tests.browser import seeded
from tests.cast import NORA, TUESDAY, Center

EXAMPLE = "BP 124/78 P 72 T 36.8 R 14 O2 98 W 82.4 site ok"
TYPED = ("0931", "Tab", "Note", "Tab", "called the office", "Tab", "Tab", "9:40", "Tab", "Vitals", "Tab", "124/78 72")


def test_lines_are_typed_without_a_mouse_and_a_line_comes_without_a_reload(
    center: Center, meet: Callable[..., Any], clock: Any, watched: Any
) -> None:
    watched.refusals_wanted = True
    bedside = seeded.prepared(center)
    clock.local(TUESDAY, "12:00")
    nora = meet(NORA, mouse=False)
    page = nora.page
    page.goto(f"/visits/{bedside.visit.pk}/paper/")
    nora.look()
    page.get_by_label("Time on the paper, line 1", exact=True).focus()
    for keys in TYPED:
        page.keyboard.press(keys) if keys == "Tab" else page.keyboard.type(keys)
    expect(page.get_by_label("What it says, line 2", exact=True)).to_have_attribute("placeholder", EXAMPLE)
    more = page.get_by_role("button", name="One more line")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Time on the paper, line 13", exact=True)).to_be_focused()
    page.keyboard.type("09:45")
    page.keyboard.press("Tab")
    page.keyboard.type("Symptom")
    page.keyboard.press("Tab")
    page.keyboard.type("itching")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 lines are entered")).to_be_visible()
    line = page.get_by_label("What it says, line 1", exact=True)
    expect(line).to_have_value("124/78 72")
    expect(line).to_have_accessible_description(f"“72” is not understood. Write {EXAMPLE}.")
    line.fill("BP 124/78 P 72")
    line.press("Enter")
    page.wait_for_url("**/record/")
    told = VisitEvent.objects.filter(visit=bedside.visit, mode="reported").order_by("sequence").values_list("kind", flat=True)
    assert list(told) == ["note_added", "symptom_reported", "vitals_recorded"]
