"""A bundle -> what it holds: resources with their issues, and the packet that a referral is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.issue import Issue
from chairside.core.intake.referral import Irregular, Packet
from chairside.exchange.fhir import validate as validation
from chairside.exchange.fhir.bundle import Entry, Links, entries
from chairside.exchange.fhir.reading.elements import Context
from chairside.exchange.fhir.reading.whole import packet_of
from chairside.exchange.fhir.references import identities
from chairside.exchange.fhir.text import Json, digest


@dataclass(frozen=True, slots=True)
class Received:
    """One resource of what came in: its place, the key that it is known by, its id here, and what is wrong with it."""

    entry: Entry
    identity: str
    issues: tuple[Issue, ...] = ()
    logical_id: str = ""

    @property
    def usable(self) -> bool:
        """False when it goes to quarantine: something is wrong that is not mendable."""
        return all(issue.mendable for issue in self.issues)

    @property
    def source(self) -> str:
        """How facts name where they came from, such as `fhir:Observation/85a1`; a long key ends as its digest."""
        name = f"fhir:{self.entry.type}/{self.logical_id or self.identity}"
        return name if len(name) <= 180 else f"{name[:140]}~{digest(name)[:32]}"


def received(items: Sequence[Entry], scope: str, linked: Mapping[str, str] | None = None) -> list[Received]:
    """Every entry judged.

    scope     makes ids unique where nothing global names a resource: a bundle's id, a file's name
    linked    resource type by full URL, where these are not all the entries that point at each other
    """
    if linked is None:
        linked = {item.full_url: item.type for item in items if item.full_url and item.type}
    keys = identities(items, scope)
    return [Received(item, key, judged(item, linked)) for item, key in zip(items, keys, strict=True)]


def judged(item: Entry, linked: Mapping[str, str]) -> tuple[Issue, ...]:
    """What is wrong with one entry; nothing when it is a valid resource, and what it claims to be by its US Core profiles."""
    if item.problem:
        return (Issue("structure", "", f"{item.problem[:1].upper()}{item.problem[1:]}."),)
    return tuple(validation.validate(item.resource, linked, profiles="us-core"))


def read_bundle(bundle: Json, scope: str) -> list[Received]:
    """Every resource of a bundle judged. The bundle's own id is the scope where it has one."""
    own = bundle.get("id")
    return received(entries(bundle), own if isinstance(own, str) else scope)


def packet(items: Sequence[Received], *, codes: CodeTables, zone: ZoneInfo, on: date) -> Packet:
    """What the usable resources say, as plain values.

    zone    the site's zone, which decides calendar days
    on      the day of receipt, for what came without a date
    """
    usable = [item for item in items if item.usable]
    sources = {id(item.entry.resource): item.source for item in usable}
    context = Context(codes, Links.of(item.entry for item in usable), zone, on, sources)
    return packet_of((item.entry.resource for item in usable), context, tuple(_irregular(usable)))


def _irregular(items: Iterable[Received]) -> Iterable[Irregular]:
    for item in items:
        for issue in item.issues:
            yield Irregular(item.source, issue.path, issue.sentence)
