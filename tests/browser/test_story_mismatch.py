"""A double check that differs: both are told where and never what, it is an incident, both enter again, it agrees."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from chairside.apps.visit.models import Incident
from chairside.core.visit.events import CheckCompared
from tests.browser import chair, seeded, story
from tests.browser.test_blind_check import RIGHT
from tests.cast import CLEO, NORA, OMAR, TUESDAY, Center

# Each made one slip; both numbers stand nowhere else on these pages.
NORAS, OMARS = "375.27", "1.3417"
DIFFERS = "The double check does not agree on: dose, concentration. Both enter it again, each alone."


def test_a_mismatch_says_where_and_never_what(center: Center, meet: Any, clock: Any) -> None:
    bedside = seeded.prepared(center)
    clock.local(TUESDAY, "09:08")
    nora, omar = meet(NORA), meet(OMAR)
    for person in (nora, omar):
        story.goes_to(person, bedside)
    chair.enters_check(nora, story.NAME, story.BORN, RIGHT | {"Dose, computed": NORAS})
    chair.next_is(nora, "Independent double check")
    omar.reload()
    sent_to_nora, sent_to_omar = nora.listen(), omar.listen()
    chair.enters_check(omar, story.NAME, story.BORN, RIGHT | {"Concentration": OMARS})
    for person in (omar, nora):
        person.reload()
        chair.next_is(person, "Independent double check")
        expect(chair.action(person)).to_contain_text(DIFFERS)
        _is_empty(person)
    story.shows(omar, "mismatch-second-person")
    story.shows(nora, "mismatch-first-person")
    _is_in_the_list(meet(CLEO))
    clock.local(TUESDAY, "09:14")
    for person in (omar, nora):
        person.reload()
        chair.enters_check(person, story.NAME, story.BORN, RIGHT)
    chair.next_is(nora, "Vitals before the start")
    assert not [body for body in sent_to_nora if OMARS in body], "the first person was sent the second one's entry"
    assert not [body for body in sent_to_omar if NORAS in body], "the second person was sent the first one's entry"
    assert len(sent_to_nora) > 2
    assert len(sent_to_omar) > 2
    _in_the_log(bedside)


def _is_empty(person: Any) -> None:
    for label in RIGHT:
        expect(chair.action(person).get_by_label(label).and_(person.page.locator("input")).first).to_have_value("")


def _is_in_the_list(cleo: Any) -> None:
    """The near miss waits for a report, with the names of what differed and no value."""
    cleo.open("Visits")
    cleo.press("link", "Incidents", exact=True)
    story.shows(cleo, "mismatch-incidents")
    row = cleo.page.get_by_role("row").filter(has_text=story.PATIENT)
    expect(row).to_contain_text("second check mismatch")
    expect(row).to_contain_text("dose, concentration")
    expect(row).to_contain_text("no report")
    assert NORAS not in row.inner_text()
    assert OMARS not in row.inner_text()


def _in_the_log(bedside: Any) -> None:
    bedside.visit.refresh_from_db()
    state = bedside.state
    rounds = [event.payload for event in state.log if isinstance(event.payload, CheckCompared)]
    assert [(one.agrees, one.differs) for one in rounds] == [(False, ("dose", "concentration")), (True, ())]
    assert [row.actor_name for row in story.log(bedside, "check_entered")] == [NORA.name, OMAR.name, OMAR.name, NORA.name]
    assert [row.trigger for row in Incident.objects.filter(visit=bedside.visit)] == ["second_check_mismatch"]
