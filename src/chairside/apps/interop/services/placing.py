"""Giving each received resource the id by which it is known here, and turning references to those ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chairside.apps.interop.models import Resource, ResourceToken
from chairside.apps.interop.services.returning import digests_on_export
from chairside.apps.interop.texts import bounded
from chairside.apps.organizations.rows import rows_find, rows_insert
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import DIRECTORY, about, made_id, name_of, references, tokens, wanted_id
from chairside.exchange.fhir.strangers import plainly_two
from chairside.exchange.fhir.text import Json, canonical, digest, parse
from chairside.exchange.fhir.window import DocumentProblem

KEY, TOKEN = 400, 400  # characters of the columns
_REMEMBERED = 100_000  # names that are kept in memory; the others are asked for again
_BASE = re.compile(r"(https?://.+/)[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
_NAME = re.compile(r"[A-Z][A-Za-z]{1,39}/[A-Za-z0-9\-.]{1,64}")


class AnotherPerson(DocumentProblem):
    """A Patient has the id of another person who came from there before: the files cannot have one sender."""


@dataclass(slots=True)
class Names:
    """Where references lead: what this document calls its resources, and which of a scope's ids are others here.

    urls      full URL -> `Type/id`, of the document at hand; `types` has the types alone
    renamed   (scope, `Type/id` as sent) -> `Type/id` here, where they differ, of the document at hand; `brought`: where not
    local     (where it is at home, `Type/id` as sent) -> `Type/id` here, as far as it was asked for
    wider     the folder that a document is from, whose lines may bring what it does not bring itself
    ours      entries (as `id()`) that are resources of ours, come home in an export
    people    the Patients by key, so far; `arrived` is False while files are only looked through: they may be damaged
    refused   scopes in which two people have one id, and the sentence
    tokens    (type, `system|value`) -> `Type/id`; asked once each
    """

    organization: str
    urls: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    brought: set[str] = field(default_factory=set)
    local: dict[tuple[str, str], str] = field(default_factory=dict)
    wider: dict[str, str] = field(default_factory=dict)
    ours: set[int] = field(default_factory=set)
    people: dict[str, Json] = field(default_factory=dict)
    arrived: bool = True
    refused: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    absolute: dict[str, str] = field(default_factory=dict)

    def new_document(self) -> None:
        """Full URLs are at home in one document, and so are the ids beside them."""
        self.urls, self.types, self.renamed, self.brought = {}, {}, {}, set()

    def find(self, sent: str, scope: str, full_url: str = "") -> str:
        """`Type/id` here for a reference as sent, "" when nothing here is meant.

        A relative one is looked for among what was asked for (`ask`); it is taken to be alike when it was not.

        full_url    of the resource that points, "" when it has none
        """
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
        return self._relative(name, scope, full_url) or (name if _NAME.fullmatch(name) else "")

    def _relative(self, name: str, scope: str, full_url: str) -> str:
        if (scope, name) in self.renamed:
            return self.renamed[scope, name]
        if name in self.brought:
            return name
        return next((here for home in self.homes(scope, full_url) if (here := self.local.get((home, name)))), "")

    def homes(self, scope: str, full_url: str) -> tuple[str, ...]:
        """What stands before `Type/id` in the keys of those that a resource means by relative references, the surest first.

        With a URL of its own it means those of the same server; else those of its scope.
        """
        base = _BASE.fullmatch(full_url)
        if base is not None:
            return (base[1],)
        return tuple(f"{place}#" for place in (scope, self.wider.get(scope, "")) if place)

    def ask(self, sent: Iterable[str], scope: str, full_url: str = "") -> list[str]:
        """Look up what relative references mean. The names (`Type/id`) that nobody has brought there."""
        plain = {text.partition("/_history/")[0] for text in sent if text not in self.urls}
        wanted = [name for name in sorted(plain) if _NAME.fullmatch(name) and not self._relative(name, scope, full_url)]
        if wanted and len(self.local) > _REMEMBERED:
            self.local.clear()
        kinds = [name.partition("/")[0] for name in wanted]
        for home in self.homes(scope, full_url) if wanted else ():
            keys = [bounded(f"{home}{name}", KEY) for name in wanted]
            known = _known(self.organization, kinds, keys)
            for kind, name, key in zip(kinds, wanted, keys, strict=True):
                if (kind, key) in known:
                    self.local[home, name] = f"{kind}/{known[kind, key]}"
        return [name for name in wanted if not self._relative(name, scope, full_url)]

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
    Raises AnotherPerson when a Patient that is known by an id of its scope is now plainly somebody else.
    """
    kinds = [entry.type for entry, _ in items]
    keys = [bounded(key, KEY) for _, key in items]
    known = _known(names.organization, kinds, keys)
    _people_note(items, keys, scope, known, names)
    wanted = [wanted_id(entry, key) for (entry, _), key in zip(items, keys, strict=True)]
    new = [at for at in range(len(items)) if (kinds[at], keys[at]) not in known]
    holders = _holders(names.organization, [(kinds[at], wanted[at]) for at in new])
    home = _coming_home([(items[at][0], wanted[at]) for at in new if (kinds[at], wanted[at]) in holders], holders, names)
    names.ours = home
    taken: dict[tuple[str, str], str] = {}
    for at in new:
        entry, key, kind = items[at][0], keys[at], kinds[at]
        if (kind, key) in known or (kind, key) in taken:
            continue
        chosen = wanted[at]
        if id(entry) in home:
            known[kind, key] = chosen  # no new row: it is that one
            for place in names.homes(scope, entry.full_url)[:1]:
                names.local[place, f"{kind}/{chosen}"] = f"{kind}/{chosen}"
            continue
        if (kind, chosen) in holders:
            chosen = made_id(kind, key)
        holders[kind, chosen] = set()
        taken[kind, key] = chosen
    known |= taken
    ids = [known[kind, key] for kind, key in zip(kinds, keys, strict=True)]
    _note(items, keys, ids, scope, names)
    _abouts_ask(items, scope, names)
    marks = zip(items, kinds, keys, strict=True)
    abouts = {(kind, key): patient_of(entry, scope, names) for (entry, _), kind, key in marks if (kind, key) in taken}
    _take(names.organization, taken, abouts)
    _provenance_note(items, ids, scope, names)
    return ids


