"""Every fact about a patient with where it came from: also what was corrected, and what is questioned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from chairside.apps.chart.selectors import RESULT_KINDS
from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import recorders_of, records_of
from chairside.apps.people.templatetags.staff import fact_name, fact_value, kind_name
from chairside.core.intake.doubts import DOUBTED, as_sent
from chairside.core.protocols.vocabulary import codes_named
from chairside.web.paging import Column

FILTERS = ("kind", "q", "show")
SHOWN = (("", "All"), ("standing", "What stands"), ("questioned", "Questioned"), ("corrected", "Corrected"))
COLUMNS = (
    Column("on", "Day", ("on", "recorded_at"), value=lambda row: row.on),
    Column("what", "What", ("kind", "code"), value=fact_name),
    Column("value", "Value", number=True, value=lambda row: row.exact or row.word),
    Column("status", "Status", ("status",), value=lambda row: row.status),
    Column("code", "Code", ("coded", "code"), value=lambda row: row.coded or row.code),
    Column("source", "Where it came from", ("source", "recorded_at"), value=lambda row: row.source),
)
EXPORT = (
    *COLUMNS,
    Column("unit", "Unit", value=lambda row: row.unit),
    Column("kind", "Kind", value=lambda row: row.kind),
    Column("key", "Key", value=lambda row: row.code),
    Column("note", "Note", value=lambda row: row.note),
    Column("at", "Moment", value=lambda row: row.at.isoformat() if row.at else ""),
    Column("recorded", "Recorded", value=lambda row: row.recorded_at.isoformat()),
    Column("corrected", "Corrected by", value=lambda row: getattr(corrector(row), "source", "")),
)
_SYSTEMS = {
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED CT",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "http://dicom.nema.org/resources/ontology/DCM": "DICOM",
}
_SOURCE = re.compile(
    r"(?P<wire>fhir|hl7v2):(?P<type>[A-Za-z0-9]+)/(?P<name>.+?)(?:#(?P<part>\w+))?(?: v(?P<version>\d+))?$", re.S
)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as the page shows it."""

    fact: Fact
    name: str
    kind: str
    value: str
    received: str  # “received as 180 [lb_av]”, where it was turned into another unit
    state: str
    doubt: str  # “questioned: unit not known”, “no value”; "" when it is not in doubt
    why: str
    void: bool
    code: str
    system: str
    source: str
    link: str
    note: str
    corrected_by: str
    corrects: str


def facts(patient: Patient, asked: Mapping[str, str]) -> QuerySet[Fact]:
    """Facts of the person, as the filters ask: of a kind, with a text, standing, questioned or corrected."""
    rows = Fact.objects.filter(patient__in=records_of(patient)).select_related("corrects", "corrected_by")
    if (kind := asked.get("kind", "")) in RESULT_KINDS:
        rows = rows.filter(kind=kind)
    shown = asked.get("show", "")
    if shown == "corrected":
        rows = rows.filter(corrected_by__isnull=False)
    elif shown:
        rows = rows.filter(corrected_by=None)
    if shown == "questioned":
        rows = rows.filter(status__in=DOUBTED)
    if text := asked.get("q", "").strip():
        said = Q(code__icontains=text) | Q(display__icontains=text) | Q(word__icontains=text) | Q(coded__icontains=text)
        rows = rows.filter(said | Q(source__icontains=text) | Q(note__icontains=text) | Q(code__in=codes_named(text)))
    return rows


def shown(rows: Iterable[Fact]) -> list[FactRow]:
    """The rows in words. A fixed number of queries, however many rows there are."""
    found = list(rows)
    others = [other for row in found for other in (corrector(row), row.corrects) if other is not None]
    recorders = recorders_of([*found, *others])
    return [_row(row, recorders) for row in found]


def corrector(row: Fact) -> Fact | None:
    """What corrected a fact; None when it stands."""
    return getattr(row, "corrected_by", None)


def _row(row: Fact, recorders: Mapping[str, str]) -> FactRow:
    later, before = corrector(row), row.corrects
    status, note = as_sent(row.status, row.note)
    doubted = row.status in DOUBTED
    parts = [part for part in note.split("; ") if part]
    system, _, code = row.coded.rpartition("|")
    source, link = source_words(row.source, recorders)
    return FactRow(
        row,
        fact_name(row),
        kind_name(row.kind),
        "on record" if not row.exact and row.word and row.word.casefold() == fact_name(row).casefold() else fact_value(row),
        next((part for part in parts if part.startswith("received as")), ""),
        status.replace("_", " ").replace("-", " ") if not doubted or status != row.status else "",
        DOUBTED.get(row.status, ""),
        _why(row) if doubted and row.note.startswith("Received as") else "",
        row.status in ("entered-in-error", "entered_in_error", "cancelled"),
        code or row.code,
        _SYSTEMS.get(system, system),
        source,
        link,
        "; ".join(part for part in parts if not part.startswith("received as")),
        "" if later is None else _correction(later, recorders),
        "" if before is None else f"corrects {fact_value(before)}".strip(),
    )


def _why(row: Fact) -> str:
    return row.note.partition("\n")[0].partition("”. ")[2]


def _correction(later: Fact, recorders: Mapping[str, str]) -> str:
    who, _ = source_words(later.source, recorders)
    if later.status in ("entered-in-error", "entered_in_error"):
        return f"Withdrawn: {who}"
    return f"Corrected to {fact_value(later)}: {who}"


def source_words(source: str, recorders: Mapping[str, str]) -> tuple[str, str]:
    """A source in words, and the address of the original where this installation has a page for it."""
    found = _SOURCE.match(source)
    if found is None:
        return recorders.get(source, "referral").capitalize() if source[:6] == "visit:" else recorders.get(
            source, "referral"
        ), ""
    name, kind = found["name"], found["type"]
    words = f"{kind} {name}" if found["wire"] == "fhir" else f"HL7 v2 {kind} {name}"
    words += f", part {found['part']}" if found["part"] and found["part"].isdigit() else ""
    words += f", version {found['version']}" if found["version"] else ""
    return words, _address(kind, name) if found["wire"] == "fhir" else ""


def _address(kind: str, name: str) -> str:
    try:
        return reverse("interop:resource", args=[kind, name])
    except NoReverseMatch:
        return ""
