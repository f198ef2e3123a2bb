"""The record of a visit as a PDF: the same values as its page, and the digest of the log that they come from."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from chairside.apps.visit.checked import CheckRound
from chairside.apps.visit.drawing import flowsheet
from chairside.apps.visit.log import log_digest
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.record import Course, DrugRecord, Said, order_signer, record_of
from chairside.apps.visit.safety import safety_of
from chairside.apps.visit.screen import Screen
from chairside.apps.visit.telling import Told
from chairside.web.charts.flowsheet import Flowsheet, flowsheet_chart
from chairside.web.paper import svg_for_paper, typeset
from chairside.web.paper.words import amount, clock, day, moment, number, short_day, unit_word

_TEMPLATE = Path(__file__).with_name("record.typ")


def record_pdf(screen: Screen) -> bytes:
    """The whole record as `screen` may see it, on paper."""
    return typeset(_TEMPLATE, record_data(screen), at=screen.at)


def record_data(screen: Screen) -> dict[str, Any]:
    """What the paper says, as text. The same `record_of` and `told` as the page: one way to say a thing."""
    visit, plan, record, safety = screen.visit, screen.plan, record_of(screen), safety_of(screen)
    patient = visit.patient
    signer = order_signer(plan)
    signatures = [f"{item.who}, {moment(item.at)}" for item in record.signatures]
    return {
        "title": f"Visit record, {day(visit.day)}",
        "who": patient.name,
        "who_more": f"born {short_day(patient.birth_date)}, record number {patient.mrn}",
        "site": visit.site.name,
        "stamp": f"Printed {moment(screen.at)}. " + ("Signed." if signatures else "Not signed: this record is still open."),
        "signed": signatures,
        "facts": [
            ["Stage", screen.now.stage.replace("_", " ")],
            ["Order", safety["order"] or "none"],
            ["Order signed", ", ".join(part for part in (signer, safety["order_note"].removeprefix("signed ")) if part)],
            ["Dosing weight of record", safety["weight"] or "none: the dose does not depend on it"],
            ["Weight of the day", safety["weight_note"]],
            ["Allergies", _allergies(safety["allergies"])],
            ["Identified", moment(screen.state.identified_at)],
            ["Entries reported afterwards", str(record.reported)],
            ["Corrections", str(record.corrections)],
        ],
        "protocols": [list(item) for item in record.protocols],
        "drugs": [_drug(item) for item in record.drugs],
        "chart": _chart(flowsheet(screen.state, plan, screen.at)),
        "lines": [_line(line, visit.day) for line in record.lines],
        "incidents": [_said(item) for item in record.incidents],
        "overrides": [_said(item) for item in record.overrides],
        "checks": [_round(item) for item in record.checks],
        "reactions": [_reaction(item) for item in record.reactions],
        "visit": str(visit.pk),
        "log": log_digest(VisitEvent.objects.filter(visit=visit)),
        "count": visit.sequence,
    }


def _allergies(found: list[dict[str, str]] | None) -> str:
    if found is None:
        return "not asked yet"
    return ", ".join(" ".join(part for part in (item["text"], item["note"]) if part) for item in found) or "none known"


def _drug(item: DrugRecord) -> dict[str, Any]:
    return {
        "title": item.drug.title,
        "facts": [list(fact) for fact in item.facts],
        "lots": list(item.lots),
        "runs": [[clock(run.start), clock(run.end), amount(run.rate), f"{run.minutes} min"] for run in item.runs],
    }


def _chart(sheet: Flowsheet) -> dict[str, Any] | None:
    """The chart as the page draws it, and the table of the same sets, one under the other."""
    if not sheet.rows and not sheet.rate_lanes:
        return None
    heads = [f"{series.name}, {unit_word(series.unit)}" for series in sheet.series]
    lanes = [f"{lane.name}, mL/h" for lane in sheet.rate_lanes]
    return {
        "svg": svg_for_paper(str(flowsheet_chart(sheet, "Vitals and rate"))),
        "heads": ["Time", *heads, *lanes, "Seen"],
        "rows": [
            [
                clock(row.at) + (" (reported)" if row.reported else "") + (" baseline" if row.baseline else ""),
                *(number(value) + (f" ({change.text})" if change else "") for value, change in row.cells),
                *(number(lane.at(row.at)) for lane in sheet.rate_lanes),
                row.said or "–",
            ]
            for row in sheet.rows
        ],
    }


def _line(line: Told, visited_on: date) -> dict[str, Any]:
    return {
        "number": str(line.number),
        "at": _when(line.at, visited_on),
        "received": _when(line.received_at, visited_on),
        "title": line.title,
        "detail": line.detail,
        "who": line.who,
        "reported": line.reported,
        "corrected": _correction(line),
    }


def _when(at: datetime, visited_on: date) -> str:
    """10:42; with the day where it is another one than that of the visit."""
    on = timezone.localtime(at).date()
    return clock(at) if on == visited_on else f"{on:%b} {on.day}, {clock(at)}"


def _correction(line: Told) -> str:
    if not line.corrected_at:
        return ""
    now = f" It now says: {line.corrected_to}" if line.corrected_to else " Entered in error."
    when = f", at {clock(line.corrected_when)}" if line.corrected_when else ""
    return f"Corrected by {line.corrected_by}, {_stamp(line.corrected_at)}: {line.corrected}.{now}{when}"


def _stamp(at: datetime) -> str:
    return f"{short_day(timezone.localtime(at).date())}, {clock(at)}"


def _said(item: Said) -> list[str]:
    return [clock(item.at), item.what, item.why or "–", item.who]


def _round(item: CheckRound) -> dict[str, Any]:
    """Two checks side by side, a row for each thing that was checked."""
    names = [name for name, _ in item.people[0].entered] if item.people else []
    values = [dict(person.entered) for person in item.people]
    if item.agrees is None:
        word = "One check is entered and was compared with no other."
    else:
        word = "The two checks agree." if item.agrees else f"The two checks do not agree: {', '.join(item.differs)}."
    return {
        "drug": item.drug,
        "word": word,
        "people": [f"{person.who}, {clock(person.at)}" for person in item.people],
        "rows": [[name, *(value.get(name, "–") for value in values)] for name in names],
    }


def _reaction(item: Course) -> dict[str, Any]:
    rate = f" at {amount(item.rate)}" if item.rate else ""
    return {
        "title": f"From {clock(item.since)}{f', {item.drug}' if item.drug else ''}{rate}: {'open' if item.open else 'settled'}",
        "rows": [
            [
                clock(at),
                entry.term or "–",
                f"grade {entry.grade} ({entry.criteria})" if entry.grade else "not graded",
                ", ".join(entry.symptoms) or "–",
                ", ".join((*entry.treatments, *(("settled",) if entry.resolved else ()))) or "–",
            ]
            for at, entry in item.entries
        ],
    }
