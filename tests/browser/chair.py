"""What people do on the visit's page, in the order of a visit. Works with the mouse and with the keyboard alike."""

from __future__ import annotations

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, expect

from tests.browser.person import PersonAtBrowser
from tests.cast import TUESDAY

CALM = {"Systolic": "118", "Diastolic": "74", "Pulse": "72", "Oxygen": "98", "Temperature": "36.8", "Breathing": "14"}

# What each of two people enters alone of the infliximab of the stories.
CHECK = {
    "Product, from the vial": "Inflectra",
    "Lot numbers": "INF2207",
    "Dosing weight": "71.4",
    "Dose, computed": "357",
    "Bag volume": "250",
    "Starting rate": "20",
    "Concentration": "1.43",
    "Use-by time": "12:05",
    "Use-by day": TUESDAY.isoformat(),
    "Rate, read": "20",
    "Volume to be infused": "250",
}


def action(person: PersonAtBrowser) -> Locator:
    """The one card."""
    return person.page.locator("section.action")


def next_is(person: PersonAtBrowser, title: str | re.Pattern[str]) -> None:
    """The card says what comes next."""
    expect(action(person).get_by_role("heading", name=title)).to_be_visible()


def also(person: PersonAtBrowser, name: str) -> None:
    """Another way than the card's."""
    person.press("link", name, within=action(person), exact=True)
    person.look()


def says_who(person: PersonAtBrowser, name: str, born: str) -> None:
    person.fill("Full name, as the patient says it", name)
    person.fill("Birth date, as the patient says it", born)


def checks_in(person: PersonAtBrowser, patient: str, name: str, born: str) -> None:
    """From the list of today: arrived, who are you, consent."""
    person.open("Visits")
    person.press("button", re.compile(rf"Arrived\s*: {patient}"))
    person.look()
    next_is(person, "Check in: full name and birth date")
    says_who(person, name, born)
    person.tap("Is there a current consent to treatment?", "Yes")
    person.press("button", "Check in", within=action(person), exact=True)
    person.sees(re.compile(r"Check in: recorded \d\d:\d\d\."))


def opens(person: PersonAtBrowser, patient: str) -> None:
    person.open("Visits")
    person.press("link", f"Open the visit of {patient}")
    person.look()


def seats(person: PersonAtBrowser, chair: str) -> None:
    next_is(person, "Seat the patient")
    person.tap("Chair", chair)
    submit(person, "Seat")


def takes_vitals(person: PersonAtBrowser, *, site_ok: bool = False, weight: str = "") -> None:
    for label, value in CALM.items():
        person.fill(label, value, within=action(person))
    if weight:
        person.fill("Weight", weight, within=action(person))
    if site_ok:
        person.tick("alert, room air, site well")
    submit(person, "Record vitals")


def submit(person: PersonAtBrowser, name: str) -> None:
    """Press the card's button, and see that the page that comes says it was recorded: the one before may say so still."""
    with person.page.expect_navigation(wait_until="load"):
        person.press("button", name, within=action(person), exact=True)
    expect(person.page.get_by_role("status").get_by_text(re.compile(r"recorded \d\d:\d\d")).first).to_be_visible()
    person.look()


def is_assessed(person: PersonAtBrowser, questions: tuple[str, ...]) -> None:
    next_is(person, "Review allergies and medicines")
    person.tick("The patient says: no allergies")
    person.tick("The list of medicines was gone through with the patient")
    submit(person, "Record the review")
    next_is(person, "Ask the assessment questions")
    for question in questions:
        person.tap(question, "No")
    submit(person, "Record the answers")
    next_is(person, "Go or hold")
    submit(person, "Go: clear for the infusion")


def gets_access(person: PersonAtBrowser, drug: str) -> None:
    next_is(person, f"Release {drug} to prepare")
    submit(person, "Release to prepare")
    next_is(person, "Place the access")
    person.fill("Site", "forearm", within=action(person))
    person.tap(re.compile("Side"), "Left")
    person.tap("Device", "Peripheral")
    person.tap(re.compile("Gauge"), "22 G")
    person.fill("Your attempts, this one included", "1")
    person.tap("Blood return seen", "Yes")
    person.tap("Access is in", "Yes")
    submit(person, "Record the access")


def prepares(person: PersonAtBrowser, lot: str, vials: str, drawn: str, use_by: str = "") -> None:
    """The pharmacist opens vials of one lot; the page offers what is on the shelf, and the use-by time of the rules."""
    row = person.page.get_by_role("row").filter(has_text=lot)
    person.fill("Vials opened", vials, within=row)
    person.fill("Drawn", drawn, within=row)
    if use_by:
        person.fill("Use by", use_by)
    submit(person, "Record the preparation")


def enters_check(person: PersonAtBrowser, name: str, born: str, entries: Mapping[str, str], route: str = "IV") -> None:
    """Every field is empty; each person computes alone."""
    says_who(person, name, born)
    for label, value in entries.items():
        person.fill(label, value, within=action(person))
    person.tap("Route", route)
    submit(person, "Enter my check")


def starts(person: PersonAtBrowser, name: str, born: str) -> None:
    says_who(person, name, born)
    person.tick("Line traced from bag to patient")
    person.tick("Emergency drugs and a provider are available")
    submit(person, "Start the infusion")


def steps_up(person: PersonAtBrowser) -> None:
    submit(person, "Pump is set: record the next step")


def pauses(person: PersonAtBrowser) -> None:
    bar = person.page.get_by_role("region", name="Stop and reaction")
    person.press("button", "STOP / PAUSE", within=bar)
    person.sees(re.compile(r"Stop the pump. Recorded \d\d:\d\d"))
    person.look()


def resumes(person: PersonAtBrowser, why: str, pump: str) -> None:
    person.fill("How the reason for the pause was settled", why)
    person.fill("Volume given, read from the pump", pump)
    submit(person, "Pump runs again: record it")


def stops(person: PersonAtBrowser, pump: str) -> None:
    person.tap("Why", "Bag is empty")
    person.fill("Volume given, read from the pump", pump)
    person.fill("Left in the bag", "0")
    submit(person, "Pump is stopped: record it")


def flushes(person: PersonAtBrowser) -> None:
    person.fill("Flush volume", "20")
    submit(person, "Flushed")


def takes_access_out(person: PersonAtBrowser) -> None:
    person.tap("Bleeding has stopped", "Yes")
    submit(person, "Record")


def goes_home(person: PersonAtBrowser) -> None:
    person.tick("Written advice given, with the number for tonight")
    person.tick("The patient said it back")
    person.tap(re.compile("Walks steadily"), "Yes")
    submit(person, "Discharge")
