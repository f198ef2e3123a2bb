"""A tablet at chair 1 and the people at it: enrolled by the charge nurse, locked, opened by PIN."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.cast import PASSWORD

PIN = "739164"
NAMES = re.compile("Quintero|Marisol|Inflectra|inFLIXimab")


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


def locks(person: Any) -> None:
    person.press("button", re.compile("^Lock"), within=person.page.get_by_role("banner"))
    is_locked(person.page)
