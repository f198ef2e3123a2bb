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
    """The patient leaves. Against advice: what was advised, and whether they signed that they were told.

    site_advice   after a vesicant: what to watch the site for, 72 h
    returns_at    to have the ambulatory pump taken off
    """

    kind: ClassVar[str] = "discharged"
    advice_given: bool
    teach_back: bool
    walking_steady: bool | None = None
    escort: str = ""
    against_advice: bool = False
    advised: str = ""
    form_signed: bool | None = None
    site_advice: bool = False
    returns_at: datetime | None = None


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


@recorded
@dataclass(frozen=True, slots=True)
class Deferred(Payload):
    """Seen, not treated today: the whole visit, or one drug of it."""

    kind: ClassVar[str] = "deferred"
    reason: str
    drug: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Transferred(Payload):
    """Handed over to the emergency services or a hospital."""

    kind: ClassVar[str] = "transferred"
    to: str
    reason: str
    handover: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class CallMade(Payload):
    """The call after the visit. `reached` False: nobody answered, and the call stays due.

    concerns   what the patient told of: delayed_reaction, site, fever, other
    """

    kind: ClassVar[str] = "call_made"
    reached: bool
    concerns: tuple[str, ...] = ()
    note: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class IncidentReported(Payload):
    """The report of an incident that was opened: what came of it. A later report of the same incident adds to it.

    incident   the id of the event that opened it
    harm       NCC MERP category A to I; phase: order, preparation, administration, monitoring
    """

    kind: ClassVar[str] = "incident_reported"
    incident: str
    harm: str
    phase: str
    what: str
    factors: tuple[str, ...] = ()
    action: str = ""
    disclosed: bool | None = None
    lot: str = ""
    device: str = ""
    device_log: bool | None = None
    external: tuple[str, ...] = ()
    done: bool = False
