"""Giving each received resource the id by which it is known here, and turning references to those ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chairside.apps.interop.models import Resource, ResourceToken
from chairside.apps.interop.rows import rows_find, rows_insert
from chairside.apps.interop.services.returning import digests_on_export
from chairside.apps.interop.texts import bounded
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import DIRECTORY, about, made_id, name_of, tokens, wanted_id
from chairside.exchange.fhir.text import canonical, digest

KEY, TOKEN = 400, 400  # characters of the columns


@dataclass(slots=True)
class Names:
    """Where references lead: what this document calls its resources, and which of a scope's ids are others here.

    urls      full URL -> `Type/id`, of the document at hand; `types` has the types alone
    renamed   (scope, `Type/id` as sent) -> `Type/id` here, where they differ
    tokens    (type, `system|value`) -> `Type/id`; asked once each
    """

    organization: str
    urls: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    absolute: dict[str, str] = field(default_factory=dict)

    def new_document(self) -> None:
        """Full URLs are at home in one document."""
        self.urls, self.types = {}, {}

    def find(self, sent: str, scope: str) -> str:
        """`Type/id` here for a reference as sent, "" when nothing here is meant or the two are alike."""
        here = self.urls.get(sent)
        if here is not None:
            return here
        if "?" in sent:
            return self._by_token(sent)
        named = name_of(sent)
        if named is None:
            return ""
        name = f"{named[0]}/{named[1]}"
        if sent.startswith(("http://", "https://")):
            return self._by_url(sent, named[0])
        return self.renamed.get((scope, name), name)

    def _by_token(self, sent: str) -> str:
        kind, _, query = sent.partition("?")
        kind = kind.rpartition("/")[2]
        if not query.startswith("identifier="):
            return ""
        key = (kind, query.removeprefix("identifier="))
        if key not in self.tokens:
            rows = rows_find(
                f'SELECT logical_id FROM "{ResourceToken._meta.db_table}" '
                "WHERE organization_id = %s AND type = %s AND token = %s",
                self.organization,
                kind,
                bounded(key[1], TOKEN),
            )
            self.tokens[key] = f"{kind}/{rows[0][0]}" if rows else ""
        return self.tokens[key]

    def _by_url(self, sent: str, kind: str) -> str:
        plain = sent.partition("/_history/")[0].rstrip("/")
        if plain not in self.absolute:
            rows = rows_find(
                f'SELECT logical_id FROM "{Resource._meta.db_table}" '
                "WHERE organization_id = %s AND type = %s AND identity = %s",
                self.organization,
                kind,
                bounded(plain, KEY),
            )
            self.absolute[plain] = f"{kind}/{rows[0][0]}" if rows else ""
        return self.absolute[plain]


def resources_place(items: Sequence[tuple[Entry, str]], *, scope: str, names: Names) -> list[str]:
    """The id here of each (entry, identity), in the caller's transaction under the receiving lock.

    One that is known keeps its id. A new one gets the sender's id where that is free; where another resource has it and says
    exactly the same, it is that one (an export that comes home); else an id made of its key.
    """
    kinds = [entry.type for entry, _ in items]
    keys = [bounded(key, KEY) for _, key in items]
    known = _known(names.organization, kinds, keys)
    wanted = [wanted_id(entry, key) for (entry, _), key in zip(items, keys, strict=True)]
    new = [at for at in range(len(items)) if (kinds[at], keys[at]) not in known]
    holders = _holders(names.organization, [(kinds[at], wanted[at]) for at in new])
    home = _coming_home([(items[at][0], wanted[at]) for at in new if (kinds[at], wanted[at]) in holders], holders, names)
    taken: dict[tuple[str, str], str] = {}
    for at in new:
        entry, key, kind = items[at][0], keys[at], kinds[at]
        if (kind, key) in known or (kind, key) in taken:
            continue
        chosen = wanted[at]
        if id(entry) in home:
            known[kind, key] = chosen  # no new row: it is that one
            continue
        if (kind, chosen) in holders:
            chosen = made_id(kind, key)
        holders[kind, chosen] = set()
        taken[kind, key] = chosen
    known |= taken
    ids = [known[kind, key] for kind, key in zip(kinds, keys, strict=True)]
    _note(items, ids, scope, names)
    marks = zip(items, kinds, keys, strict=True)
    abouts = {(kind, key): patient_of(entry, scope, names) for (entry, _), kind, key in marks if (kind, key) in taken}
    _take(names.organization, taken, abouts)
    _provenance_note(items, ids, scope, names)
    return ids


def _known(organization: str, kinds: list[str], keys: list[str]) -> dict[tuple[str, str], str]:
    rows = rows_find(
        f'SELECT r.type, r.identity, r.logical_id FROM "{Resource._meta.db_table}" r '
        "JOIN unnest(%b::text[], %b::text[]) AS a(type, identity) ON r.type = a.type AND r.identity = a.identity "
        "WHERE r.organization_id = %s",
        kinds,
        keys,
        organization,
    )
    return {(str(kind), str(key)): str(here) for kind, key, here in rows}


def _holders(organization: str, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """Who has the wanted ids: (type, id) -> the digests of all that it has said, none while it says nothing."""
    if not wanted:
        return {}
    rows = rows_find(
        "SELECT r.type, r.logical_id, ARRAY(SELECT v.digest FROM interop_receivedresource v WHERE v.resource_id = r.id) "
        f'FROM "{Resource._meta.db_table}" r '
        "JOIN unnest(%b::text[], %b::text[]) AS a(type, logical_id) ON r.type = a.type AND r.logical_id = a.logical_id "
        "WHERE r.organization_id = %s",
        [kind for kind, _ in wanted],
        [here for _, here in wanted],
        organization,
    )
    return {(str(kind), str(here)): set(marks) for kind, here, marks in rows}


def _coming_home(items: Sequence[tuple[Entry, str]], holders: dict[tuple[str, str], set[str]], names: Names) -> set[int]:
    """Which entries (as `id()`) say of the holder of their id what it says itself, now or once, or in an export from here."""
    said = {id(entry): digest(canonical(entry.resource)) for entry, _ in items}
    same = {id(entry) for entry, here in items if said[id(entry)] in holders[entry.type, here]}
    others = [(entry, here) for entry, here in items if id(entry) not in same]
    find = Names(names.organization).find
    forms = digests_on_export(names.organization, [(entry.type, here) for entry, here in others], lambda sent: find(sent, ""))
    return same | {id(entry) for entry, here in others if said[id(entry)] == forms.get((entry.type, here))}


def patient_of(entry: Entry, scope: str, names: Names) -> str:
    """The id here of the Patient resource that this one is about, "" for a Patient itself and for what is about nobody."""
    if entry.type == "Patient" or not isinstance(entry.resource, dict):
        return ""
    reference = about(entry.resource)
    target = reference["reference"] if reference else ""
    here = names.find(target, scope) if target else ""
    return here.removeprefix("Patient/") if here.startswith("Patient/") else ""


def _take(organization: str, taken: dict[tuple[str, str], str], abouts: dict[tuple[str, str], str]) -> None:
    rows_insert(
        Resource,
        organization,
        [
            ("type", "text", [kind for kind, _ in taken]),
            ("identity", "text", [key for _, key in taken]),
            ("logical_id", "text", list(taken.values())),
            ("patient_key", "text", [taken[mark] if mark[0] == "Patient" else abouts[mark] for mark in taken]),
        ],
    )


def _provenance_note(items: Sequence[tuple[Entry, str]], ids: Sequence[str], scope: str, names: Names) -> None:
    """A Provenance is about the patient of what it speaks of."""
    for (entry, _), here in zip(items, ids, strict=True):
        if entry.type != "Provenance" or not isinstance(entry.resource, dict):
            continue
        targets = entry.resource.get("target")
        first = targets[0] if isinstance(targets, list) and targets else None
        sent = first.get("reference") if isinstance(first, dict) else None
        kind, _, target = names.find(sent, scope).partition("/") if isinstance(sent, str) else ("", "", "")
        mine = Resource.objects.filter(organization_id=names.organization, type="Provenance", logical_id=here)
        found = Resource.objects.filter(organization_id=names.organization, type=kind, logical_id=target).first()
        if found is not None and found.patient_key:
            mine.exclude(patient_key=found.patient_key).update(patient_key=found.patient_key)


def _note(items: Sequence[tuple[Entry, str]], ids: Sequence[str], scope: str, names: Names) -> None:
    """Remember what references to these will say: other ids than the sender's, and the identifiers of directory resources."""
    found: dict[tuple[str, str], str] = {}
    for (entry, _), here in zip(items, ids, strict=True):
        if not isinstance(entry.resource, dict):
            continue
        if entry.full_url:
            names.urls[entry.full_url], names.types[entry.full_url] = f"{entry.type}/{here}", entry.type
        own = entry.resource.get("id")
        if isinstance(own, str) and own != here:
            names.renamed[scope, f"{entry.type}/{own}"] = f"{entry.type}/{here}"
        if entry.type in DIRECTORY:
            for token in tokens(entry.resource):
                found.setdefault((entry.type, bounded(token, TOKEN)), here)
                if not names.tokens.get((entry.type, token)):
                    names.tokens[entry.type, token] = f"{entry.type}/{here}"
    _tokens_write(names.organization, found.items())


def _tokens_write(organization: str, found: Iterable[tuple[tuple[str, str], str]]) -> None:
    rows = list(found)
    rows_insert(
        ResourceToken,
        organization,
        [
            ("type", "text", [kind for (kind, _), _ in rows]),
            ("token", "text", [token for (_, token), _ in rows]),
            ("logical_id", "text", [here for _, here in rows]),
        ],
        unless="(organization_id, type, token)",
    )
