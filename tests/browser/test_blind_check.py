"""The second person finds nothing of the first one's entries: on no page and in no answer (H-014)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser import chair, seeded
from tests.cast import NORA, OMAR, TUESDAY, Center

PATIENT, NAME, BORN = "Quintero Vega, Marisol", "Marisol Quintero Vega", "1988-03-14"
# Numbers that stand nowhere else on these pages, so that finding one means that it leaked.
FIRST = {
    "Product, from the vial": "Remsima-XQ",
    "Lot numbers": "ZZLEAK99",
    "Dosing weight": "71.437",
    "Dose, computed": "357.185",
    "Bag volume": "253.19",
    "Starting rate": "19.873",
    "Concentration": "1.4137",
    "Use-by time": "12:17",
    "Use-by day": "2026-12-03",
    "Rate, read": "19.871",
    "Volume to be infused": "253.17",
}
RIGHT = chair.CHECK | {"Use-by time": "12:00"}


def test_the_second_person_is_never_sent_the_first_ones_entries(center: Center, meet: Callable[..., Any], clock: Any) -> None:
    seeded.prepared(center)
    clock.local(TUESDAY, "09:08")
    nora, omar = meet(NORA), meet(OMAR)
    bodies = omar.listen()
    chair.opens(omar, PATIENT)
    chair.opens(nora, PATIENT)
    chair.enters_check(nora, NAME, BORN, FIRST)
    expect(omar.page.get_by_text("Recorded since this form was opened")).to_be_visible()
    omar.reload()
    omar.sees("One check is in; the second person enters theirs.")
    _is_blank(omar)
    visit = omar.page.url.rstrip("/")
    for part in ("now/", "flow/", "record/", "?do=check", "?do=note"):
        omar.page.goto(f"{visit}/{part}")
    omar.open("Board")
    chair.opens(omar, PATIENT)
    chair.enters_check(omar, NAME, BORN, RIGHT)
    omar.sees("Independent double check")
    leaked = sorted({value for value in FIRST.values() for body in bodies if value in body})
    assert leaked == [], f"sent to the second person: {leaked}"
    assert len(bodies) > 8
    assert any("One check entered" in body for body in bodies), "that there is a first check, they are told"


def test_the_person_who_entered_one_check_cannot_enter_the_other(
    center: Center, meet: Callable[..., Any], clock: Any, watched: Any
) -> None:
    watched.refusals_wanted = True
    seeded.prepared(center)
    clock.local(TUESDAY, "09:08")
    nora = meet(NORA)
    chair.opens(nora, PATIENT)
    chair.enters_check(nora, NAME, BORN, RIGHT)
    nora.page.goto(f"{nora.page.url.partition('?')[0]}?do=check")
    chair.says_who(nora, NAME, BORN)
    for label, value in RIGHT.items():
        nora.fill(label, value, within=chair.action(nora))
    nora.tap("Route", "IV")
    nora.press("button", "Enter my check", within=chair.action(nora))
    nora.sees("You entered the first check.")


def _is_blank(person: Any) -> None:
    """Every field of the check is empty for the second person as for the first."""
    for label in RIGHT:
        field = chair.action(person).get_by_label(label).and_(person.page.locator("input")).first
        expect(field).to_have_value("")
