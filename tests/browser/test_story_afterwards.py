"""After the chair: the call, tried and reached; the incident's report, begun by one and completed by another."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.visit.models import FollowUpCall, Incident
from chairside.core.visit import events as e
from tests.browser import chair, seeded, story
from tests.browser.widths import at_every_width
from tests.cast import NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import Bedside, check_of, ml, ml_per_hour, quantity, vitals

TRIGGER = "severe reaction"


def stopped_for_hives(center: Center) -> Bedside:
    """Hives of grade 3 after a quarter of an hour: the drug was stopped for good."""
    bedside = seeded.prepared(center)
    entries = check_of(bedside.drug, seeded.SAID, quantity("71.4", "kg"), (seeded.LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    bedside.say(NORA, "09:20", vitals(site_ok=True))
    start = e.InfusionStarted(seeded.DRUG, seeded.SAID, ml_per_hour(20), line_traced=True, emergency_ready=True)
    bedside.say(NORA, "09:22", start)
    bedside.say(NORA, "09:36", e.ReactionRecorded(drug=seeded.DRUG, term="urticaria", grade=3, criteria="CTCAE 5.0"))
    bedside.say(NORA, "09:36", e.Paused())
    bedside.say(NORA, "09:38", e.Stopped(seeded.DRUG, "reaction", ml("4.7"), ml("245.3"), ""))
    return bedside


@pytest.mark.timeout(300)
def test_the_report_of_an_incident_by_its_list(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    bedside = stopped_for_hives(center)
    clock.local(TUESDAY, "10:00")
    nora = meet(NORA)
    nora.page.goto("/visits/incidents/")
    row = nora.page.get_by_role("row").filter(has_text=TRIGGER)
    expect(row).to_contain_text("no report")
    at_every_width(nora)
    story.shows(nora, "incidents")
    nora.press("link", re.compile(f"Report {TRIGGER} of {story.PATIENT}"))
    story.shows(nora, "incident-report")
    nora.fill("What happened", "Hives in the first quarter of an hour, stopped for good", within=chair.action(nora))
    nora.tap("In which phase", "Administration")
    nora.tap(re.compile("Harm"), "E")
    chair.submit(nora, "Record the report")
    omar = meet(OMAR)
    omar.page.goto("/visits/incidents/")
    expect(omar.page.get_by_role("row").filter(has_text=TRIGGER)).to_contain_text("begun")
    omar.press("link", re.compile(f"Report {TRIGGER} of {story.PATIENT}"))
    expect(chair.action(omar).get_by_label("What happened")).to_have_value(re.compile("^Hives in the first quarter"))
    omar.tick("The report is complete")
    omar.press("button", "Record the report", within=chair.action(omar), exact=True)
    expect(omar.page.get_by_role("alert").get_by_text("Was the patient told?").first).to_be_visible()
    omar.tap("The patient was told", "Yes")
    chair.submit(omar, "Record the report")
    omar.page.goto("/visits/incidents/")
    expect(omar.page.get_by_role("row").filter(has_text=TRIGGER)).to_have_count(0)
    omar.pick("Report", "complete")
    omar.press("button", "Filter")
    expect(omar.page.get_by_role("row").filter(has_text=TRIGGER)).to_contain_text("complete")
    found = Incident.objects.get(trigger="severe_reaction")
    assert (found.state, found.harm) == ("done", "E")
    assert [entry.actor_name for entry in story.log(bedside, "incident_reported")] == [NORA.name, OMAR.name]


@pytest.mark.timeout(300)
def test_the_call_of_the_next_day_by_its_list(center: Center, meet: Any, clock: Any) -> None:
    bedside = stopped_for_hives(center)
    bedside.say(NORA, "09:45", e.Transferred("General Hospital", "hives", "K. Ortiz"))
    call = FollowUpCall.objects.get()
    clock.at(call.due_at - timedelta(minutes=10))
    nora = meet(NORA)
    nora.page.goto("/visits/calls/")
    nora.sees("Nobody waits for a call.")
    clock.at(call.due_at + timedelta(minutes=10))
    nora.reload()
    row = nora.page.get_by_role("row").filter(has_text=story.PATIENT)
    expect(row).to_contain_text("due")
    expect(row).to_contain_text("(651) 555-0143")
    at_every_width(nora)
    story.shows(nora, "calls")
    _calls(nora, reached="No", said="no answer, message left")
    nora.page.goto("/visits/calls/")
    expect(row.get_by_role("cell", name="1", exact=True)).to_be_visible()
    story.shows(nora, "calls-tried")
    _calls(nora, reached="Yes", said="rash fades; came to the clinic today", concern="Rash, hives, swelling, breathing")
    nora.page.goto("/visits/calls/")
    expect(row).to_have_count(0)
    nora.page.goto("/visits/calls/?state=made")
    expect(row).to_contain_text("delayed reaction")
    call = FollowUpCall.objects.get()
    assert (call.tries, call.reached_at is not None) == (2, True)
    assert len(story.log(bedside, "call_made")) == 2


def _calls(nora: Any, *, reached: str, said: str, concern: str = "") -> None:
    nora.press("link", re.compile(f"Record the call to {story.PATIENT}"))
    nora.tap("Reached", reached)
    if concern:
        nora.tick(concern)
    nora.fill("What was said and advised", said, within=chair.action(nora))
    story.shows(nora, f"call-{reached.lower()}")
    chair.submit(nora, "Record the call")
