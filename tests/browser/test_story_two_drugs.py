"""Two drugs in one visit: an infusion by its ladder, then a push by hand; each in a region of its own, each with its lot."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.visit.models import Administration, FurtherDose
from tests.browser import chair, seeded, seeded_two_drugs, story
from tests.cast import FRED, NORA, OMAR, THEO, TUESDAY, Center
from tests.journeys.chairside import Bedside

BORN = seeded_two_drugs.BORN.isoformat()
QUESTIONS = (
    "Fever, cough",
    "New or worse shortness",
    "A live vaccine",
    "Pregnant, could be",
    "A tooth pulled",
    "New pain in the thigh",
)
PUSH = {
    "Product, from the vial": "Boniva",
    "Lot numbers": seeded_two_drugs.SYRINGES,
    "Dosing weight": "71.4",
    "Dose, computed": "3",
    "Volume, from the syringe": "3",
    "Concentration": "1",
    "Use-by time": "13:00",
    "Use-by day": TUESDAY.isoformat(),
}
LADDER = (("09:38", "40"), ("09:54", "80"), ("10:10", "120"), ("10:41", "150"))


@pytest.mark.timeout(400)
def test_an_infusion_and_a_push_in_one_visit(center: Center, meet: Any, clock: Any) -> None:
    seeded_two_drugs.two_orders(center)
    clock.local(TUESDAY, "08:30")
    chair.checks_in(meet(FRED), story.PATIENT, story.NAME, BORN)
    bedside = Bedside(center, center.site.visits.get(), TUESDAY)
    nora = meet(NORA)
    _assessed(nora, clock)
    _prepared(meet, clock)
    _checked(meet, nora, bedside, clock)
    _infused(nora, clock)
    _pushed(nora, clock)
    _gone_home(nora, clock)
    _both_on_record(nora, bedside)


def _assessed(nora: Any, clock: Any) -> None:
    """One visit for both orders: each question once, one access, each drug released."""
    chair.opens(nora, story.PATIENT)
    order = nora.page.get_by_role("region", name="Safety")
    expect(order).to_contain_text("inFLIXimab 357 mg (5 mg/kg) IV; ibandronate 3 mg IV PUSH")
    chair.seats(nora, "Chair 1")
    clock.local(TUESDAY, "08:40")
    chair.takes_vitals(nora, weight="71.8")
    chair.is_assessed(nora, QUESTIONS)
    clock.local(TUESDAY, "08:58")
    chair.next_is(nora, "Release inFLIXimab to prepare")
    chair.submit(nora, "Release to prepare")
    chair.gets_access(nora, "ibandronate")
    for drug in ("inFLIXimab", "ibandronate"):
        expect(_region(nora, drug)).to_contain_text("Released to prepare")


def _region(nora: Any, drug: str) -> Any:
    """What the checklist says of one drug."""
    return nora.page.locator("#list details").filter(has=nora.page.locator("summary").get_by_text(drug, exact=True))


def _prepared(meet: Any, clock: Any) -> None:
    """In the order in which they are ready, not in that of the card: the syringe first, then the bag."""
    theo = meet(THEO)
    chair.opens(theo, story.PATIENT)
    chair.next_is(theo, "Prepare inFLIXimab")
    chair.also(theo, "Prepare ibandronate")
    chair.next_is(theo, "Prepare, ibandronate")
    story.shows(theo, "two-prepare-syringe")
    chair.prepares(theo, seeded_two_drugs.SYRINGES, "1", "3", f"{TUESDAY.isoformat()}T13:00")
    theo.sees("Prepare, ibandronate: recorded 08:58.")
    clock.local(TUESDAY, "09:05")
    theo.reload()
    chair.next_is(theo, "Prepare inFLIXimab")
    story.shows(theo, "two-prepare-bag")
    chair.prepares(theo, seeded.LOT, "4", "357")


def _checked(meet: Any, nora: Any, bedside: Bedside, clock: Any) -> None:
    """Two people, each drug by itself. Who is first waits for the other, and does not see the form again."""
    clock.local(TUESDAY, "09:08")
    omar = meet(OMAR)
    nora.reload()
    chair.opens(omar, story.PATIENT)
    for person in (nora, omar):
        chair.next_is(person, "Independent double check: inFLIXimab")
        chair.enters_check(person, story.NAME, BORN, chair.CHECK)
        if person is nora:
            nora.sees("Your check is in. The second person has another log-in")
            expect(chair.action(nora).get_by_role("button", name="Enter my check")).to_have_count(0)
            story.shows(nora, "two-one-check-in")
    for person in (nora, omar):
        story.goes_to(person, bedside)
        chair.also(person, "Double check ibandronate")
        chair.next_is(person, "Independent double check, ibandronate")
        story.shows(person, "two-check-syringe")
        chair.enters_check(person, story.NAME, BORN, PUSH, "IV push")
    nora.sees(re.compile("^Use by, inFLIXimab"), re.compile("^Use by, ibandronate"))


def _infused(nora: Any, clock: Any) -> None:
    def now(time: str) -> None:
        clock.local(TUESDAY, time)
        nora.reload()

    now("09:20")
    chair.takes_vitals(nora, site_ok=True)
    now("09:22")
    nora.unfold("Not possible now")
    nora.sees("inFLIXimab comes before ibandronate, and it is not over.")
    chair.starts(nora, story.NAME, BORN)
    for time, rate in LADDER:
        now(time)
        chair.takes_vitals(nora, site_ok=True)
        chair.next_is(nora, f"inFLIXimab: raise to {rate} mL/h")
        chair.steps_up(nora)
    story.shows(nora, "two-infusing")
    expect(_region(nora, "inFLIXimab")).to_contain_text("Running")
    expect(_region(nora, "ibandronate")).to_contain_text("To do")
    now("11:12")
    chair.takes_vitals(nora, site_ok=True)
    now("11:44")
    chair.next_is(nora, "inFLIXimab: the bag should be empty")
    chair.stops(nora, "250")
    chair.next_is(nora, "Flush the line")
    nora.sees("After inFLIXimab.")
    chair.flushes(nora)


def _pushed(nora: Any, clock: Any) -> None:
    """By hand, over a minute at least: no pump, no rate, no ladder."""
    clock.local(TUESDAY, "11:46")
    nora.reload()
    story.shows(nora, "two-vitals-again")
    chair.takes_vitals(nora, site_ok=True)
    chair.next_is(nora, "Push ibandronate 3 mg in 3 mL")
    nora.sees("Over at least 1 min.")
    story.shows(nora, "two-push")
    chair.says_who(nora, story.NAME, BORN)
    nora.tick("Line traced from syringe or bag to patient")
    nora.tick("Emergency drugs and a provider are available")
    chair.submit(nora, "The push begins now")
    chair.next_is(nora, "ibandronate is pushed")
    expect(nora.page.get_by_role("region", name="Now")).to_contain_text("by hand")
    story.shows(nora, "two-pushing")
    clock.local(TUESDAY, "11:49")
    nora.reload()
    nora.sees("The shortest time is over. 3 mL in all. Record the end.")
    chair.submit(nora, "The push is over: record it")
    nora.sees("After ibandronate.")
    chair.flushes(nora)
    for drug in ("inFLIXimab", "ibandronate"):
        expect(_region(nora, drug)).to_contain_text(re.compile("5 of 5|Flushed"))


def _gone_home(nora: Any, clock: Any) -> None:
    chair.next_is(nora, "Begin observation of 30 min")
    chair.submit(nora, "Begin observation")
    story.shows(nora, "two-observed")
    clock.local(TUESDAY, "12:21")
    nora.reload()
    chair.takes_vitals(nora)
    chair.takes_access_out(nora)
    chair.goes_home(nora)
    chair.submit(nora, "Sign: this is what happened")
    nora.sees("The record is complete")


def _both_on_record(nora: Any, bedside: Bedside) -> None:
    nora.press("link", "Record", exact=True)
    story.shows(nora, "two-record")
    expect(nora.page.get_by_role("main")).not_to_contain_text("paused")
    for told in (
        "infliximab_iv 0.3.0-draft, ibandronate_iv 0.1.0-draft",
        "11:46, 11:49",
        "inFLIXimab",
        seeded.LOT,
        "ibandronate",
        seeded_two_drugs.SYRINGES,
    ):
        nora.sees(told)
    paper = nora.context.request.get(nora.control("link", "PDF", exact=True).get_attribute("href"))
    assert paper.body().startswith(b"%PDF-")
    rows = {row.lots: (row.given_amount, row.unit, row.mode) for row in Administration.objects.all()}
    assert rows == {
        seeded.LOT: (Decimal(357), "mg", "live"),
        seeded_two_drugs.SYRINGES: (Decimal(3), "mg", "live"),
    }
    assert [row.drug for row in FurtherDose.objects.all()] == [seeded_two_drugs.PUSH]
    assert [row.kind for row in story.log(bedside, "infusion_started", "stopped", "flushed", "push_started", "push_ended")] == [
        "infusion_started",
        "stopped",
        "flushed",
        "push_started",
        "push_ended",
        "flushed",
    ]
    assert story.log(bedside, "incident_opened") == []
