"""Entering from paper: by the keyboard alone; and a whole visit, the next day, as it was written."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from chairside.apps.visit.models import Visit, VisitEvent
from tests.browser import seeded, story
from tests.cast import NORA, TUESDAY, ZONE, Center
from tests.journeys.chairside import Bedside

WEDNESDAY = TUESDAY + timedelta(days=1)

EXAMPLE = "BP 124/78 P 72 T 36.8 R 14 O2 98 W 82.4 site ok"
TYPED = ("0931", "Tab", "Note", "Tab", "called the office", "Tab", "Tab", "9:40", "Tab", "Vitals", "Tab", "124/78 72")

ME = "Marisol Quintero Vega; 1988-03-14"
# The paper of one visit, as two nurses and a pharmacist wrote it while the system was down.
PAPER = (
    ("08:32", "checked-in", f"{ME}; consent yes"),
    ("08:36", "seated", "Chair 1"),
    ("08:40", "vitals", "BP 122/76 P 74 T 36.7 R 14 O2 98 W 71.8"),
    ("08:44", "allergies", "none; medicines too"),
    ("08:46", "questions", "1 no; 2 no; 3 no; 4 no"),
    ("08:50", "go", ""),
    ("08:51", "released", ""),
    ("08:58", "access", "left forearm; peripheral catheter; 22 G; attempts 1; blood return yes"),
    (
        "09:05",
        "prepared",
        "Inflectra; lot INF2207, 4 x 100 mg, drawn 357 mg, expires 2027-06-30; volume 250 mL; "
        "in 0.9% sodium chloride; use by 12:05",
    ),
    ("09:10", "note", "Double check, two sheets: Nora Bell 09:08, Omar Haddad 09:10, every line is the same"),
    ("09:20", "vitals", "BP 120/74 P 72 T 36.8 R 14 O2 98 site ok"),
    ("09:22", "start", f"20 mL/h; {ME}; line traced; emergency ready"),
    ("09:37", "vitals", "BP 118/74 P 76 T 36.8 R 14 O2 98 site ok"),
    ("09:38", "rate", "40 mL/h"),
    ("09:53", "vitals", "BP 116/72 P 78 T 36.9 R 14 O2 98 site ok"),
    ("09:54", "rate", "80 mL/h"),
    ("10:04", "symptom", "itching"),
    ("10:05", "pause", "pump 30 mL; itching"),
    ("10:07", "vitals", "BP 114/70 P 84 T 37.0 R 16 O2 97 site ok"),
    ("10:20", "symptom-gone", "itching"),
    ("10:24", "vitals", "BP 118/72 P 76 T 36.9 R 14 O2 98 site ok"),
    ("10:25", "resume", "40 mL/h; itching has gone by itself; pump 30 mL"),
    ("10:40", "vitals", "BP 118/74 P 74 T 36.8 R 14 O2 98 site ok"),
    ("10:41", "rate", "80 mL/h"),
    ("10:56", "vitals", "BP 120/74 P 74 T 36.8 R 14 O2 98 site ok"),
    ("10:57", "rate", "120 mL/h"),
    ("11:27", "vitals", "BP 120/76 P 72 T 36.8 R 14 O2 98 site ok"),
    ("11:28", "rate", "150 mL/h"),
    ("11:58", "vitals", "BP 120/74 P 72 T 36.8 R 14 O2 98 site ok"),
    ("12:18", "stop", "complete; pump 250 mL; left 0 mL"),
    ("12:20", "flush", "20 mL"),
    ("12:21", "observation", ""),
    ("12:50", "vitals", "BP 122/76 P 72 T 36.7 R 14 O2 98 site ok"),
    ("12:52", "access-out", "bleeding stopped"),
    ("12:55", "discharge", "advice given; said back; walks"),
)


def test_lines_are_typed_without_a_mouse_and_a_line_comes_without_a_reload(
    center: Center, meet: Callable[..., Any], clock: Any, watched: Any
) -> None:
    watched.refusals_wanted = True
    bedside = seeded.prepared(center)
    clock.local(TUESDAY, "12:00")
    nora = meet(NORA, mouse=False)
    page = nora.page
    page.goto(f"/visits/{bedside.visit.pk}/paper/")
    nora.look()
    page.get_by_label("Time on the paper, line 1", exact=True).focus()
    for keys in TYPED:
        page.keyboard.press(keys) if keys == "Tab" else page.keyboard.type(keys)
    expect(page.get_by_label("What it says, line 2", exact=True)).to_have_attribute("placeholder", EXAMPLE)
    more = page.get_by_role("button", name="One more line")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Time on the paper, line 13", exact=True)).to_be_focused()
    page.keyboard.type("09:45")
    page.keyboard.press("Tab")
    page.keyboard.type("Symptom")
    page.keyboard.press("Tab")
    page.keyboard.type("itching")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 lines are entered")).to_be_visible()
    line = page.get_by_label("What it says, line 1", exact=True)
    expect(line).to_have_value("124/78 72")
    expect(line).to_have_accessible_description(f"“72” is not understood. Write {EXAMPLE}.")
    line.fill("BP 124/78 P 72")
    line.press("Enter")
    page.wait_for_url("**/record/")
    told = VisitEvent.objects.filter(visit=bedside.visit, mode="reported").order_by("sequence").values_list("kind", flat=True)
    assert list(told) == ["note_added", "symptom_reported", "vitals_recorded"]


@pytest.mark.timeout(300)
def test_three_hours_of_paper_are_entered_the_next_day(center: Center, meet: Any, clock: Any, watched: Any) -> None:
    """From the two sheets as they lie there, the vitals first; one line cannot be read and is mended."""
    watched.refusals_wanted = True
    appointment = seeded.booked(center)
    clock.local(WEDNESDAY, "08:10")
    nora = meet(NORA)
    nora.page.goto(reverse("visit:paper-find", args=[appointment.pk]))
    nora.sees("Compare name and birth date with the paper in your hand.")
    story.shows(nora, "paper-found")
    nora.press("button", "Open the visit and enter the paper")
    _typed(nora)
    _mended(nora)
    bedside = Bedside(center, Visit.objects.get(appointment=appointment), TUESDAY)
    _in_the_log(bedside)
    _on_the_record(nora, bedside)
    _on_the_flowsheet(nora, bedside)
    _on_paper_again(nora, bedside)
    _asked(nora, bedside)


def _typed(nora: Any) -> None:
    page = nora.page
    lines = sorted(PAPER, key=lambda line: line[1] != "vitals")
    for number, (time, kind, text) in enumerate(lines, start=1):
        if number > 12:
            nora.press("button", "One more line")
        page.get_by_label(f"Time on the paper, line {number}", exact=True).fill(time)
        page.get_by_label(f"What happened, line {number}", exact=True).select_option(kind)
        page.get_by_label(f"What it says, line {number}", exact=True).fill("BP 120/74 72" if time == "11:58" else text)
    story.shows(nora, "paper-typed")
    page.set_viewport_size({"width": 1280, "height": 900})
    nora.press("button", "Enter these lines")


def _mended(nora: Any) -> None:
    """What was stored is told with its incidents; what was not stands there as it was typed, with the reason."""
    nora.sees(f"{len(PAPER) - 1} lines are entered and no longer in the table", "1 line could not be read")
    nora.sees("09:22 Start: The independent double check is not complete: two people must enter it.")
    nora.sees("09:38 Rate: It rests on what did not meet its own guards: infusion started.")
    line = nora.page.get_by_label("What it says, line 1", exact=True)
    expect(line).to_have_value("BP 120/74 72")
    expect(line).to_have_accessible_description(re.compile("“72” is not understood"))
    story.shows(nora, "paper-returned")
    line.fill("BP 120/74 P 72 T 36.8 R 14 O2 98 site ok")
    nora.press("button", "Enter these lines")
    nora.page.wait_for_url("**/record/")
    nora.sees("1 line entered as reported. Compare it with the paper.")


def _in_the_log(bedside: Bedside) -> None:
    told = [event for event in story.log(bedside) if event.kind != "incident_opened"]
    assert {(event.mode, event.actor_name) for event in told} == {("reported", NORA.name)}
    assert sorted(f"{event.claimed_at.astimezone(ZONE):%H:%M}" for event in told) == [time for time, _, _ in PAPER]
    assert {event.claimed_at.astimezone(ZONE).date() for event in told} == {TUESDAY}
    assert {event.received_at.astimezone(ZONE).date() for event in told} == {WEDNESDAY}
    assert told[-1].kind == "vitals_recorded", "the mended line came last and happened at its own time"
    region = bedside.state.infusions[seeded.DRUG]
    assert [str(change.rate.amount) for change in region.timeline if change.rate] == [
        "20",
        "40",
        "80",
        "40",
        "80",
        "120",
        "150",
    ]


def _on_the_record(nora: Any, bedside: Bedside) -> None:
    for event in story.log(bedside):
        line = nora.page.locator(f"#event-{event.pk}")
        if event.kind == "incident_opened":
            continue
        expect(line.get_by_role("cell").nth(1)).to_have_text(f"{event.claimed_at.astimezone(ZONE):%H:%M}")
        expect(line.get_by_role("cell").nth(2)).to_have_text(re.compile(r"Dec 2,? 08:1\d"))
        expect(line).to_contain_text("reported")
        expect(line).to_contain_text(NORA.name)
    nora.sees("Nora Bell 09:08, Omar Haddad 09:10")
    story.shows(nora, "paper-record")


def _on_the_flowsheet(nora: Any, bedside: Bedside) -> None:
    """The clinical timeline is in order, the line that was mended included."""
    story.goes_to(nora, bedside)
    sets = [time for time, kind, _ in PAPER if kind == "vitals"]
    columns = nora.page.locator("#sheet table thead th")
    expect(columns).to_have_count(len(sets) + 1)
    for column, time in zip(columns.all()[1:], sets, strict=True):
        expect(column).to_contain_text(time)
        expect(column).to_contain_text("reported")
    written = [time for time, _, _ in PAPER]
    shown = nora.page.locator("#log .entry > time").all_text_contents()
    assert [time for time in shown if time in written] == written[::-1]
    story.shows(nora, "paper-visit")


def _on_paper_again(nora: Any, bedside: Bedside) -> None:
    """The PDF of the record says the same."""
    body = nora.context.request.get(f"/visits/{bedside.visit.pk}/record.pdf").body()
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    flat = " ".join(words.split())
    for event in story.log(bedside, "infusion_started", "paused", "resumed", "stopped", "discharged"):
        assert f"{event.claimed_at.astimezone(ZONE):%H:%M} Dec 2, 08:1" in flat, event.kind
    assert f"Entries reported afterwards {len(PAPER)}" in flat
    assert "(reported)" in flat


def _asked(nora: Any, bedside: Bedside) -> None:
    """Nobody saw the two checks: an incident asks for it, and the two names stand in the note."""
    nora.page.goto("/visits/incidents/")
    row = nora.page.get_by_role("row").filter(has_text="The independent double check is not complete")
    expect(row).to_contain_text("no report")
    expect(row.get_by_role("link", name=re.compile("^Report"))).to_be_visible()
    story.shows(nora, "paper-incidents")
