"""The whole way of a first infliximab infusion through the pages, every role at a browser of their own."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import office
from tests.cast import AVA, INES, MONDAY, NORA, PIA, SAM, THEO, Center

PATIENT = "Quintero Vega, Marisol"


@pytest.mark.timeout(240)
def test_a_referral_is_walked_through_every_page(center: Center, meet: office.Meet, clock: Any) -> None:
    office.arrives(center, "s01")
    ines = meet(INES)
    ines.open("Intake")
    ines.press("link", PATIENT)
    ines.look()
    ines.sees("Nothing is missing", "Nothing was found")
    ines.press("button", "Make the order")
    ines.sees("A prescriber signs it.")
    pia = meet(PIA)
    clock.local(MONDAY, "09:10")
    office.signs(pia, PATIENT)
    office.plans(pia)
    expect(pia.page.get_by_role("row").filter(has_text="Dose 1")).to_contain_text("5 mg/kg x 71.4 kg = 357 mg")
    clock.local(MONDAY, "09:30")
    office.authorizes(meet(AVA), PATIENT, "Q5103", "108")
    nora = meet(NORA)
    office.consents(nora, PATIENT)
    nora.sees("Cleared")
    office.books(meet(SAM), PATIENT)
    office.receives(meet(THEO), "Inflectra, 100 mg", "INF2207", "2027-06-30", "10")
