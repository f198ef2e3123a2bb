"""Leaving and the record: observation, discharge, notes, the signature, corrections, incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chairside.core.visit.events.envelope import Payload, recorded


@recorded
@dataclass(frozen=True, slots=True)
class ObservationStarted(Payload):
    kind: ClassVar[str] = "observation_started"


@recorded
@dataclass(frozen=True, slots=True)
class AccessRemoved(Payload):
    kind: ClassVar[str] = "access_removed"
    bleeding_stopped: bool
    secured: bool = False  # a port flushed and capped, or a line that stays on purpose


@recorded
@dataclass(frozen=True, slots=True)
class Discharged(Payload):
    kind: ClassVar[str] = "discharged"
    advice_given: bool
    teach_back: bool
    walking_steady: bool | None = None
    escort: str = ""
    against_advice: bool = False


@recorded
@dataclass(frozen=True, slots=True)
class NoteAdded(Payload):
    kind: ClassVar[str] = "note_added"
    text: str


@recorded
@dataclass(frozen=True, slots=True)
class Signed(Payload):
    kind: ClassVar[str] = "signed"
    statement: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Corrected(Payload):
    """Names the old event. `replacement` is a payload text of the same kind; "" means entered in error."""

    kind: ClassVar[str] = "corrected"
    event: str
    reason: str
    replacement: str = ""
    claimed_at: datetime | None = None


@recorded
@dataclass(frozen=True, slots=True)
class Claimed(Payload):
    """A person takes over an entry that an enrolled device made without one."""

    kind: ClassVar[str] = "claimed"
    event: str


@recorded
@dataclass(frozen=True, slots=True)
class IncidentOpened(Payload):
    kind: ClassVar[str] = "incident_opened"
    trigger: str
    about: str = ""  # the event's id
    detail: str = ""
    on: date | None = None
