"""Keeping what came: each resource's resolved form, version by version; what cannot be used in quarantine, with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chairside.apps.intake.texts import fit
from chairside.apps.interop.models import Quarantined, ReceivedDocument, ReceivedResource, Resource
from chairside.apps.interop.services.placing import Names
from chairside.apps.interop.services.returning import digests_on_export
from chairside.apps.interop.texts import bounded
from chairside.apps.organizations.rows import rows_find, rows_insert
from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.read import Received
from chairside.exchange.fhir.text import canonical, digest


@dataclass(frozen=True, slots=True)
class Placed:
    """A usable resource, resolved: its references point at what is known here.

    patient_key    whom it is about, "" for nobody
    sent_id        its id as sent, "" when it had none
    """

    item: Received
    patient_key: str
    sent_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.item.entry.type}/{self.item.logical_id}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of the resources of a document.

    new         those that had not come before
    unchanged   how many had
    outdated    those of them since when something newer has come
    moved       of the new ones, those that were about another patient before: (`Type/id`, that patient's key)
    """

    new: list[Placed]
    unchanged: int
    outdated: frozenset[str]
    moved: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Said:
    """What a resource has said so far, as digests; its last version and what that says."""

    marks: set[str] = field(default_factory=set)
    last: int = 0
    newest: str = ""


def resources_keep(items: Sequence[Placed], *, document: ReceivedDocument, organization: UUID, at: datetime) -> Kept:
    """Store each resource that has not come before.

    It has come before when these very bytes have, or when it says under its id here what it said before (an export that comes
    home, another layout). Else it is the resource's next version: nothing that came is ever overwritten.
    """
    heads = _heads(organization, items)
    stored = _stored([head for head, _ in heads.values()])
    new: list[tuple[Placed, str, str, object, int]] = []
    outdated = set()
    texts = [canonical(placed.item.entry.resource) for placed in items]
    _exported_note(organization, items, texts, heads, stored)
    for placed, text in zip(items, texts, strict=True):
        said, sent = digest(text), placed.item.entry.mark
        head = heads[placed.name][0]
        before = stored.setdefault(head, _Said())
        if sent in before.marks or (said in before.marks and placed.sent_id in ("", placed.item.logical_id)):
            if said != before.newest:
                outdated.add(placed.name)
            continue
        before.marks |= {said, sent}
        before.last, before.newest = before.last + 1, said
        new.append((placed, text, said, head, before.last))
    rows_insert(
        ReceivedResource,
        str(organization),
        [
            ("resource_id", "uuid", [head for *_, head, _ in new]),
            ("version", "int", [version for *_, version in new]),
            ("text", "text", [text for _, text, *_ in new]),
            ("digest", "text", [said for _, _, said, *_ in new]),
            ("mark", "text", [placed.item.entry.mark for placed, *_ in new]),
            ("remarks", "text", [_remarks(placed.item) for placed, *_ in new]),
            ("document_id", "uuid", [document.id] * len(new)),
            ("start", "bigint", [placed.item.entry.start for placed, *_ in new]),
            ("length", "int", [placed.item.entry.length for placed, *_ in new]),
            ("source", "text", [bounded(f"{document.name}: {placed.item.entry.label}", 300) for placed, *_ in new]),
            ("received_at", "timestamptz", [at] * len(new)),
        ],
    )
    moved = _patients_note(organization, [(placed, heads[placed.name]) for placed, *_ in new])
    return Kept([placed for placed, *_ in new], len(items) - len(new), frozenset(outdated), moved)


def _exported_note(
    organization: UUID,
    items: Sequence[Placed],
    texts: Sequence[str],
    heads: dict[str, tuple[object, str]],
    stored: dict[object, _Said],
) -> None:
    """Add to what was said before what an export from here says of it, where something else than before has come."""
    changed = {
        placed.name: heads[placed.name][0]
        for placed, text in zip(items, texts, strict=True)
        if heads[placed.name][0] in stored and digest(text) not in stored[heads[placed.name][0]].marks
    }
    find = Names(str(organization)).find
    wanted = [(kind, here) for kind, _, here in (name.partition("/") for name in changed)]
    for (kind, here), form in digests_on_export(str(organization), wanted, lambda sent: find(sent, "")).items():
        stored[changed[f"{kind}/{here}"]].marks.add(form)


