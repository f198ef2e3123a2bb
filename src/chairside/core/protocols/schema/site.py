"""What a site's layer changed in a protocol. Set by formulary/site_layer.py, never read from a protocol file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chairside.core.protocols.schema.terms import Layer


@dataclass(frozen=True, slots=True)
class SiteChange:
    """One value that the site states otherwise, as text. `layer` is what it was: a label item keeps saying so."""

    at: str
    was: str
    now: str
    layer: Layer
    by: str
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SiteApproval:
    """A practice that the site has approved: the key of the ladder, by whom, on which day."""

    ladder: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Site:
    """The layer as it was applied: whose, which version, the hash of its file."""

    name: str
    version: str
    sha256: str
    reviewed_by: str = ""
    changes: tuple[SiteChange, ...] = ()
    approved: tuple[SiteApproval, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence for each label item that the site changed. Every answer that rests on the protocol carries them."""
        return tuple(
            f"{self.name} departs from the label at {change.at}: {change.now} instead of {change.was} "
            f"({change.reason}; {change.by}, {change.on.isoformat()})."
            for change in self.changes
            if change.layer is Layer.LABEL
        )
