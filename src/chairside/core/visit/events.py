"""The events of a visit, in the order of a visit, and the envelope that carries each.

A command is the event that a person proposes: `decide` answers with the event to record. Nothing is edited or deleted; a
correction is a new event that names the old one. Quantities are exact and carry units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar

from chairside.core.access import Actor
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Mode, Reading


class Payload:
    """What happened. Each kind is a frozen dataclass below, listed in KINDS."""

    __slots__ = ()
    kind: ClassVar[str]


KINDS: dict[str, type[Payload]] = {}
_Kind = TypeVar("_Kind", bound=type[Payload])


def _kind(cls: _Kind) -> _Kind:
    KINDS[cls.kind] = cls
    return cls


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log.

    id           made by the client, so that a repeated post is the same event
    sequence     the accepted order; the fold follows it
    received_at  the server's time; `claimed_at` is when a reported fact says that it happened
    actor        who acted, with the roles and the session held then
    """

    id: str
    sequence: int
    received_at: datetime
    actor: Actor
    payload: Payload
    mode: Mode = Mode.LIVE
    claimed_at: datetime | None = None
    device: str = ""
    protocol_sha256: str = ""

    @property
    def at(self) -> datetime:
        """The clinical time: a device's or a person's clock counts only for a reported fact (H-021)."""
        return self.claimed_at if self.mode is Mode.REPORTED and self.claimed_at else self.received_at

    @property
    def kind(self) -> str:
        return self.payload.kind


# --- arrival and assessment ---------------------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True)
class CheckedIn(Payload):
    kind: ClassVar[str] = "checked_in"
    identifiers: Identifiers
    consent_current: bool | None = None


@_kind
@dataclass(frozen=True, slots=True)
class Seated(Payload):
    kind: ClassVar[str] = "seated"
    chair: str


@_kind
@dataclass(frozen=True, slots=True)
class VitalsRecorded(Payload):
    """One set. `site_ok` is the look at the access site that belongs to each set (H-018); None when there is no access yet."""

    kind: ClassVar[str] = "vitals_recorded"
    readings: tuple[Reading, ...]
    on_oxygen: bool | None = None
    consciousness: str = ""  # A C V P U
    site_ok: bool | None = None

    def value(self, code: str) -> Quantity | None:
        return next((reading.value for reading in self.readings if reading.code == code), None)


@_kind
@dataclass(frozen=True, slots=True)
class AllergiesReviewed(Payload):
    kind: ClassVar[str] = "allergies_reviewed"
    reviewed: tuple[str, ...] = ()
    medicines_reviewed: bool = False


@_kind
@dataclass(frozen=True, slots=True)
class QuestionsAnswered(Payload):
    kind: ClassVar[str] = "questions_answered"
    answers: tuple[Answer, ...]


@_kind
@dataclass(frozen=True, slots=True)
class Cleared(Payload):
    kind: ClassVar[str] = "cleared"
    note: str = ""


@_kind
@dataclass(frozen=True, slots=True)
class Held(Payload):
    kind: ClassVar[str] = "held"
    reason: str


@_kind
@dataclass(frozen=True, slots=True)
class Overridden(Payload):
    """One rule released by a named person with a reason; it ends with the visit. `rule` is the reason's field."""

    kind: ClassVar[str] = "overridden"
    rule: str
    why: str


@_kind
@dataclass(frozen=True, slots=True)
class Replanned(Payload):
    """The plan was made again from a newer dose decision or order, before the drug was started. Only the system writes it.

    before         the plan that held until now, as its exact text; the digests name it and the one that holds from now on
    prepare_again  drugs whose bag, if there was one, is not the drug's any more; the double check goes with it
    check_again    drugs whose bag stands, and whose double check does not
    """

    kind: ClassVar[str] = "replanned"
    why: str
    changes: tuple[str, ...]
    before: str
    before_sha256: str
    after_sha256: str
    prepare_again: tuple[str, ...] = ()
    check_again: tuple[str, ...] = ()


# --- access, premedication and preparation run in parallel --------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True)
class ReleasedToPrepare(Payload):
    kind: ClassVar[str] = "released_to_prepare"
    drug: str


@_kind
@dataclass(frozen=True, slots=True)
class AccessPlaced(Payload):
    """`attempts` are this person's own, the one that succeeded included; `placed` is False when all of them failed."""

    kind: ClassVar[str] = "access_placed"
    site: str
    side: str = ""
    device: str = ""
    gauge: str = ""
    attempts: int = 1
    blood_return: bool | None = None
    placed: bool = True


@_kind
@dataclass(frozen=True, slots=True)
class PremedicationGiven(Payload):
    kind: ClassVar[str] = "premedication_given"
    premedication: str
    dose: Quantity
    route: str


@_kind
@dataclass(frozen=True, slots=True)
class PreparationRecorded(Payload):
    kind: ClassVar[str] = "preparation_recorded"
    drug: str
    draws: tuple[LotDraw, ...]
    volume: Quantity
    diluent: str
    prepared_at: datetime
    use_by: datetime


