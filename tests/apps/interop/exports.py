"""Two centers that know nothing of each other, and what they export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from uuid import uuid4

from chairside.apps.interop.outgoing import Person
from chairside.apps.interop.services.exporting import Exported, Wish, records_export
from chairside.apps.interop.services.report import Report
from chairside.apps.interop.services.running import files_import
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.selectors import system_actor
from chairside.core.access import Actor
from chairside.exchange.files import find

AS_OF = date(2026, 11, 23)


class Elsewhere:
    """A center with one site; what happens in it happens in its scope."""

    def __init__(self, name: str = "elsewhere") -> None:
        self.organization = Organization(name=name, slug=f"{name}-{uuid4().hex[:8]}")
        with organization_scope(self.organization.id):
            self.organization.save()
            self.site = Site.objects.create(
                organization=self.organization, name=name, time_zone="America/Chicago", opens_at=time(7), closes_at=time(19)
            )

    @property
    def actor(self) -> Actor:
        return system_actor(self.organization.id, "a test")

    @contextmanager
    def scope(self) -> Iterator[None]:
        with organization_scope(self.organization.id):
            yield

    def take(self, *paths: Path, sender: str = "") -> Report:
        """Import files as the command does."""
        with self.scope():
            done = files_import(sources=find(paths, sender), name="a test", site=self.site, actor=self.actor, as_of=AS_OF)
        assert done.value is not None, done.reasons
        return done.value

    def give(
        self, folder: Path, *, bundles: bool = False, originals: bool = False, packed: bool = False,
        people: Sequence[Person] | None = None,
    ) -> Exported:  # fmt: skip
        """Export into a folder."""
        with self.scope():
            wish = Wish(people, bundles, originals, packed, "a test")
            done = records_export(folder=folder, wish=wish, actor=self.actor)
        assert done.value is not None, done.reasons
        return done.value


def content(folder: Path) -> dict[str, bytes]:
    """The files of an export, without the list that says when it was."""
    files = [item for item in sorted(folder.iterdir()) if item.is_file() and item.name not in ("export.json", "originals.json")]
    return {item.name: item.read_bytes() for item in files}


def originals_of(folder: Path) -> list[bytes]:
    """The documents as they came, in an order of their own."""
    return sorted(item.read_bytes() for item in (folder / "originals").iterdir())


def fixpoint(source: Elsewhere, folder: Path) -> None:
    """Exported, imported elsewhere and exported again it is the same, in either shape; at home it changes nothing."""
    source.give(folder / "lines")
    source.give(folder / "bundles", bundles=True)
    for shape in ("lines", "bundles"):
        home = source.take(folder / shape)
        assert (home.imported, home.quarantined, home.unreadable) == (0, 0, 0), home.problems
        other = Elsewhere()
        taken = other.take(folder / shape)
        assert (taken.quarantined, taken.unreadable) == (0, 0), taken.problems
        other.give(folder / f"{shape}-lines")
        other.give(folder / f"{shape}-bundles", bundles=True)
        assert content(folder / f"{shape}-lines") == content(folder / "lines")
        assert content(folder / f"{shape}-bundles") == content(folder / "bundles")