def _remarks(item: Received) -> str:
    return canonical(operation_outcome(item.issues)) if item.issues else ""


def _heads(organization: UUID, items: Sequence[Placed]) -> dict[str, tuple[object, str]]:
    """`Type/id` -> the row of that resource, and the patient that it is noted for."""
    rows = rows_find(
        f'SELECT r.type, r.logical_id, r.id, r.patient_key FROM "{Resource._meta.db_table}" r '
        "JOIN unnest(%b::text[], %b::text[]) AS a(type, logical_id) ON r.type = a.type AND r.logical_id = a.logical_id "
        "WHERE r.organization_id = %s",
        [placed.item.entry.type for placed in items],
        [placed.item.logical_id for placed in items],
        organization,
    )
    return {f"{kind}/{here}": (row, str(key)) for kind, here, row, key in rows}


def _stored(heads: Sequence[object]) -> dict[object, _Said]:
    found: dict[object, _Said] = {}
    rows = rows_find(
        f'SELECT resource_id, digest, mark, version FROM "{ReceivedResource._meta.db_table}" WHERE resource_id = ANY(%b) '
        "ORDER BY version",
        list(heads),
    )
    for head, said, sent, version in rows:
        before = found.setdefault(head, _Said())
        before.marks |= {str(said), str(sent)}
        before.last, before.newest = int(str(version)), str(said)
    return found


def _patients_note(organization: UUID, items: Sequence[tuple[Placed, tuple[object, str]]]) -> tuple[tuple[str, str], ...]:
    """Note whom each resource is about, where that is not what was noted; those that were about another patient.

    A Provenance is about whom its targets are about, which `placing` notes.
    """
    late = {
        str(head): (placed, key)
        for placed, (head, key) in items
        if placed.patient_key != key and placed.item.entry.type != "Provenance"
    }
    if late:
        rows_find(
            f'UPDATE "{Resource._meta.db_table}" r SET patient_key = a.key FROM unnest(%b::uuid[], %b::text[]) AS a(id, key) '
            "WHERE r.id = a.id AND r.organization_id = %s RETURNING 1",
            list(late),
            [placed.patient_key for placed, _ in late.values()],
            organization,
        )
    return tuple((placed.name, key) for placed, key in late.values() if key)


def quarantine_keep(
    items: Sequence[Received], *, document: ReceivedDocument, scope: str, organization: UUID, at: datetime
) -> int:
    """Put aside what cannot be used, whole, with the OperationOutcome that says why, once each; how many were new."""
    texts = [canonical(item.entry.resource) if item.entry.resource is not None else "" for item in items]
    entries = [item.entry for item in items]
    same: list[tuple[str, str, object]] = [
        ("source", "text", bounded(document.name, 300)),
        ("scope", "text", bounded(scope, 300)),
        ("document_id", "uuid", document.id),
        ("received_at", "timestamptz", at),
        ("solved_by", "text", ""),
    ]
    return rows_insert(
        Quarantined,
        str(organization),
        [
            ("entry", "text", [bounded(entry.label, 200) for entry in entries]),
            ("type", "text", [fit(entry.type, 40) for entry in entries]),
            ("text", "text", texts),
            ("digest", "text", [digest(text or entry.problem) for text, entry in zip(texts, entries, strict=True)]),
            ("outcome", "text", [canonical(operation_outcome(item.issues)) for item in items]),
            ("full_url", "text", [fit(entry.full_url, 300) for entry in entries]),
            ("if_none_exist", "text", [fit(entry.if_none_exist, 400) for entry in entries]),
            ("start", "bigint", [entry.start for entry in entries]),
            ("length", "bigint", [entry.length for entry in entries]),
            *((name, kind, [value] * len(items)) for name, kind, value in same),
        ],
        unless="(organization_id, digest, source, entry)",
    )