@_kind
@dataclass(frozen=True, slots=True)
class CheckEntered(Payload):
    """One verifier's own entries. The other verifier is never shown them (H-014)."""

    kind: ClassVar[str] = "check_entered"
    drug: str
    identifiers: Identifiers
    product: str
    lots: tuple[str, ...]
    weight: Quantity
    dose: Quantity
    route: str
    volume: Quantity
    rate: Quantity
    use_by: datetime
    pump_rate: Quantity
    pump_volume: Quantity


@_kind
@dataclass(frozen=True, slots=True)
class CheckCompared(Payload):
    """The system's comparison of two entries: whether they agree, and where not; never the values."""

    kind: ClassVar[str] = "check_compared"
    drug: str
    first: str
    second: str
    agrees: bool
    differs: tuple[str, ...] = ()


# --- giving the drug ----------------------------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True)
class InfusionStarted(Payload):
    kind: ClassVar[str] = "infusion_started"
    drug: str
    identifiers: Identifiers
    rate: Quantity
    line_traced: bool | None = None
    emergency_ready: bool | None = None


@_kind
@dataclass(frozen=True, slots=True)
class StepChanged(Payload):
    kind: ClassVar[str] = "step_changed"
    drug: str
    rate: Quantity
    reason: str = ""


@_kind
@dataclass(frozen=True, slots=True)
class Paused(Payload):
    """`drug` is empty for one tap that pauses everything running. It records; it does not touch the pump."""

    kind: ClassVar[str] = "paused"
    drug: str = ""
    reason: str = ""
    pump_volume: Quantity | None = None


@_kind
@dataclass(frozen=True, slots=True)
class Resumed(Payload):
    kind: ClassVar[str] = "resumed"
    drug: str
    rate: Quantity
    reason_closed: str = ""
    pump_volume: Quantity | None = None
    hold_minutes: int | None = None  # set by the restart rule after a reaction: time at this rate before the ladder goes on


@_kind
@dataclass(frozen=True, slots=True)
class Stopped(Payload):
    kind: ClassVar[str] = "stopped"
    drug: str
    reason: str  # complete, reaction, order, infiltration, patient, other
    pump_volume: Quantity | None = None
    residual: Quantity | None = None
    variance_reason: str = ""


@_kind
@dataclass(frozen=True, slots=True)
class Flushed(Payload):
    kind: ClassVar[str] = "flushed"
    drug: str
    volume: Quantity


@_kind
@dataclass(frozen=True, slots=True)
class SymptomReported(Payload):
    kind: ClassVar[str] = "symptom_reported"
    symptom: str
    present: bool = True
    note: str = ""


@_kind
@dataclass(frozen=True, slots=True)
class ReactionRecorded(Payload):
    """A reaction as it stands. One tap records it without a grade; later entries with the same `reaction` follow its course.

    reaction   "" opens a new one (its key is then the event's id)
    """

    kind: ClassVar[str] = "reaction_recorded"
    reaction: str = ""
    drug: str = ""
    term: str = ""
    grade: int | None = None
    criteria: str = ""  # the grading system and its version, such as "CTCAE 5.0"
    symptoms: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    resolved: bool = False


# --- leaving and the record ---------------------------------------------------------------------------------------------------


@_kind
@dataclass(frozen=True, slots=True)
class ObservationStarted(Payload):
    kind: ClassVar[str] = "observation_started"


@_kind
@dataclass(frozen=True, slots=True)
class AccessRemoved(Payload):
    kind: ClassVar[str] = "access_removed"
    bleeding_stopped: bool
    secured: bool = False  # a port flushed and capped, or a line that stays on purpose


@_kind
@dataclass(frozen=True, slots=True)
class Discharged(Payload):
    kind: ClassVar[str] = "discharged"
    advice_given: bool
    teach_back: bool
    walking_steady: bool | None = None
    escort: str = ""
    against_advice: bool = False


@_kind
@dataclass(frozen=True, slots=True)
class NoteAdded(Payload):
    kind: ClassVar[str] = "note_added"
    text: str


@_kind
@dataclass(frozen=True, slots=True)
class Signed(Payload):
    kind: ClassVar[str] = "signed"
    statement: str = ""


@_kind
@dataclass(frozen=True, slots=True)
class Corrected(Payload):
    """Names the old event. `replacement` is a payload text of the same kind; "" means entered in error."""

    kind: ClassVar[str] = "corrected"
    event: str
    reason: str
    replacement: str = ""
    claimed_at: datetime | None = None


@_kind
@dataclass(frozen=True, slots=True)
class Claimed(Payload):
    """A person takes over an entry that an enrolled device made without one."""

    kind: ClassVar[str] = "claimed"
    event: str


@_kind
@dataclass(frozen=True, slots=True)
class IncidentOpened(Payload):
    kind: ClassVar[str] = "incident_opened"
    trigger: str
    about: str = ""  # the event's id
    detail: str = ""
    on: date | None = None
