"""Small readers that every resource needs: codings, texts, days, moments, amounts, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.referral import Amount
from chairside.exchange.fhir.bundle import Links
from chairside.exchange.fhir.text import Json

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
NPI = "http://hl7.org/fhir/sid/us-npi"
UCUM = "http://unitsofmeasure.org"
CVX = "http://hl7.org/fhir/sid/cvx"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
# How the key of something that no protocol uses names its code system.
_DIGITS = 60  # of a number; what has more, or stands as far from one, was not measured
_SHORT = {
    LOINC: "loinc",
    SNOMED: "snomed",
    CVX: "cvx",
    RXNORM: "rxnorm",
    ICD10: "icd-10-cm",
    "http://hl7.org/fhir/sid/icd-10": "icd-10",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd-9-cm",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "http://dicom.nema.org/resources/ontology/DCM": "dicom",
}
_OVER = frozenset(("old", "temp"))  # an address, number or name that is no longer used, or only for a while


@dataclass(frozen=True, slots=True)
class Context:
    """What every reader is handed.

    zone      the site's zone: it decides calendar days
    received  the day of receipt, for a fact that came without any date
    sources   the source key of each resource, by the identity of the object
    """

    codes: CodeTables
    links: Links
    zone: ZoneInfo
    received: date
    sources: dict[int, str] = field(default_factory=dict)

    def source(self, resource: Json) -> str:
        return self.sources.get(id(resource), "")

    def target(self, reference: Any, holder: Json) -> str:
        """The source key of what a reference points at, "" when it is not here."""
        found = self.links.find(reference, holder)
        return self.source(found) if found is not None else ""

    def named(self, reference: Any, holder: Json) -> str:
        """The name of an organization that a reference points at, else the display of the reference."""
        name = (self.links.find(reference, holder) or {}).get("name", "")
        return name if isinstance(name, str) and name else (reference or {}).get("display", "")


def codings(concept: Any) -> Iterator[tuple[str, str, str]]:
    """(system, code, display) of each coding of a CodeableConcept that has a code."""
    for coding in (concept or {}).get("coding", []):
        if "code" in coding:
            yield coding.get("system", ""), coding["code"], coding.get("display", "")


def code_in(concept: Any, system: str) -> str:
    """The first code of a system, "" when there is none."""
    return next((code for named, code, _ in codings(concept) if named == system), "")


def text_of(concept: Any) -> str:
    """The words of a CodeableConcept: its text, else the first display, else the first code."""
    if not concept:
        return ""
    return concept.get("text") or next((display or code for _, code, display in codings(concept)), "")


def coded_of(concept: Any) -> str:
    """The sender's first code with its system, `http://loinc.org|2160-0`; "" when there is none."""
    return next((f"{system}|{code}" for system, code, _ in codings(concept)), "")


def plain_key(concept: Any) -> str:
    """The key of something that no protocol uses: its code with the code system named, else its text."""
    for system, code, _ in codings(concept):
        return f"{_SHORT.get(system, system)}:{code}"[:80]
    return f"text:{text_of(concept)}"[:80]


def day_of(text: Any, zone: ZoneInfo) -> date | None:
    """The calendar day of a date or dateTime in the site's zone; None for a year or a month.

    A time without a zone has no place on the world's clock: the day is then taken as the sender wrote it.
    """
    if not isinstance(text, str) or len(text) < 10:
        return None
    moment = moment_of(text)
    try:
        return moment.astimezone(zone).date() if moment else date.fromisoformat(text[:10])
    except ValueError:
        return None


def moment_of(text: Any) -> datetime | None:
    """The moment of a dateTime with its zone; None for a day, or for a time without a zone (never taken as UTC)."""
    if not isinstance(text, str) or len(text) < 16:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year of the calendar have no place in every zone.
    return moment if moment.tzinfo is not None and 1 < moment.year < 9999 else None


def taken_at(resource: Json) -> str:
    """When it was: a moment, the begin of a period, the first of a timing; "" where the resource does not say."""
    said: str = (
        resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or period_of(resource.get("effectivePeriod"))
        or next(iter(resource.get("effectiveTiming", {}).get("event", [])), "")
    )
    return said or ""


def period_of(period: Any) -> str:
    """The begin of a period, else its end, "" when it has neither."""
    return (period or {}).get("start") or (period or {}).get("end") or ""


def amount_of(quantity: Any) -> Amount | None:
    """A Quantity with its UCUM code, or its unit's text where no code was sent."""
    if not quantity or "value" not in quantity or "comparator" in quantity:
        return None
    number = exact(quantity["value"])
    return None if number is None else Amount(number, quantity.get("code") or quantity.get("unit") or "1")


def spelled(quantity: Any) -> str:
    """A Quantity as it was written: `<0.5 ng/mL`; "" for none."""
    if not quantity:
        return ""
    value = quantity.get("value", "")
    number = getattr(value, "text", value)
    return f"{quantity.get('comparator', '')}{number} {quantity.get('code') or quantity.get('unit', '')}".strip()


def current(items: Any) -> list[Json]:
    """Addresses, numbers or names that are in use, those that are not last."""
    found = [item for item in items or [] if isinstance(item, dict)]
    return sorted(found, key=lambda item: item.get("use") in _OVER)


def exact(value: int | Decimal) -> Decimal | None:
    """A plain decimal with the digits as written; None for one that is no number of anything (`1e400`): it stays in words."""
    number = Decimal(getattr(value, "text", None) or value)
    return number if len(number.as_tuple().digits) <= _DIGITS and abs(number.adjusted()) <= _DIGITS else None


def human_name(names: Any) -> tuple[str, str]:
    """(family, given names) of the official name, else the first. A name sent only as text is kept whole as the family name."""
    if not names:
        return "", ""
    name = next((item for item in names if item.get("use") == "official"), current(names)[0])
    given = " ".join(part for part in name.get("given", []) if part)
    return name.get("family") or ("" if given else name.get("text", "")), given


def spoken_name(names: Any) -> str:
    """A name as it is written in a letter: given, family, suffix."""
    family, given = human_name(names)
    suffix = ", ".join(part for part in (names[0].get("suffix", []) if names else []) if part)
    spoken = " ".join(part for part in (given, family) if part)
    return f"{spoken}, {suffix}" if suffix else spoken


def telecom(resource: Json, system: str) -> str:
    """The first of a kind (phone, fax, email) that is in use; of equals the one that the sender ranks first."""
    points = [point for point in resource.get("telecom", []) if point.get("system") == system and point.get("value")]
    if len(points) > 1:
        points.sort(key=lambda point: (point.get("use") in _OVER, point.get("rank", 99)))
    return points[0]["value"] if points else ""


def notes_of(resource: Json) -> tuple[str, ...]:
    return tuple(note["text"] for note in resource.get("note", []) if note.get("text"))
