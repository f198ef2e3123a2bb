"""The state of a visit: the facts that the log adds up to. What depends on the time of day is in `outlook`.

States are values: `fold` makes new ones and never changes an old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from chairside.core.access import Role
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events import (
    AccessPlaced,
    BagChanged,
    CallMade,
    CheckCompared,
    CheckEntered,
    Discharged,
    Event,
    IncidentReported,
    KitChecked,
    PreparationRecorded,
    ProviderNotified,
    ReactionRecorded,
    SiteAssessed,
    Stopped,
    Transferred,
    TreatmentGiven,
    UnitReceived,
    VitalsRecorded,
)
from chairside.core.visit.events.envelope import Payload
from chairside.core.visit.policy import ADMINISTRATION, CheckStage, Moment
from chairside.core.visit.values import Said


@dataclass(frozen=True, slots=True)
class VitalsSet:
    """A set with its clinical time. `arrived` is when the server had it: later than `at` for a set charted late."""

    at: datetime
    sequence: int
    event: str
    recorded: VitalsRecorded


@dataclass(frozen=True, slots=True)
class RateChange:
    """From `at` on the drug runs at `rate` (None: not running). `cause` is the kind of event that made it so.

    by_hand   it runs at no stated rate: a push, blood that is let
    """

    at: datetime
    sequence: int
    rate: Quantity | None
    cause: str
    event: str
    hold_minutes: int | None = None  # of a restart after a reaction; None: the ladder's own
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class PumpReading:
    at: datetime
    sequence: int
    volume: Quantity
    event: str


@dataclass(frozen=True, slots=True)
class Check:
    """One verifier's entry, with who and which log-in."""

    event: str
    actor_id: str
    session: str
    at: datetime
    entered: CheckEntered
    roles: frozenset[Role] = frozenset()


_P = TypeVar("_P", bound=Payload)
BEGINNINGS = frozenset({"infusion_started", "push_started", "draw_started", "pump_connected", "dose_given"})
STARTS = BEGINNINGS | {"resumed"}


@dataclass(frozen=True, slots=True)
class Dated(Generic[_P]):
    """An entry with its clinical time and its event."""

    at: datetime
    event: str
    entry: _P


