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


def day_of(text: Any, zone: ZoneInfo) -> date | None:
    """The calendar day of a date or dateTime in the site's zone; None for a year or a month.

    A time without a zone has no place on the world's clock: the day is then taken as the sender wrote it.
    """
    if not isinstance(text, str) or len(text) < 10:
        return None
    moment = moment_of(text)
    return moment.astimezone(zone).date() if moment else date.fromisoformat(text[:10])


def moment_of(text: Any) -> datetime | None:
    """The moment of a dateTime with its zone; None for a day, or for a time without a zone (never taken as UTC)."""
    if not isinstance(text, str) or len(text) < 16:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def amount_of(quantity: Any) -> Amount | None:
    """A Quantity with its UCUM code, or its unit's text where no code was sent."""
    if not quantity or "value" not in quantity or "comparator" in quantity:
        return None
    return Amount(exact(quantity["value"]), quantity.get("code") or quantity.get("unit") or "1")


def exact(value: int | Decimal) -> Decimal:
    """A plain decimal with the digits as written."""
    return Decimal(getattr(value, "text", None) or value)


def human_name(names: Any) -> tuple[str, str]:
    """(family, given names) of the official name, else the first. A name sent only as text is kept whole as the family name."""
    if not names:
        return "", ""
    name = next((item for item in names if item.get("use") == "official"), names[0])
    given = " ".join(part for part in name.get("given", []) if part)
    return name.get("family") or ("" if given else name.get("text", "")), given


def spoken_name(names: Any) -> str:
    """A name as it is written in a letter: given, family, suffix."""
    family, given = human_name(names)
    suffix = ", ".join(part for part in (names[0].get("suffix", []) if names else []) if part)
    spoken = " ".join(part for part in (given, family) if part)
    return f"{spoken}, {suffix}" if suffix else spoken


def telecom(resource: Json, system: str) -> str:
    """The first contact of a kind (phone, fax, email)."""
    return next((point.get("value", "") for point in resource.get("telecom", []) if point.get("system") == system), "")


def notes_of(resource: Json) -> tuple[str, ...]:
    return tuple(note["text"] for note in resource.get("note", []) if note.get("text"))
