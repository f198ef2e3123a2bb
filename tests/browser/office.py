"""What the office does in its pages before an infusion, each role logging in with its own browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from chairside.apps.interop.services import bundle_import
from tests.browser.person import PersonAtBrowser
from tests.cast import INES, MONDAY, PASSWORD, TUESDAY, Center, bundle, moment, must

Meet = Callable[..., PersonAtBrowser]


def arrives(center: Center, start: str) -> None:
    """Bundles come by file or by wire, not by a page."""
    actor, at = center.actor(INES), moment("09:00")
    must(bundle_import(bundle=bundle(start), name=f"{start}.json", site=center.site, actor=actor, at=at, as_of=MONDAY))


def signs(prescriber: PersonAtBrowser, patient: str, reason: str = "") -> None:
    """From the queue to the referral, to the order, to the signature."""
    prescriber.open("Intake")
    prescriber.press("link", patient)
    prescriber.press("link", "Open the order")
    prescriber.look()
    if reason:
        prescriber.fill("Reason", reason)
    prescriber.fill("Your password", PASSWORD)
    prescriber.press("button", "Sign version 1")
    prescriber.sees("Version 1 is signed. The plan can be made from it.")


def plans(prescriber: PersonAtBrowser) -> None:
    prescriber.fill("First dose on", TUESDAY.isoformat())
    prescriber.press("button", "Make the plan")
    prescriber.look()
    prescriber.press("button", "Decide dose 1")


def authorizes(person: PersonAtBrowser, patient: str, code: str, units: str) -> None:
    """Benefits checked, and the payer's answer as it was given."""
    person.open("Coverage")
    person.press("link", patient)
    person.look()
    person.unfold("Benefits were checked")
    person.fill("Checked on", MONDAY.isoformat())
    person.fill("What the payer said", "Covered, asks for authorization")
    person.press("button", "Record the check")
    person.unfold("Record the payer's answer")
    person.pick("The payer's answer", "Approved")
    person.fill("Approval number", "PA-7731")
    person.fill("Product code", code)
    person.fill("Units approved", units)
    form = person.page.locator("form").filter(has=person.page.get_by_label("Approval number"))
    person.fill("Holds from", MONDAY.isoformat(), within=form)
    person.fill("Holds until", "2027-06-30", within=form)
    person.press("button", "Record the answer")
    person.sees("Covered")


def _opens_dose_1(person: PersonAtBrowser, patient: str) -> None:
    person.open("Clearance")
    person.press("link", patient, within=person.page.get_by_role("row").filter(has_text=patient).filter(has_text="dose 1"))


def evaluates(nurse: PersonAtBrowser, patient: str) -> None:
    _opens_dose_1(nurse, patient)
    nurse.look()
    nurse.press("button", "Evaluate again")


def records(nurse: PersonAtBrowser, title: str, *, word: str = "", number: str = "") -> None:
    """A result, written down at the requirement that asks for it."""
    row = nurse.page.get_by_role("listitem").filter(has_text=title)
    nurse.unfold("Record the result", within=row)
    if word:
        row.get_by_label("Result").select_option(label=word)
    else:
        nurse.fill("Result", number, within=row)
    nurse.press("button", "Record", within=row, exact=True)


def releases(prescriber: PersonAtBrowser, patient: str, title: str, why: str) -> None:
    """A hold released for the day, with the password again."""
    _opens_dose_1(prescriber, patient)
    row = prescriber.page.get_by_role("listitem").filter(has_text=title)
    prescriber.unfold("Release for this day", within=row)
    prescriber.fill("Why the dose may be given all the same", why, within=row)
    prescriber.fill("Your password", PASSWORD, within=row)
    prescriber.press("button", "Release until the visit of that day ends", within=row)
    prescriber.sees("Released")


def books(scheduler: PersonAtBrowser, patient: str, start: str = "08:30") -> None:
    """The place is explained before it is taken."""
    scheduler.open("Schedule")
    scheduler.press("link", "Book a dose")
    scheduler.look()
    scheduler.press("link", f"Book dose 1 of {patient}")
    scheduler.look()
    scheduler.pick("Chair", "Chair 1")
    scheduler.pick("Nurse", "Nora Bell")
    scheduler.fill("Day", TUESDAY.isoformat())
    scheduler.fill("Start", start)
    scheduler.page.keyboard.press("Tab")
    scheduler.sees("This place is free")
    scheduler.press("button", "Book this place")
    scheduler.look()
    expect(scheduler.page.get_by_role("main")).to_contain_text("Chair 1")


def receives(pharmacist: PersonAtBrowser, product: str, lot: str, expires: str, vials: str) -> None:
    pharmacist.open("Pharmacy")
    pharmacist.press("link", "Lots", within=pharmacist.page.get_by_role("navigation", name="Pharmacy"))
    pharmacist.look()
    pharmacist.press("link", "Receive a carton")
    pharmacist.look()
    pharmacist.pick("Product and strength", product)
    pharmacist.fill("Lot number", lot)
    pharmacist.fill("Expires on", expires)
    pharmacist.fill("Vials", vials)
    pharmacist.press("button", "Receive")
    pharmacist.look()
    pharmacist.sees(f"Lot {lot}")


def charges(biller: PersonAtBrowser, patient: str) -> Any:
    biller.open("Charges")
    biller.press("link", patient)
    biller.look()
    biller.press("button", "Make the charges")
    biller.sees_heading("Lines")
    return biller.page.get_by_role("table").first
