"""The whole way of a first infliximab infusion through the pages, every role at a browser of their own."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import chair, office
from tests.browser.person import PersonAtBrowser
from tests.cast import AVA, BETH, FRED, INES, MONDAY, NORA, OMAR, PIA, SAM, THEO, TUESDAY, Center

PATIENT, NAME, BORN = "Quintero Vega, Marisol", "Marisol Quintero Vega", "1988-03-14"
QUESTIONS = ("Fever, cough", "New or worse shortness", "A live vaccine", "Pregnant, could be")


@pytest.mark.timeout(300)
def test_a_referral_is_walked_through_every_page(center: Center, meet: office.Meet, clock: Any) -> None:
    office.arrives(center, "s01")
    nora = meet(NORA)
    _ordered_and_planned(meet, clock)
    _covered_cleared_booked(meet, nora)
    clock.local(TUESDAY, "08:30")
    chair.checks_in(meet(FRED), PATIENT, NAME, BORN)
    _assessed(nora, clock)
    _prepared_and_checked(meet, nora, clock)
    _given(nora, clock)
    _gone_home(nora, clock)
    _charged(meet)
    _told_to_the_patient(nora)


def _ordered_and_planned(meet: office.Meet, clock: Any) -> None:
    ines = meet(INES)
    ines.open("Intake")
    ines.press("link", PATIENT)
    ines.look()
    ines.sees("Nothing is missing", "Nothing was found")
    ines.press("button", "Make the order")
    ines.sees("A prescriber signs it.")
    clock.local(MONDAY, "09:10")
    pia = meet(PIA)
    office.signs(pia, PATIENT)
    office.plans(pia)
    first = pia.page.get_by_role("row").filter(has_text="Dose 1")
    expect(first).to_contain_text("5 mg/kg x 71.4 kg = 357 mg")
    expect(first).to_contain_text("100 mg x 4")
    clock.local(MONDAY, "09:30")
    office.authorizes(meet(AVA), PATIENT, "Q5103", "108")


def _covered_cleared_booked(meet: office.Meet, nora: PersonAtBrowser) -> None:
    office.evaluates(nora, PATIENT)
    office.records(nora, "Consent to treatment", word="given")
    nora.sees("Cleared")
    office.books(meet(SAM), PATIENT)
    office.receives(meet(THEO), "Inflectra, 100 mg", "INF2207", "2027-06-30", "10")


def _assessed(nora: PersonAtBrowser, clock: Any) -> None:
    nora.log_in()  # a log-in ends after twelve hours, and this is the next day
    nora.open("Board")
    nora.sees("Chair 1")
    chair.opens(nora, PATIENT)
    chair.seats(nora, "Chair 1")
    clock.local(TUESDAY, "08:40")
    chair.takes_vitals(nora, weight="71.8")
    chair.is_assessed(nora, QUESTIONS)
    clock.local(TUESDAY, "08:58")
    chair.gets_access(nora, "inFLIXimab")


def _prepared_and_checked(meet: office.Meet, nora: PersonAtBrowser, clock: Any) -> None:
    clock.local(TUESDAY, "09:05")
    theo = meet(THEO)
    chair.opens(theo, PATIENT)
    chair.prepares(theo, "INF2207", "4", "357")
    clock.local(TUESDAY, "09:08")
    nora.reload()
    chair.next_is(nora, "Independent double check")
    chair.enters_check(nora, NAME, BORN, chair.CHECK)
    omar = meet(OMAR)
    chair.opens(omar, PATIENT)
    chair.enters_check(omar, NAME, BORN, chair.CHECK)


def _given(nora: PersonAtBrowser, clock: Any) -> None:
    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()

    now("09:20")
    chair.takes_vitals(nora, site_ok=True)
    now("09:22")
    chair.starts(nora, NAME, BORN)
    for time, rate in (("09:38", "40"), ("09:55", "80"), ("10:12", "120")):
        now(time)
        chair.takes_vitals(nora, site_ok=True)
        chair.steps_up(nora)
        nora.sees(f"{rate} mL/h")
    now("10:20")
    chair.pauses(nora)
    now("10:25")
    chair.resumes(nora, "back from the bathroom", "58")
    now("10:50")
    chair.takes_vitals(nora, site_ok=True)
    chair.steps_up(nora)
    nora.sees("150 mL/h")
    now("11:22")
    chair.takes_vitals(nora, site_ok=True)
    now("11:52")
    chair.stops(nora, "250")
    chair.flushes(nora)


def _gone_home(nora: PersonAtBrowser, clock: Any) -> None:
    chair.next_is(nora, "Begin observation")
    chair.submit(nora, "Begin observation")
    clock.local(TUESDAY, "12:23")
    nora.reload()
    chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")
    nora.press("link", "Record", exact=True)
    nora.look()
    nora.sees("as it was run")
    expect(nora.page.get_by_role("table", name="").first).to_be_visible()


def _charged(meet: office.Meet) -> None:
    beth = meet(BETH)
    lines = office.charges(beth, PATIENT)
    for code, units, proof in (("96413", "1", "Nora Bell"), ("96415", "1", "Nora Bell"), ("Q5103", "36", "lot INF2207")):
        row = lines.get_by_role("row").filter(has_text=code)
        expect(row).to_contain_text(units)
        expect(row).to_contain_text(proof)
    beth.press("link", "infusion started")
    beth.sees("as it was run")
    target = beth.page.url.rpartition("#")[2]
    expect(beth.page.locator(f"[id='{target}']")).to_contain_text("Nora Bell")


def _told_to_the_patient(nora: PersonAtBrowser) -> None:
    nora.page.goto("/guide/infliximab_iv/")
    nora.look()
    nora.sees_heading("Infliximab infusion")
