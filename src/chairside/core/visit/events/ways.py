"""Ways of giving beside the infusion: a push, an injection, an ambulatory pump, a unit of blood, blood taken, the next bag."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.events.envelope import Payload, recorded
from chairside.core.visit.values import Identifiers, InjectionSite


@recorded
@dataclass(frozen=True, slots=True)
class DoseGiven(Payload):
    """A dose given at once: under the skin, into a muscle, by mouth. `minutes` is how long an injection took, where it counts.

    given   what the patient had; less than the dose takes `why`
    """

    kind: ClassVar[str] = "dose_given"
    drug: str
    identifiers: Identifiers
    given: Quantity
    sites: tuple[InjectionSite, ...] = ()
    minutes: Decimal | None = None
    why: str = ""
    emergency_ready: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class PushStarted(Payload):
    """A push by hand begins. Its end says how much was given."""

    kind: ClassVar[str] = "push_started"
    drug: str
    identifiers: Identifiers
    line_traced: bool | None = None
    emergency_ready: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class PushEnded(Payload):
    kind: ClassVar[str] = "push_ended"
    drug: str
    given: Quantity
    why: str = ""  # for less than the whole, or sooner than the shortest time


@recorded
@dataclass(frozen=True, slots=True)
class DrawStarted(Payload):
    """Blood is let (phlebotomy): nothing is given."""

    kind: ClassVar[str] = "draw_started"
    drug: str
    identifiers: Identifiers


@recorded
@dataclass(frozen=True, slots=True)
class DrawEnded(Payload):
    kind: ClassVar[str] = "draw_ended"
    drug: str
    taken: Quantity
    why: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class PumpConnected(Payload):
    """An ambulatory pump runs from here on, also after the patient has left. `reservoir`: the volume that the pump shows."""

    kind: ClassVar[str] = "pump_connected"
    drug: str
    identifiers: Identifiers
    rate: Quantity
    pump: str = ""  # the device's number
    line_traced: bool | None = None
    spill_kit_taught: bool | None = None
    contact_given: bool | None = None
    emergency_ready: bool | None = None
    reservoir: Quantity | None = None


@recorded
@dataclass(frozen=True, slots=True)
class PumpDisconnected(Payload):
    kind: ClassVar[str] = "pump_disconnected"
    drug: str
    identifiers: Identifiers
    pump_volume: Quantity | None = None
    residual: Quantity | None = None
    reason: str = "complete"
    variance_reason: str = ""
    spilled: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class UnitReceived(Payload):
    """A unit of blood at the chair, as its label and the issue slip say. It stands where a preparation stands.

    unit    the number of the donation; group: such as "A+"; patient_group: of the sample that was cross-matched
    """

    kind: ClassVar[str] = "unit_received"
    drug: str
    unit: str
    component: str
    group: str
    patient_group: str
    volume: Quantity
    issued_at: datetime
    expires: datetime
    crossmatched: bool | None = None
    intact: bool | None = None


@recorded
@dataclass(frozen=True, slots=True)
class BagChanged(Payload):
    """The next bag or bottle of the same dose hangs. Each lot is named; `rate` is what it goes on at."""

    kind: ClassVar[str] = "bag_changed"
    drug: str
    identifiers: Identifiers
    product: str
    lots: tuple[str, ...]
    rate: Quantity
    bag: int | None = None  # of a ladder that names its bags
    pump_volume: Quantity | None = None