@dataclass(frozen=True, slots=True)
class Infusion:
    """The region of one drug, however it is given. The timeline is in clinical time: a fact reported late takes its true place.

    volume   of the whole dose, from the plan
    unit     the unit of blood, where that is what is given
    deferred why it is not given today, "" when it is
    """

    drug: str
    volume: Quantity | None = None
    released_at: datetime | None = None
    preparations: tuple[PreparationRecorded, ...] = ()
    check_stages: tuple[CheckStage, ...] = (ADMINISTRATION,)  # that policy asks of this drug
    checks: tuple[Check, ...] = ()  # of the round that is open
    compared: CheckCompared | None = None
    agreed: tuple[CheckCompared, ...] = ()  # a stage each
    timeline: tuple[RateChange, ...] = ()
    pump: tuple[PumpReading, ...] = ()
    stopped: Stopped | None = None
    stopped_at: datetime | None = None
    flushed_at: datetime | None = None
    bags: tuple[Dated[BagChanged], ...] = ()
    unit: UnitReceived | None = None
    deferred: str = ""

    @property
    def whole(self) -> Quantity | None:
        """All that there is to give; the preparation says it where the plan does not."""
        if self.volume is not None and self.prepared is not None and not self.volume.unit.comparable(self.prepared.volume.unit):
            return self.prepared.volume
        return self.volume

    @property
    def connected(self) -> bool:
        """An ambulatory pump was connected and has not been taken off, whether it runs or not."""
        return self.stopped is None and any(change.cause == "pump_connected" for change in self.timeline)

    @property
    def started_at(self) -> datetime | None:
        return next((change.at for change in self.timeline if change.cause in STARTS), None)

    @property
    def running(self) -> bool:
        return bool(self.timeline) and (self.timeline[-1].rate is not None or self.timeline[-1].by_hand)

    @property
    def ambulatory(self) -> bool:
        """An ambulatory pump runs: it goes home with the patient."""
        return self.running and self.connected

    @property
    def over(self) -> bool:
        """Nothing more is given of it in this visit."""
        return self.stopped is not None or bool(self.deferred)

    @property
    def paused(self) -> bool:
        """It waits to go on. A pause that was pressed after its end, for another drug say, brings nothing back."""
        return self.stopped is None and bool(self.timeline) and self.timeline[-1].cause == "paused"

    @property
    def rate(self) -> Quantity | None:
        """The rate now, None when it is not running."""
        return self.timeline[-1].rate if self.timeline else None

    @property
    def checked(self) -> bool:
        """Every stage of the double check has agreed."""
        return {stage.key for stage in self.check_stages} <= {item.stage for item in self.agreed}

    def unchecked(self, *, keep_before: bool = False) -> dict[str, Any]:
        """What is set back when the double check falls; `keep_before`: a new bag leaves the stages before the preparation."""
        before = {stage.key for stage in self.check_stages if stage.moment is Moment.BEFORE_PREPARATION}
        kept = tuple(item for item in self.agreed if item.stage in before) if keep_before else ()
        return {"checks": (), "compared": None, "agreed": kept}

    @property
    def prepared(self) -> PreparationRecorded | None:
        return self.preparations[-1] if self.preparations else None

    @property
    def stage(self) -> str:
        """waiting, preparing, prepared, verified, infusing, infusing_ambulatory, paused, infused, stopped_early, deferred."""
        if self.deferred and not self.timeline:
            return "deferred"
        if self.stopped:
            return "infused" if self.stopped.reason == "complete" else "stopped_early"
        if self.ambulatory:
            return "infusing_ambulatory"
        if self.timeline:
            return "infusing" if self.running else "paused"
        if self.checked and self.check_stages:
            return "verified"
        if self.prepared:
            return "prepared"
        return "preparing" if self.released_at else "waiting"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction and its course. The grade is a time series; `worst` is what rules ask."""

    key: str
    drug: str
    since: datetime
    rate_at_onset: Quantity | None
    course: tuple[tuple[datetime, ReactionRecorded], ...]
    floor: int | None = None  # the worst grade before a correction

    @property
    def latest(self) -> ReactionRecorded:
        return self.course[-1][1]

    @property
    def worst(self) -> int | None:
        """The highest grade on record, None while nobody has graded it."""
        grades = (*(entry.grade for _, entry in self.course), self.floor)
        return max((grade for grade in grades if grade is not None), default=None)

    @property
    def open(self) -> bool:
        return not self.latest.resolved


@dataclass(frozen=True)
class VisitState:
    """What has happened so far, by region. `log` is the accepted events in order, for corrections and for showing."""

    infusions: dict[str, Infusion]
    sequence: int = 0
    log: tuple[Event, ...] = ()
    identified_at: datetime | None = None
    chair: str = ""
    vitals: tuple[VitalsSet, ...] = ()
    allergies_at: datetime | None = None
    medicines_reviewed: bool = False
    answers: dict[str, Said] = field(default_factory=dict)
    cleared_at: datetime | None = None
    held: str = ""
    overrides: dict[str, str] = field(default_factory=dict)  # rule -> the event that released it
    access: tuple[AccessPlaced, ...] = ()
    attempts: dict[str, int] = field(default_factory=dict)
    access_removed_at: datetime | None = None
    bleeding_stopped: bool = False
    premedications: dict[str, datetime] = field(default_factory=dict)
    symptoms: dict[str, datetime] = field(default_factory=dict)  # those present, and since when
    reactions: dict[str, Reaction] = field(default_factory=dict)
    graded: frozenset[tuple[str, int, str]] = frozenset()  # every grade ever recorded (drug, grade, term): nothing removes one
    stops_pressed: tuple[datetime, ...] = ()
    observation_at: datetime | None = None
    discharged: Discharged | None = None
    discharged_at: datetime | None = None
    left_with_pump: Dated[Discharged] | None = None  # the first discharge, where a pump went home
    deferred: str = ""
    transferred: Dated[Transferred] | None = None
    sites: tuple[Dated[SiteAssessed], ...] = ()
    site_failed_at: datetime | None = None  # the access in use may not be used any more
    told: tuple[Dated[ProviderNotified], ...] = ()
    treatments: tuple[Dated[TreatmentGiven], ...] = ()
    unacknowledged: frozenset[str] = frozenset()  # given or ordered by word of mouth, not yet signed by a prescriber
    calls: tuple[Dated[CallMade], ...] = ()
    reports: dict[str, IncidentReported] = field(default_factory=dict)  # by the incident's event
    set_out_at: datetime | None = None
    kit: KitChecked | None = None
    remotely_signed: dict[str, datetime] = field(default_factory=dict)  # by who signed
    signed_at: datetime | None = None
    incidents: tuple[tuple[str, str], ...] = ()  # trigger, the event it is about
    reported: frozenset[str] = frozenset()  # events that came as reported facts
    unproven: frozenset[str] = frozenset()  # of those, the ones that did not meet their guards: no live guard rests on them
    unclaimed: frozenset[str] = frozenset()  # a device's entries that no person has claimed
    corrected: dict[str, str] = field(default_factory=dict)  # old event -> the correction

    @property
    def access_site(self) -> AccessPlaced | None:
        return next((entry for entry in reversed(self.access) if entry.placed), None)

    @property
    def weighed(self) -> Quantity | None:
        """The newest weight of this visit; never carried over from another day (H-003)."""
        values = (entry.recorded.value("weight_kg") for entry in reversed(self.vitals))
        return next((value for value in values if value is not None), None)

    @property
    def open_reaction(self) -> Reaction | None:
        return next((item for item in self.reactions.values() if item.open), None)

    @property
    def last_vitals(self) -> VitalsSet | None:
        return self.vitals[-1] if self.vitals else None

    @property
    def any_started(self) -> bool:
        return any(item.timeline for item in self.infusions.values())

    @property
    def away(self) -> bool:
        """The patient has left and comes back to have a pump taken off."""
        return self.discharged_at is not None and any(item.connected for item in self.infusions.values())

    @property
    def all_ended(self) -> bool:
        return bool(self.infusions) and all(item.over for item in self.infusions.values())
