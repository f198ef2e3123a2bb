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
from chairside.core.visit.events.care import Acknowledged, ProviderNotified, SiteAssessed, TreatmentGiven
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
from chairside.core.visit.events.home import KitChecked, RemotelySigned, SetOut
from chairside.core.visit.events.leaving import (
    AccessRemoved,
    CallMade,
    Claimed,
    Corrected,
    Deferred,
    Discharged,
    IncidentOpened,
    IncidentReported,
    NoteAdded,
    ObservationStarted,
    Signed,
    Transferred,
)
from chairside.core.visit.events.readiness import (
    AccessPlaced,
    CheckCompared,
    CheckEntered,
    PremedicationGiven,
    PreparationRecorded,
    ReleasedToPrepare,
)
from chairside.core.visit.events.ways import (
    BagChanged,
    DoseGiven,
    DrawEnded,
    DrawStarted,
    PumpConnected,
    PumpDisconnected,
    PushEnded,
    PushStarted,
    UnitReceived,
)

__all__ = [
    "KINDS",
    "AccessPlaced",
    "AccessRemoved",
    "Acknowledged",
    "AllergiesReviewed",
    "BagChanged",
    "CallMade",
    "CheckCompared",
    "CheckEntered",
    "CheckedIn",
    "Claimed",
    "Cleared",
    "Corrected",
    "Deferred",
    "Discharged",
    "DoseGiven",
    "DrawEnded",
    "DrawStarted",
    "Event",
    "Flushed",
    "Held",
    "IncidentOpened",
    "IncidentReported",
    "InfusionStarted",
    "KitChecked",
    "NoteAdded",
    "ObservationStarted",
    "Overridden",
    "Paused",
    "Payload",
    "PremedicationGiven",
    "PreparationRecorded",
    "ProviderNotified",
    "PumpConnected",
    "PumpDisconnected",
    "PushEnded",
    "PushStarted",
    "QuestionsAnswered",
    "ReactionRecorded",
    "ReleasedToPrepare",
    "RemotelySigned",
    "Replanned",
    "Resumed",
    "Seated",
    "SetOut",
    "Signed",
    "SiteAssessed",
    "StepChanged",
    "Stopped",
    "SymptomReported",
    "Transferred",
    "TreatmentGiven",
    "UnitReceived",
    "VitalsRecorded",
]