def references_place(entries: Iterable[Entry], *, scope: str, names: Names) -> None:
    """What relative references mean and nobody has brought yet gets its id here ahead of its coming.

    Otherwise `Patient/1` of one sender would be whoever is `Patient/1` here.
    """
    ours = names.ours
    for home, (full_url, sent) in _by_home((entry for entry in entries if id(entry) not in ours), scope, names).items():
        missing = names.ask(sent, scope, full_url)
        for at in range(0, len(missing), 500):
            ahead = [_ahead(name, home) for name in missing[at : at + 500]]
            ids = resources_place(ahead, scope=scope, names=names)
            for name, (entry, _), here in zip(missing[at : at + 500], ahead, ids, strict=True):
                names.local[home, name] = f"{entry.type}/{here}"
    names.ours = ours


def _by_home(entries: Iterable[Entry], scope: str, names: Names) -> dict[str, tuple[str, set[str]]]:
    """What the entries point at, by where that is at home; and a full URL from there."""
    found: dict[str, tuple[str, set[str]]] = {}
    for entry in entries:
        sent = {str(item["reference"]) for item in references(entry.resource)}
        for home in names.homes(scope, entry.full_url)[:1] if sent else ():
            found.setdefault(home, (entry.full_url, set()))[1].update(sent)
    return found


def _ahead(name: str, home: str) -> tuple[Entry, str]:
    kind, _, own = name.partition("/")
    return Entry(0, "", {"resourceType": kind, "id": own}), f"{home}{name}"


def _abouts_ask(items: Sequence[tuple[Entry, str]], scope: str, names: Names) -> None:
    found: dict[str, tuple[str, set[str]]] = {}
    for entry, _ in items:
        reference = about(entry.resource) if isinstance(entry.resource, dict) else None
        if reference:
            for home in names.homes(scope, entry.full_url)[:1]:
                found.setdefault(home, (entry.full_url, set()))[1].add(str(reference["reference"]))
    for full_url, sent in found.values():
        names.ask(sent, scope, full_url)


def _people_note(
    items: Sequence[tuple[Entry, str]], keys: Sequence[str], scope: str, known: dict[tuple[str, str], str], names: Names
) -> None:
    """Nobody takes the place of another who has the same id: an id that is at home with a sender is one person's for good."""
    at_home = f"{scope}#Patient/"
    local = [(key, entry) for (entry, _), key in zip(items, keys, strict=True) if key.startswith(at_home)]
    if len(names.people) > _REMEMBERED:
        names.people.clear()
    asked = [key for key, _ in local if ("Patient", key) in known and key not in names.people]
    for key, text in _newest_texts(names.organization, asked) if asked else []:
        names.people[key] = _told(parse(text))
    for key, entry in local:
        told = _told(entry.resource)
        before = names.people.setdefault(key, told) if names.arrived else names.people.get(key, told)
        if plainly_two(before, told):
            raise AnotherPerson(
                f"Patient/{key.removeprefix(at_home)} in it is another person than the one who came with that id from "
                f"“{scope}” before, so nothing of it is used; name its sender and import it again, then both are kept apart"
            )


def _newest_texts(organization: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    return rows_find(
        'SELECT DISTINCT ON (r.id) r.identity, v.text FROM "interop_resource" r '
        "JOIN interop_receivedresource v ON v.resource_id = r.id "
        "WHERE r.organization_id = %s AND r.type = 'Patient' AND r.identity = ANY(%b) ORDER BY r.id, v.version DESC",
        organization,
        list(keys),
    )


def _told(patient: Json) -> Json:
    """What of a Patient tells two people apart."""
    return {name: patient[name] for name in ("identifier", "name", "birthDate") if name in patient}


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
    here = names.find(target, scope, entry.full_url) if target else ""
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


def _note(items: Sequence[tuple[Entry, str]], keys: Sequence[str], ids: Sequence[str], scope: str, names: Names) -> None:
    """Remember what references to these will say: their ids here, and the identifiers of directory resources.

    What has its row under its id at home is found there, except for Patients, which are asked for most.
    """
    found: dict[tuple[str, str], str] = {}
    for (entry, _), key, here in zip(items, keys, ids, strict=True):
        if not isinstance(entry.resource, dict):
            continue
        if entry.full_url:
            names.urls[entry.full_url], names.types[entry.full_url] = f"{entry.type}/{here}", entry.type
        own = entry.resource.get("id")
        if isinstance(own, str):
            _note_own(f"{entry.type}/{own}", f"{entry.type}/{here}", key, scope, names)
        if entry.type in DIRECTORY:
            for token in tokens(entry.resource):
                found.setdefault((entry.type, bounded(token, TOKEN)), here)
                if not names.tokens.get((entry.type, token)):
                    names.tokens[entry.type, token] = f"{entry.type}/{here}"
    _tokens_write(names.organization, found.items())


def _note_own(sent: str, here: str, key: str, scope: str, names: Names) -> None:
    if key == bounded(f"{scope}#{sent}", KEY):
        if sent.startswith("Patient/"):
            names.local[f"{scope}#", sent] = here
    elif sent != here:
        names.renamed[scope, sent] = here
    else:
        names.brought.add(here)


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
