"""Arrival and assessment: check-in, seating, vitals, allergies, questions, the go decision, holds, a plan made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events.envelope import Payload, recorded
from chairside.core.visit.values import Answer, Identifiers, Reading


@recorded
@dataclass(frozen=True, slots=True)
class CheckedIn(Payload):
    kind: ClassVar[str] = "checked_in"
    identifiers: Identifiers
    consent_current: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class Seated(Payload):
    kind: ClassVar[str] = "seated"
    chair: str


@recorded
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


@recorded
@dataclass(frozen=True, slots=True)
class AllergiesReviewed(Payload):
    kind: ClassVar[str] = "allergies_reviewed"
    reviewed: tuple[str, ...] = ()
    medicines_reviewed: bool = False


@recorded
@dataclass(frozen=True, slots=True)
class QuestionsAnswered(Payload):
    kind: ClassVar[str] = "questions_answered"
    answers: tuple[Answer, ...]


@recorded
@dataclass(frozen=True, slots=True)
class Cleared(Payload):
    kind: ClassVar[str] = "cleared"
    note: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Held(Payload):
    kind: ClassVar[str] = "held"
    reason: str


@recorded
@dataclass(frozen=True, slots=True)
class Overridden(Payload):
    """One rule released by a named person with a reason; it ends with the visit. `rule` is the reason's field."""

    kind: ClassVar[str] = "overridden"
    rule: str
    why: str


@recorded
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
