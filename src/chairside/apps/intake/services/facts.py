"""The facts of a packet: what is doubted is marked, what is new is stored, what changed corrects the one before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from chairside.apps.intake.texts import fit, storable
from chairside.apps.organizations.rows import rows_insert
from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import core_facts, records_of
from chairside.core.access import Actor
from chairside.core.intake.doubts import Doubted, as_sent, doubted
from chairside.core.intake.referral import Packet, Recorded
from chairside.core.kernel import fact as core
from chairside.core.kernel.fact import FactKind
from chairside.core.visit.vitals import GUARDRAILS
from chairside.exchange.hl7v2.reading.context import UNDATED

_RECEIVED = ("fhir:", "hl7v2:")
_SIZES = ("weight_kg", "height_cm")
_VERSION = re.compile(r" v(\d+)$")  # how the source of a corrected fact ends
_WIDEST = Decimal(10) ** 15  # what the numeric columns hold before the point; the exact text has no limit
_PLACE = re.compile(r" #\d+$")  # how the source of a second fact that the sender names alike ends
_Key = tuple[str, str, str]


def packet_doubted(packet: Packet, patient: Patient) -> tuple[Packet, Doubted]:
    """The packet with what nobody may take at its word marked and kept as it came, and what to ask about it."""
    sources = {item.source for item in packet.facts if item.fact.kind is FactKind.VITAL and item.fact.code in _SIZES}
    earlier: tuple[core.Fact, ...] = ()
    if sources:
        rows = Fact.objects.filter(patient__in=records_of(patient), kind="vital", code__in=_SIZES, corrected_by=None)
        earlier = tuple(core_facts(row for row in rows.order_by("on", "recorded_at") if _came_as(row) not in sources))
    result = doubted(packet.facts, GUARDRAILS, patient.birth_date, earlier)
    return replace(packet, facts=result.facts), result


def facts_receive(
    *, patient: Patient, packet: Packet, actor: Actor, at: datetime, undated: frozenset[str] = frozenset()
) -> int:
    """Store the facts that are not yet stored; how many were new. A changed one corrects the one before.

    What a resource said before and says no longer is closed by a fact that says so. What came as a resource and comes again in
    a message, or the other way round, is one fact: known by kind, code, moment and value.

    undated    sources of facts that came without a day and so bear that of receipt: what stands already is no news
    """
    new = list(_new_facts(packet.facts, _Record.of(patient), patient, at, undated))
    _store(new, str(patient.organization_id))
    return len(new)


def _store(rows: Sequence[Fact], organization: str) -> None:
    """A record has hundreds of facts, so they go to the database as columns."""
    rows_insert(Fact, organization, [(name, kind, [getattr(row, name) for row in rows]) for name, kind in _COLUMNS])


def facts_withdraw(*, patient: Patient, sources: AbstractSet[str], why: str, at: datetime) -> int:
    """Close the facts that came of these sources: they never were this person's. How many stood.

    why    a sentence for whoever reads the closed fact
    """
    record = _Record.of(patient)
    wrong = [
        _withdrawn(row, record, at, why)
        for row in record.newest.values()
        if _PLACE.sub("", _came_as(row)) in sources and row.status != "entered-in-error"
    ]
    _store(wrong, str(patient.organization_id))
    return len(wrong)


# Every column of a fact that is not its own key, with its type in the database.
_COLUMNS = (
    *((name, "uuid") for name in ("patient_id", "corrects_id")),
    *((name, "text") for name in ("kind", "code", "exact", "word", "unit", "status", "note", "display", "coded", "source")),
    *((name, "numeric") for name in ("amount", "lower", "upper")),
    ("on", "date"),
    ("at", "timestamptz"),
    ("recorded_at", "timestamptz"),
    ("before_dose", "int"),
)


@dataclass(frozen=True, slots=True)
class _Record:
    """What was received of a patient so far: the newest version of each fact, and what corrected a fact."""

    newest: Mapping[_Key, Fact]
    corrected_by: Mapping[UUID, Fact]
    alike: Mapping[_Key, list[Fact]]  # what stands, by the wire that it came by, kind and code

    @classmethod
    def of(cls, patient: Patient) -> _Record:
        rows = list(Fact.objects.filter(patient__in=records_of(patient)).order_by("recorded_at"))
        newest: dict[_Key, Fact] = {}
        corrected_by = {row.corrects_id: row for row in rows if row.corrects_id is not None}
        alike: dict[_Key, list[Fact]] = {}
        for row in rows:
            if row.pk not in corrected_by:
                alike.setdefault((_wire(row), row.kind, row.code), []).append(row)
            if row.source.startswith(_RECEIVED):
                key = (_came_as(row), row.kind, row.code)
                if key not in newest or _version_of(newest[key]) < _version_of(row):
                    newest[key] = row
        return cls(newest, corrected_by, alike)

    def standing(self, row: Fact) -> Fact:
        """The fact itself, or what stands for it now: a person may have corrected it."""
        while row.pk in self.corrected_by:
            row = self.corrected_by[row.pk]
        return row

    def twin(self, row: Fact, undated: bool) -> Fact | None:
        """The fact that says the same already: one without a day of any source, another of the other kind of message."""
        elsewhere = [other for other in self.elsewhere(row) if _same_moment(row, other)]
        anywhere = [other for wire in ("", *_RECEIVED) for other in self.alike.get((wire, row.kind, row.code), ())]
        return next((other for other in (anywhere if undated else elsewhere) if _same_value(row, other)), None)

    def elsewhere(self, row: Fact) -> list[Fact]:
        """What stands under this kind and code and came by the other wire."""
        return [other for wire in _RECEIVED if wire != _wire(row) for other in self.alike.get((wire, row.kind, row.code), ())]

    def outdated(self, row: Fact, undated: bool) -> Fact | None:
        """What this stands for from now on, though it came by the other kind of message: what a message said without a day,
        and the one result of that very moment which it corrects or makes final."""
        others = self.elsewhere(row)
        if not undated and (said := [other for other in others if UNDATED in other.note and _same_value(row, other)]):
            return said[0]
        same = [other for other in others if row.at is not None and other.at == row.at]
        if len(same) != 1:
            return None
        return same[0] if row.status == "corrected" or same[0].status == "preliminary" != row.status else None


def _new_facts(
    items: Iterable[Recorded], record: _Record, patient: Patient, at: datetime, undated: frozenset[str]
) -> Iterable[Fact]:
    taken: set[_Key] = set()
    sources: set[str] = set()
    for item in items:
        source = fit(item.source, 190)
        key = (source, item.fact.kind.value, fit(item.fact.code, 80))
        sources.add(source)
        if key in taken:
            continue
        taken.add(key)
        row = _fact_row(item, patient, at)
        before = record.newest.get(key)
        no_day = _PLACE.sub("", item.source) in undated
        if before is not None:
            if _same(before, row, no_day):
                continue
            _follow(row, before, record)
        elif record.twin(row, no_day) is not None:
            continue
        elif (stands := record.outdated(row, no_day)) is not None:
            row.corrects, row.patient_id = stands, stands.patient_id
        yield row
    for key, before in record.newest.items():
        if key[0] in sources and key not in taken and before.status != "entered-in-error":
            yield _withdrawn(before, record, at)


def _follow(row: Fact, before: Fact, record: _Record) -> None:
    row.corrects = record.standing(before)
    row.patient_id = before.patient_id  # of merged records, the one that it stands under: undoing parts them rightly
    row.source = f"{_came_as(before)} v{_version_of(before) + 1}"


def _withdrawn(
    before: Fact, record: _Record, at: datetime, why: str = "The sender's newer version of this no longer says it."
) -> Fact:
    """What stands instead of a fact that its resource says no longer: that it was an error."""
    row = Fact(
        organization_id=before.organization_id,
        kind=before.kind,
        code=before.code,
        on=before.on,
        at=before.at,
        status="entered-in-error",
        note=why,
        display=before.display,
        coded=before.coded,
        recorded_at=at,
    )
    _follow(row, before, record)
    return row


def _version_of(row: Fact) -> int:
    found = _VERSION.search(row.source)
    return int(found[1]) if found else 1


def _came_as(row: Fact) -> str:
    """The source as it came, without the number of the correction."""
    return _VERSION.sub("", row.source)


def _wire(row: Fact) -> str:
    """Which kind of message it came by: `fhir:` or `hl7v2:`; "" when a person recorded it here."""
    return next((wire for wire in _RECEIVED if row.source.startswith(wire)), "")


def _same_moment(one: Fact, other: Fact) -> bool:
    return one.at == other.at if one.at and other.at else one.on == other.on


def _same_value(one: Fact, other: Fact) -> bool:
    """True when both say the same of the same thing, however they write it. What a diagnosis is, its code says."""
    if as_sent(one.status, one.note)[0] != as_sent(other.status, other.note)[0]:
        return False
    if one.kind == FactKind.CONDITION.value:
        return True
    if one.exact and other.exact:
        return one.unit == other.unit and Decimal(one.exact) == Decimal(other.exact)
    return (one.exact, one.word.casefold()) == (other.exact, other.word.casefold())


def _same(one: Fact, other: Fact, undated: bool = False) -> bool:
    """True when both say the same. A doubt is of the day on which a value first came: a repeat raises none."""
    names = ("exact", "word", "unit", *(() if undated else ("on", "at")))
    return all(getattr(one, name) == getattr(other, name) for name in names) and as_sent(one.status, one.note) == as_sent(
        other.status, other.note
    )


def _fact_row(item: Recorded, patient: Patient, at: datetime) -> Fact:
    fact = item.fact
    number = fact.value if isinstance(fact.value, Decimal) else None
    exact = (item.exact or f"{number:f}") if number is not None else ""
    word = fact.value if isinstance(fact.value, str) else ""
    if len(exact) > 40:  # no column cuts digits: so long a number is kept as words
        number, exact, word = None, "", exact
    note = fact.note if len(word) <= 200 else f"{word}\n{fact.note}".strip()
    return Fact(
        organization_id=patient.organization_id,
        patient=patient,
        kind=fact.kind.value,
        code=fit(fact.code, 80),
        amount=_held(number),
        exact=exact,
        word=fit(word, 200),
        unit=fit(fact.unit, 40),
        on=fact.on,
        at=item.at,
        status=fit(fact.status, 20),
        note=storable(note),
        lower=_held(fact.lower),
        upper=_held(fact.upper),
        before_dose=fact.before_dose,
        display=fit(item.display, 300),
        coded=fit(item.coded, 200),
        source=fit(item.source, 190),
        recorded_at=at,
    )


def _held(number: Decimal | None) -> Decimal | None:
    """The number where its column can hold it; the exact text beside it always does."""
    return number if number is not None and abs(number) < _WIDEST else None
