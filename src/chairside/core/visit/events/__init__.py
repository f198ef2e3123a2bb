"""The events of a visit, one file a stage as the guards are, and the envelope that carries each.

A command is the event that a person proposes: `decide` answers with the event to record. Nothing is edited or deleted; a
correction is a new event that names the old one. Quantities are exact and carry units.
"""

from __future__ import annotations

from chairside.core.visit.events.arrival import (
    AllergiesReviewed,
    CheckedIn,
    Cleared,
    Held,
    Overridden,
    QuestionsAnswered,
    Replanned,
    Seated,
    VitalsRecorded,
)
from chairside.core.visit.events.envelope import KINDS, Event, Payload
from chairside.core.visit.events.giving import (
    Flushed,
    InfusionStarted,
    Paused,
    ReactionRecorded,
    Resumed,
    StepChanged,
    Stopped,
    SymptomReported,
)
from chairside.core.visit.events.leaving import (
    AccessRemoved,
    Claimed,
    Corrected,
    Discharged,
    IncidentOpened,
    NoteAdded,
    ObservationStarted,
    Signed,
)
from chairside.core.visit.events.readiness import (
    AccessPlaced,
    CheckCompared,
    CheckEntered,
    PremedicationGiven,
    PreparationRecorded,
    ReleasedToPrepare,
)

__all__ = [
    "KINDS",
    "AccessPlaced",
    "AccessRemoved",
    "AllergiesReviewed",
    "CheckCompared",
    "CheckEntered",
    "CheckedIn",
    "Claimed",
    "Cleared",
    "Corrected",
    "Discharged",
    "Event",
    "Flushed",
    "Held",
    "IncidentOpened",
    "InfusionStarted",
    "NoteAdded",
    "ObservationStarted",
    "Overridden",
    "Paused",
    "Payload",
    "PremedicationGiven",
    "PreparationRecorded",
    "QuestionsAnswered",
    "ReactionRecorded",
    "ReleasedToPrepare",
    "Replanned",
    "Resumed",
    "Seated",
    "Signed",
    "StepChanged",
    "Stopped",
    "SymptomReported",
    "VitalsRecorded",
]
