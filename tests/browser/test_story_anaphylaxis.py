"""Anaphylaxis: the criteria met by taps and vitals, STOP, epinephrine by the signed set, handed over, never again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.people.models import Fact
from chairside.apps.visit.models import Incident
from tests.browser import chair, running, story
from tests.cast import CLEO, NORA, PIA, TUESDAY, Center

NEVER = "After anaphylaxis or a grade 4 reaction the drug is not started again"


@pytest.mark.timeout(300)
def test_anaphylaxis_to_the_handover_and_the_block(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    watched.refusals_wanted = True
    story.order_set_signed(center)
    bedside = running.climbing(center)
    clock.local(TUESDAY, "10:04")
    nora = meet(NORA)
    story.goes_to(nora, bedside)
    _criteria_are_met(nora)
    _stopped_and_treated(nora, clock)
    _graded(nora, bedside)
    for person in (nora, meet(CLEO), meet(PIA)):
        _cannot_start_again(person, bedside)
    _handed_over(nora, bedside, clock)
    story.goes_to(nora, bedside)  # back from the paper
    _blocked_for_the_next_dose(nora)
    _in_the_log(bedside)


def _criteria_are_met(nora: Any) -> None:
    """Each tap and the pressure are what they are; which criterion they make is said, with what makes it."""
    story.taps_symptom(nora, "flushing")
    expect(nora.page.get_by_text(re.compile("Criteri(on|a) .* of anaphylaxis"))).to_have_count(0)
    story.taps_symptom(nora, "short of breath")
    nora.sees("Criterion 1 of anaphylaxis: flushing, short of breath")
    chair.next_is(nora, "Stop the pump, then press PAUSE")
    story.shows(nora, "anaphylaxis-criterion")
    nora.press("button", "STOP / PAUSE", within=story.bar(nora))
    nora.sees(re.compile(r"Stop the pump\. Recorded 10:0\d\."))
    nora.page.goto(f"{nora.page.url.partition('?')[0]}?do=vitals")
    story.vitals(nora, Systolic="78", Diastolic="44", Pulse="128", Oxygen="90", Breathing="26")
    for again in chair.action(nora).locator("input[name^=confirm_]:visible").all():
        again.check()
    chair.submit(nora, "Record vitals")
    nora.sees(re.compile("Criteria 1 and 2 of anaphylaxis: flushing, short of breath, systolic 78, baseline 124"))


def _stopped_and_treated(nora: Any, clock: Any) -> None:
    story.presses_reaction(nora)
    story.shows(nora, "anaphylaxis-order-set")
    story.gives(nora, "EPINEPHrine", "0.5 mg", "0.5 mL")
    row = story.panel(nora).locator(".order-item").filter(has_text="EPINEPHrine")
    expect(row).to_contain_text("The set repeats it from 5 min", ignore_case=True)
    clock.advance(6)
    nora.reload()
    story.gives(nora, "EPINEPHrine", "0.5 mg", "0.5 mL")
    nora.press("button", re.compile("^Provider told"), within=story.panel(nora))
    expect(story.panel(nora)).to_contain_text("Provider told 10:1")


def _graded(nora: Any, bedside: Any) -> None:
    story.goes_to(nora, bedside, "?do=reaction")
    nora.tap("What it is", "anaphylaxis")
    nora.tap(re.compile("^Life is in danger"), "Yes")
    expect(nora.page.locator("#derived")).to_contain_text("The facts make grade 4")
    chair.submit(nora, "Record")
    expect(story.panel(nora)).to_contain_text(NEVER)
    expect(story.panel(nora)).to_contain_text("For this drug today is over")


def _cannot_start_again(person: Any, bedside: Any) -> None:
    """Not by the page, and not by its address: nurse, charge nurse and prescriber alike."""
    story.goes_to(person, bedside)
    expect(person.page.get_by_role("link", name="Release a rule")).to_have_count(0)
    story.goes_to(person, bedside, "?do=resume")
    form = chair.action(person)
    if form.get_by_role("button", name="Pump runs again: record it").count() == 0:
        return
    person.fill("Rate set on the pump", "5", within=form)
    person.fill("How the reason for the pause was settled", "better now", within=form)
    person.fill("Volume given, read from the pump", "30", within=form)
    person.press("button", "Pump runs again: record it", within=form)
    expect(form).to_contain_text(NEVER)
    assert story.log(bedside, "resumed") == []


def _handed_over(nora: Any, bedside: Any, clock: Any) -> None:
    clock.local(TUESDAY, "10:22")
    story.goes_to(nora, bedside)
    nora.press("link", "Handover page")
    story.shows(nora, "anaphylaxis-handover")
    nora.sees("Criteria 1 and 2 of anaphylaxis", "EPINEPHrine 0.5 mg IM mid-outer thigh", "not recorded yet")
    story.goes_to(nora, bedside)
    nora.press("link", "Transfer", within=chair.action(nora), exact=True)
    nora.tap("Taken over by", "Emergency services")
    nora.fill("Why", "anaphylaxis, two doses of epinephrine", within=chair.action(nora))
    chair.submit(nora, "Handed over: record it")
    chair.next_is(nora, "inFLIXimab: read the pump and what is left")
    chair_stops_for_the_reaction(nora)
    chair.submit(nora, "Sign: this is what happened")
    story.goes_to(nora, bedside, "handover/")
    nora.sees("emergency services", "anaphylaxis, two doses of epinephrine")


def chair_stops_for_the_reaction(nora: Any) -> None:
    nora.tap("Why", "Reaction")
    nora.fill("Volume given, read from the pump", "30")
    nora.fill("Left in the bag", "220")
    chair.submit(nora, "Pump is stopped: record it")


def _blocked_for_the_next_dose(nora: Any) -> None:
    nora.open("Clearance")
    row = nora.page.get_by_role("row").filter(has_text=story.PATIENT).filter(has_text="dose 2")
    nora.press("link", story.PATIENT, within=row)
    nora.sees(re.compile("A grade 4 reaction on .* ended infliximab for good: it is not given again"))
    story.shows(nora, "anaphylaxis-next-dose")


def _in_the_log(bedside: Any) -> None:
    bedside.visit.refresh_from_db()
    state = bedside.state
    (reaction,) = state.reactions.values()
    assert (reaction.worst, reaction.latest.term) == (4, "anaphylaxis")
    assert [(item.entry.item, str(item.entry.dose.amount)) for item in state.treatments] == [("epinephrine_im", "0.5")] * 2
    assert state.transferred is not None
    assert state.transferred.entry.to == "emergency services"
    assert story.log(bedside, "resumed") == []
    (block,) = Fact.objects.filter(patient_id=bedside.visit.patient_id, kind="reaction", status="blocked")
    assert (block.code, block.word) == ("infliximab", "anaphylaxis")
    triggers = list(Incident.objects.filter(visit=bedside.visit).order_by("trigger").values_list("trigger", flat=True))
    assert triggers == ["never_event_block", "severe_reaction"]
