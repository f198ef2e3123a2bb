"""A bundle -> what it holds: resources with their issues, and the packet that a referral is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.issue import Issue
from chairside.core.intake.referral import Irregular, Packet
from chairside.exchange.fhir import validate as validation
from chairside.exchange.fhir.bundle import Entry, Links, entries, identity
from chairside.exchange.fhir.reading.elements import Context
from chairside.exchange.fhir.reading.whole import packet_of
from chairside.exchange.fhir.text import Json, digest


@dataclass(frozen=True, slots=True)
class Received:
    """One resource of what came in: its place, the key that it is known by, and what is wrong with it."""

    entry: Entry
    identity: str
    issues: tuple[Issue, ...] = ()

    @property
    def usable(self) -> bool:
        """False when it goes to quarantine: something is wrong that is not mendable."""
        return all(issue.mendable for issue in self.issues)

    @property
    def source(self) -> str:
        """How facts name where they came from: at most 180 characters, the end of a longer one as its digest."""
        name = f"fhir:{self.entry.type}/{self.identity}"
        return name if len(name) <= 180 else f"{name[:140]}~{digest(name)[:32]}"


def received(items: Sequence[Entry], scope: str) -> list[Received]:
    """Every entry judged. `scope` (a bundle's id, a file's name) makes ids unique where nothing global names a resource."""
    linked = {item.full_url: item.type for item in items if item.full_url and item.type}
    return [Received(item, identity(item, scope), tuple(validation.validate(item.resource, linked))) for item in items]


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
