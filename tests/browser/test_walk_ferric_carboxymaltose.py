"""A referral that is held is settled in the pages; from check-in to discharge nobody touches a mouse."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import chair, office
from tests.browser.person import PersonAtBrowser
from tests.cast import AVA, BETH, FRED, INES, MONDAY, NORA, OMAR, PIA, SAM, THEO, TUESDAY, Center

PATIENT, NAME, BORN = "Blomqvist, Yaretzi", "Yaretzi Blomqvist", "1989-09-09"
CHECK = {
    "Product, from the vial": "Injectafer",
    "Lot numbers": "FCM118",
    "Dosing weight": "58.9",
    "Dose, computed": "750",
    "Bag volume": "265",
    "Starting rate": "1060",
    "Concentration": "2.83",
    "Infusion time": "15",
    "Use-by time": "20:00",
    "Use-by day": TUESDAY.isoformat(),
    "Rate, read": "1060",
    "Volume to be infused": "265",
}


@pytest.mark.timeout(300)
def test_a_held_referral_is_settled_and_given_by_keyboard_alone(center: Center, meet: office.Meet, clock: Any) -> None:
    office.arrives(center, "s28")
    pia, nora = meet(PIA), meet(NORA)
    _completed(meet(INES))
    clock.local(MONDAY, "10:20")
    office.signs(pia, PATIENT, reason="hives once with another iron, settled by one tablet")
    office.plans(pia)
    expect(pia.page.get_by_role("row").filter(has_text="Dose 1")).to_contain_text("750 mg x 1")
    office.authorizes(meet(AVA), PATIENT, "J1439", "1500")
    _cleared(nora, pia)
    office.books(meet(SAM), PATIENT)
    office.receives(meet(THEO), "Injectafer, 750 mg", "FCM118", "2027-03-31", "4")
    _by_keyboard(meet, clock)
    _charged(meet)
    nora.page.goto("/guide/ferric_carboxymaltose/")
    nora.look()
    nora.sees_heading("Iron infusion (ferric carboxymaltose)")


def _completed(ines: PersonAtBrowser) -> None:
    """The queue says what is missing and what was found; new labs came by fax."""
    ines.open("Intake")
    row = ines.page.get_by_role("row").filter(has_text=PATIENT)
    expect(row).to_contain_text("CBC, ferritin and transferrin saturation within 60 days")
    ines.press("link", PATIENT)
    ines.look()
    ines.press("button", "I request it")
    ines.unfold("It is here")
    ines.fill("What came, and where it is", "labs of this morning, by fax")
    ines.press("button", "Close the request")
    ines.press("button", "Make the order")
    ines.sees("A prescriber signs it.")


def _cleared(nora: PersonAtBrowser, pia: PersonAtBrowser) -> None:
    office.evaluates(nora, PATIENT)
    office.records(nora, "Hemoglobin before the course", number="9.1")
    office.records(nora, "Ferritin before the course", number="8")
    office.records(nora, "Transferrin saturation before", number="7")
    office.records(nora, "Consent to treatment", word="given")
    nora.sees("Needs review")
    reaction = "Earlier reaction that the protocol warns of"
    office.releases(pia, PATIENT, reaction, "mild hives to iron sucrose; watched for 30 minutes")


def _by_keyboard(meet: office.Meet, clock: Any) -> None:
    """Tab, Enter, Space, arrows and typing: four people, no mouse."""
    clock.local(TUESDAY, "08:30")
    chair.checks_in(meet(FRED, mouse=False), PATIENT, NAME, BORN)
    nora = meet(NORA, mouse=False)

    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()

    chair.opens(nora, PATIENT)
    chair.seats(nora, "Chair 1")
    now("08:36")
    chair.takes_vitals(nora, weight="58.2")
    chair.is_assessed(nora, ("Pregnant and in the first three months?",))
    now("08:48")
    chair.gets_access(nora, "ferric carboxymaltose")
    now("08:52")
    theo = meet(THEO, mouse=False)
    chair.opens(theo, PATIENT)
    chair.prepares(theo, "FCM118", "1", "750", use_by="2026-12-01T20:00")
    chair.enters_check(theo, NAME, BORN, CHECK)
    omar = meet(OMAR, mouse=False)
    chair.opens(omar, PATIENT)
    chair.enters_check(omar, NAME, BORN, CHECK)
    now("08:59")
    chair.takes_vitals(nora, site_ok=True)
    now("09:01")
    chair.starts(nora, NAME, BORN)
    now("09:08")
    chair.takes_vitals(nora, site_ok=True)
    now("09:18")
    chair.stops(nora, "265")
    chair.flushes(nora)
    chair.next_is(nora, "Begin observation")
    chair.submit(nora, "Begin observation")
    now("09:52")
    chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")


def _charged(meet: office.Meet) -> None:
    lines = office.charges(meet(BETH), PATIENT)
    expect(lines.get_by_role("row").filter(has_text="96365")).to_contain_text("Nora Bell")
    drug = lines.get_by_role("row").filter(has_text="J1439")
    expect(drug).to_contain_text("750")
    expect(drug).to_contain_text("lot FCM118")
