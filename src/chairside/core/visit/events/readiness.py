"""Readiness: release, access, premedication, preparation and the double check run in parallel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events.envelope import Payload, recorded
from chairside.core.visit.policy import ADMINISTRATION
from chairside.core.visit.values import Identifiers, LotDraw


@recorded
@dataclass(frozen=True, slots=True)
class ReleasedToPrepare(Payload):
    kind: ClassVar[str] = "released_to_prepare"
    drug: str


@recorded
@dataclass(frozen=True, slots=True)
class AccessPlaced(Payload):
    """`attempts` are this person's own, the one that succeeded included; `placed` is False when all of them failed.

    needles   how many needles under the skin, where an infusion takes several
    """

    kind: ClassVar[str] = "access_placed"
    site: str
    side: str = ""
    device: str = ""
    gauge: str = ""
    attempts: int = 1
    blood_return: bool | None = None
    placed: bool = True
    needles: int = 1


@recorded
@dataclass(frozen=True, slots=True)
class PremedicationGiven(Payload):
    kind: ClassVar[str] = "premedication_given"
    premedication: str
    dose: Quantity
    route: str


@recorded
@dataclass(frozen=True, slots=True)
class PreparationRecorded(Payload):
    kind: ClassVar[str] = "preparation_recorded"
    drug: str
    draws: tuple[LotDraw, ...]
    volume: Quantity
    diluent: str
    prepared_at: datetime
    use_by: datetime


@recorded
@dataclass(frozen=True, slots=True)
class CheckEntered(Payload):
    """One verifier's own entries. The other verifier is never shown them (H-014).

    None     not asked at this stage, or not of this drug
    stage    of the site's policy (core.visit.policy)
    remote   entered from another place, with own log-in
    """

    kind: ClassVar[str] = "check_entered"
    drug: str
    identifiers: Identifiers | None = None
    product: str | None = None
    lots: tuple[str, ...] | None = None
    weight: Quantity | None = None
    dose: Quantity | None = None
    route: str | None = None
    volume: Quantity | None = None
    rate: Quantity | None = None
    use_by: datetime | None = None
    pump_rate: Quantity | None = None
    pump_volume: Quantity | None = None
    bsa: Quantity | None = None
    concentration: Quantity | None = None
    minutes: Quantity | None = None
    stage: str = ADMINISTRATION.key
    remote: bool = False


@recorded
@dataclass(frozen=True, slots=True)
class CheckCompared(Payload):
    """The system's comparison of two entries: whether they agree, and where not; never the values.

    second   "" at a stage of one person, whose entry is held against what the system computes
    """

    kind: ClassVar[str] = "check_compared"
    drug: str
    first: str
    second: str
    agrees: bool
    differs: tuple[str, ...] = ()
    stage: str = ADMINISTRATION.key
