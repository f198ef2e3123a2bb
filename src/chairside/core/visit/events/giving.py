"""Giving the drug: rates, pauses, the end, symptoms and reactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events.envelope import Payload, recorded
from chairside.core.visit.values import Answer, Identifiers


@recorded
@dataclass(frozen=True, slots=True)
class InfusionStarted(Payload):
    """An infusion or a unit of blood begins. `one_to_one` and `kit_checked` are asked of a desensitization."""

    kind: ClassVar[str] = "infusion_started"
    drug: str
    identifiers: Identifiers
    rate: Quantity
    line_traced: bool | None = None
    emergency_ready: bool | None = None
    one_to_one: bool | None = None
    kit_checked: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class StepChanged(Payload):
    kind: ClassVar[str] = "step_changed"
    drug: str
    rate: Quantity
    reason: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Paused(Payload):
    """`drug` is empty for one tap that pauses everything running. It records; it does not touch the pump."""

    kind: ClassVar[str] = "paused"
    drug: str = ""
    reason: str = ""
    pump_volume: Quantity | None = None


@recorded
@dataclass(frozen=True, slots=True)
class Resumed(Payload):
    kind: ClassVar[str] = "resumed"
    drug: str
    rate: Quantity
    reason_closed: str = ""
    pump_volume: Quantity | None = None
    hold_minutes: int | None = None  # set by the restart rule after a reaction: time at this rate before the ladder goes on


@recorded
@dataclass(frozen=True, slots=True)
class Stopped(Payload):
    kind: ClassVar[str] = "stopped"
    drug: str
    reason: str  # complete, reaction, order, infiltration, patient, other
    pump_volume: Quantity | None = None
    residual: Quantity | None = None
    variance_reason: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class Flushed(Payload):
    kind: ClassVar[str] = "flushed"
    drug: str
    volume: Quantity


@recorded
@dataclass(frozen=True, slots=True)
class SymptomReported(Payload):
    kind: ClassVar[str] = "symptom_reported"
    symptom: str
    present: bool = True
    note: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class ReactionRecorded(Payload):
    """A reaction as it stands. One tap records it without a grade; later entries with the same `reaction` follow its course.

    reaction   "" opens a new one (its key is then the event's id)
    facts      what the grade is derived from, each yes, no or unknown (`reactions.ctcae`)
    other      why the clinician chose another term or grade than the derived one
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
    facts: tuple[Answer, ...] = ()
    derived: int | None = None  # the grade that the facts support, as shown to who chose
    other: str = ""
