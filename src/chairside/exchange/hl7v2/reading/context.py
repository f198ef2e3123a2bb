"""What every reader is handed, and the small readers that each of them needs: coded elements, numbers, days, amounts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.referral import Amount, Identifier, Irregular
from chairside.exchange.hl7v2.message import Header
from chairside.exchange.hl7v2.problem import Problem
from chairside.exchange.hl7v2.segments import Segment, Value
from chairside.exchange.hl7v2.tables import Tables, unknown_system
from chairside.exchange.hl7v2.times import Time, read_time

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
NPI = "http://hl7.org/fhir/sid/us-npi"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"
UNDATED = "sent without a date; the day is the day of receipt"
_SHORT = {"http://loinc.org": "loinc", SNOMED: "snomed", "http://hl7.org/fhir/sid/cvx": "cvx"}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_LONGEST = 60  # digits of a number; a longer one is kept as the words that were sent


@dataclass(frozen=True, slots=True)
class Coded:
    """One code of a coded element: the name of its system as sent, the system that it means, code and text."""

    name: str
    system: str
    code: str
    text: str


@dataclass(slots=True)
class Context:
    """zone: the site's, which decides calendar days. received: the day of receipt, for what came without any date."""

    codes: CodeTables
    tables: Tables
    zone: ZoneInfo
    received: date
    header: Header
    problems: list[Problem] = field(default_factory=list)
    irregular: list[Irregular] = field(default_factory=list)
    undated: set[str] = field(default_factory=set)

    def next_patient(self) -> None:
        """Begin with another patient: what is noted of one is not told of another."""
        self.irregular, self.undated = [], set()

    def wrong(self, segment: Segment, at: int, code: str, sentence: str, *, mendable: bool = False) -> None:
        """Note what is wrong with a field."""
        self.problems.append(Problem(segment.name, segment.nth, at, code, sentence, mendable))

    def time(self, segment: Segment, at: int, source: str, value: Value | None = None, component: int = 1) -> Time | None:
        """A time; an impossible one is a problem, one without a zone a mendable problem."""
        value = value or segment.value(at)
        text = value.text(component) if value else ""
        if not text:
            return None
        found = read_time(text)
        if found is None:
            self.wrong(segment, at, "102", f"“{text[:40]}” is no time of the calendar (YYYYMMDDHHMMSS-ZZZZ was expected).")
        elif found.zoneless:
            sentence = f"“{text}” has no zone: the day is used as written, the moment is not known."
            self.wrong(segment, at, "102", sentence, mendable=True)
            self.irregular.append(Irregular(source, f"{segment.name}[{segment.nth}]-{at}", sentence))
        return found

    def day(self, segment: Segment, at: int, source: str) -> date | None:
        found = self.time(segment, at, source)
        return found.day(self.zone) if found else None

    def moment(self, segment: Segment, at: int, source: str) -> datetime | None:
        found = self.time(segment, at, source)
        return found.at if found else None

    def coded(self, value: Value | None, first: int = 1, sub: bool = False) -> list[Coded]:
        """The codes of a CWE or CE, its alternative included. `sub`: it stands in the subcomponents of component `first`."""
        if value is None:
            return []
        found = []
        for shift in (0, 3):
            if sub:
                code, text, name = (value.text(first, number + shift) for number in (1, 2, 3))
            else:
                code, text, name = (value.text(first + number + shift) for number in (0, 1, 2))
            if code or text:
                found.append(Coded(name, self.system(name), code, text))
        return found

    def system(self, name: str) -> str:
        """The code system that a name means; of an unknown name one of the sender's own, "" when none was named."""
        return (self.tables.code_system(name) or unknown_system(self.header.application, name)) if name else ""

    def identifier(self, number: str, authority: Value | None, component: int, kind: str) -> Identifier:
        """A number in the system of its assigning authority (HD): by table, by its OID, else one of the sender's own."""
        namespace, universal, sort = (authority.text(component, sub) if authority else "" for sub in (1, 2, 3))
        return self._in_system(number, namespace, universal, sort, kind)

    def entity(self, value: Value, kind: str) -> Identifier:
        """The number of an order (EI), in the system of who gave it."""
        return self._in_system(value.text(1), value.text(2), value.text(3), value.text(4), kind)

    def _in_system(self, number: str, namespace: str, universal: str, sort: str, kind: str) -> Identifier:
        for name in (namespace, universal, ""):
            known = self.tables.identifier_system(name, kind)
            if known:
                return Identifier(known, number)
        if universal and sort == "ISO":
            return Identifier(f"urn:oid:{universal}", number)
        return Identifier(unknown_system(self.header.application, namespace or universal, kind), number)

    def amount(self, segment: Segment, at: int, number: str, units: list[Coded]) -> Amount | None:
        """A number with its unit as UCUM. A unit of another system is not guessed: then there is no amount, and a problem."""
        read = plain_number(number)
        if read is None:
            if number:
                self.wrong(segment, at, "102", f"“{number[:40]}” is not a number.")
            return None
        unit = self.unit(segment, at, units)
        return None if unit is None else Amount(read, unit or "1")

    def unit(self, segment: Segment, at: int, units: list[Coded]) -> str | None:
        """The UCUM code; "" when no unit was sent; None when it is of a system that the tables do not turn into UCUM.

        A unit whose system is not named is taken as written.
        """
        if not units:
            return ""
        code = next((item.code or item.text for item in units if item.system == UCUM or not item.name), None)
        code = code or next((same for item in units if (same := self.tables.unit(item.name, item.code))), None)
        if code is None:
            sentence = f"The unit “{units[0].code}” is of {units[0].name}, not of UCUM: it is not guessed."
            self.wrong(segment, at, "103", sentence, mendable=True)
        return code


def plain_number(text: str) -> Decimal | None:
    """A number as written, every digit kept; None for anything else (a comma, an exponent, words)."""
    return Decimal(text) if len(text) <= _LONGEST and text.isascii() and _NUMBER.fullmatch(text) else None


def code_of(found: list[Coded], system: str) -> str:
    return next((item.code for item in found if item.system == system and item.code), "")


def text_of(found: list[Coded]) -> str:
    """The words of a coded element: the first text, else the first code."""
    return next((item.text for item in found if item.text), "") or next((item.code for item in found), "")


def coded_of(found: list[Coded]) -> str:
    """The sender's first code with its system, `http://loinc.org|2160-0`; "" when there is none."""
    return next((f"{item.system}|{item.code}" for item in found if item.code), "")


def plain_key(found: list[Coded]) -> str:
    """The key of something that no protocol uses: its code with the code system named, else its text."""
    first = next((item for item in found if item.code), None)
    return (f"{_SHORT.get(first.system, first.system)}:{first.code}" if first else f"text:{text_of(found)}")[:80]


def source_of(kind: str, *names: str) -> str:
    """How a value names where it came from: at most 180 characters, the end of a longer one as its digest."""
    name = f"hl7v2:{kind}/{'|'.join(names)}"
    return name if len(name) <= 180 else f"{name[:140]}~{hashlib.sha256(name.encode()).hexdigest()[:32]}"
