"""What leaves: the newest version of each stored resource, row by row from the server, in an order that is the same everywhere.

Keys and ids are compared byte by byte (collation "C"), so that two databases give the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.db import connection

from chairside.apps.interop.models import Resource
from chairside.apps.organizations.rows import rows_find
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of

_AT_A_TIME = 20  # rows on their way; a resource can be large, and memory is to stay as it is
_NEWEST = (
    'SELECT r.type, r.logical_id, v.text FROM (SELECT * FROM "interop_resource" WHERE {where} ORDER BY {order}) r '
    'CROSS JOIN LATERAL (SELECT text FROM "interop_receivedresource" WHERE resource_id = r.id ORDER BY version DESC LIMIT 1) v'
    " ORDER BY {order}"
)
_BY_ID = 'logical_id COLLATE "C"'
_BY_NAME = f"type <> 'Patient', type COLLATE \"C\", {_BY_ID}"
Row = tuple[str, str, str]  # type, id, canonical text


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose resources are meant: the records, and the ids of the Patient resources that mean them.

    record    the record that stands for the person, None when the Patient resource was never read
    """

    keys: tuple[str, ...]
    record: Patient | None = None


def stream(query: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Rows from a cursor of the server, in the caller's transaction; memory holds a few."""
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, f"outgoing_{uuid4().hex}") as cursor:
        cursor.itersize = _AT_A_TIME
        cursor.execute(query.encode(), values)
        yield from cursor


def types(organization: str) -> list[str]:
    """The types of what is kept, in order."""
    rows = rows_find(
        'SELECT DISTINCT type COLLATE "C" FROM "interop_resource" WHERE organization_id = %s ORDER BY 1', organization
    )
    return [str(kind) for (kind,) in rows]


def of_type(organization: str, kind: str, people: Sequence[Person] | None, besides: Iterable[str] = ()) -> Iterator[Row]:
    """The resources of one type, by id: all, or those about the people and those with the other ids."""
    where, values = "organization_id = %s AND type = %s", [organization, kind]
    if people is not None:
        where += " AND (patient_key = ANY(%s) OR logical_id = ANY(%s))"
        values += [[key for person in people for key in person.keys], list(besides)]  # type: ignore[list-item]
    return stream(_NEWEST.format(where=where, order=_BY_ID), values)


def about(organization: str, person: Person) -> Iterator[Row]:
    """The resources about a person, Patient resources first, then by type and id."""
    where = "organization_id = %s AND patient_key = ANY(%s)"
    return stream(_NEWEST.format(where=where, order=_BY_NAME), [organization, list(person.keys)])


def about_nobody(organization: str) -> Iterator[Row]:
    """The resources that are about no patient, by type and id."""
    where = "organization_id = %s AND patient_key = ''"
    return stream(_NEWEST.format(where=where, order=_BY_NAME), [organization])


def named(organization: str, wanted: Iterable[tuple[str, str]]) -> list[Row]:
    """Those of the (type, id) that are kept and about no patient, by type and id. What is about another patient stays out."""
    pairs = sorted(wanted)
    where = "organization_id = %s AND patient_key = '' AND (type, logical_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
    values = [organization, [kind for kind, _ in pairs], [here for _, here in pairs]]
    return list(stream(_NEWEST.format(where=where, order=_BY_NAME), values)) if pairs else []


def patient_keys(organization: str) -> Iterator[str]:
    """Every patient that a resource is about, also where the Patient resource itself never came."""
    query = (
        'SELECT DISTINCT patient_key COLLATE "C" FROM "interop_resource" '
        "WHERE organization_id = %s AND patient_key <> '' ORDER BY 1"
    )
    return (str(key) for (key,) in stream(query, [organization]))


def person_of_key(organization: str, key: str) -> Person:
    """Whoever a Patient resource means, with every other Patient resource that means the same person."""
    head = (
        Resource.objects.filter(organization_id=organization, type="Patient", logical_id=key).select_related("person").first()
    )
    if head is None or head.person is None:
        return Person((key,))
    return person_of_record(head.person)


def person_of_record(record: Patient) -> Person:
    """Everything that is kept of the person that a record belongs to."""
    kept = record.merged_into or record
    heads = Resource.objects.filter(type="Patient", organization_id=record.organization_id, person__in=records_of(kept))
    return Person(tuple(sorted(heads.values_list("logical_id", flat=True))), kept)


def people_named(organization: str, word: str) -> list[Person]:
    """Whom a record number, the id of a Patient resource or the id of a record may mean; more than one when it is not clear."""
    records = Patient.objects.filter(organization_id=organization)
    found = [person_of_record(row) for row in records.filter(mrn=word)]
    if (key := _uuid(word)) is not None:
        found += [person_of_record(row) for row in records.filter(pk=key)]
    plain = word.removeprefix("Patient/")
    if Resource.objects.filter(organization_id=organization, type="Patient", logical_id=plain).exists():
        found.append(person_of_key(organization, plain))
    return list({(person.record.pk if person.record else person.keys): person for person in found}.values())


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


def count(organization: str) -> int:
    """How many resources are kept."""
    return Resource.objects.filter(organization_id=organization).count()


def links(organization: str, keys: Sequence[str] | None = None) -> dict[str, list[tuple[str, str]]]:
    """What Patient resources say of merged records: id -> (`replaced-by` or `replaces`, `Patient/id`) pairs.

    keys    of these Patient resources only; all when not given
    """
    only = "" if keys is None else " AND (m.logical_id = ANY(%b) OR k.logical_id = ANY(%b))"
    rows = rows_find(
        "SELECT m.logical_id, k.logical_id FROM people_patient p "
        "JOIN interop_resource m ON m.person_id = p.id AND m.type = 'Patient' "
        'JOIN LATERAL (SELECT min(logical_id COLLATE "C") AS logical_id FROM interop_resource '
        "  WHERE person_id = p.merged_into_id AND type = 'Patient') k ON k.logical_id IS NOT NULL "
        f"WHERE p.organization_id = %s AND p.merged_into_id IS NOT NULL{only} ORDER BY 2, 1",
        organization,
        *([] if keys is None else [list(keys), list(keys)]),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for merged, kept in rows:
        found.setdefault(merged, []).append(("replaced-by", f"Patient/{kept}"))
        found.setdefault(kept, []).append(("replaces", f"Patient/{merged}"))
    return found
