"""What comes beside the facts: contacts, documents, changed demographics. The same again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.texts import fit, storable
from chairside.apps.people.models import Contact, Document, Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor
from chairside.core.intake import referral as core

_WIDTHS = {"family": 300, "given": 300, "phone": 40, "email": 254, "postal_code": 12, "language": 12}
_TOGETHER = (("family", "given"), ("address", "postal_code"))  # what is one thing and is replaced as one
_Row = TypeVar("_Row", Contact, Document)
_Values = Mapping[str, dict[str, Any]]


def contacts_receive(*, patient: Patient, contacts: Iterable[core.Contact], actor: Actor, at: datetime) -> int:
    """Store the contacts that are new or changed; how many. A changed one keeps its history."""
    wanted = {
        fit(item.source, 200): {
            "name": fit(item.name or "not named", 300),
            "relationship": fit(item.relationship, 100),
            "phone": fit(item.phone, 40),
        }
        for item in contacts
    }
    return _settle(Contact, patient, wanted, at)


def documents_receive(*, patient: Patient, documents: Iterable[core.Document], actor: Actor, at: datetime) -> int:
    """Store what the documents are; how many are new or changed. Their content stays in the received resource."""
    wanted = {
        fit(item.source, 200): {
            "title": fit(item.title or item.kind or "Document", 300),
            "kind": fit(item.kind, 200),
            "on": item.on,
            "media": fit(item.media, 100),
        }
        for item in documents
    }
    return _settle(Document, patient, wanted, at)


def patient_update(*, patient: Patient, person: core.Person, actor: Actor, at: datetime) -> tuple[str, ...]:
    """What a newer message says of a known patient: what is missing is filled, what changed is replaced. The changed fields.

    A value that was on record before and was replaced since is not news: an old message that comes again changes nothing.
    A name of which neither part agrees is left alone. The birth date is only ever filled: another one is refused earlier.
    """
    sent = _sent(person)
    changed = {name: value for name, value in sent.items() if value and _differs(getattr(patient, name), value)}
    if person.born and patient.birth_date is None:
        changed |= {"birth_date": person.born, "birth_text": ""}
    if person.interpreter is not None and patient.interpreter != person.interpreter:
        changed["interpreter"] = person.interpreter
    if patient.family and {"family", "given"} <= changed.keys() and patient.given:
        del changed["family"], changed["given"]
    if not changed:
        return ()
    for group in _TOGETHER:
        if any(name in changed for name in group):
            changed |= {name: sent[name] for name in group if sent[name]}
    filled = {name for name in changed if getattr(patient, name) in ("", None)}
    known = _had_before(patient, [name for name in changed if name not in filled])
    changed = {name: value for name, value in changed.items() if name in filled or (name, value) not in known}
    changed = {name: value for name, value in changed.items() if getattr(patient, name) != value}
    if not changed:
        return ()
    for name, value in changed.items():
        setattr(patient, name, value)
    patient.save(update_fields=list(changed))
    detail = f"{', '.join(sorted(name.replace('_', ' ') for name in changed))} as sent"
    entry_record(
        actor=actor,
        action="patient.update",
        subject_type="patient",
        subject=patient.id,
        patient=patient.id,
        at=at,
        detail=detail,
    )
    return tuple(sorted(changed))


def _sent(person: core.Person) -> dict[str, Any]:
    plain = {name: fit(getattr(person, name), width) for name, width in _WIDTHS.items()}
    sex = person.sex if person.sex != "unknown" else ""
    return {**plain, "address": storable(person.address), "sex": sex}


def _differs(one: object, other: object) -> bool:
    return str(one or "").casefold() != str(other or "").casefold()


def _had_before(patient: Patient, names: list[str]) -> set[tuple[str, object]]:
    """What stood in these fields at any time, by the history that the database keeps."""
    if not names:
        return set()
    rows = patient.events.values(*names)  # type: ignore[attr-defined]
    return {(name, row[name]) for row in rows for name in names}


def _settle(table: type[_Row], patient: Patient, wanted: _Values, at: datetime) -> int:
    if not wanted:
        return 0
    known: dict[str, _Row] = {
        row.source: row for row in table.objects.filter(patient__in=records_of(patient), source__in=list(wanted))
    }
    new: list[_Row] = []
    changed = 0
    for source in wanted:
        values: dict[str, Any] = wanted[source]
        row: _Row | None = known.get(source)
        if row is None:
            new.append(table(organization_id=patient.organization_id, patient=patient, source=source, recorded_at=at, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.recorded_at = at
            row.save(update_fields=[*values, "recorded_at"])
            changed += 1
    table.objects.bulk_create(new, batch_size=500)
    return len(new) + changed
