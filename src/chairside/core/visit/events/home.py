"""A visit at home: on the way, the kit, the remote sign-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chairside.core.visit.events.envelope import Payload, recorded


@recorded
@dataclass(frozen=True, slots=True)
class SetOut(Payload):
    """The nurse is on the way; `expected` is the arrival that the patient was told."""

    kind: ClassVar[str] = "set_out"
    expected: datetime | None = None
    kilometers: str = ""


@recorded
@dataclass(frozen=True, slots=True)
class KitChecked(Payload):
    """The kit item by item. What is missing is named, never left out."""

    kind: ClassVar[str] = "kit_checked"
    present: tuple[str, ...]
    missing: tuple[str, ...] = ()


@recorded
@dataclass(frozen=True, slots=True)
class RemotelySigned(Payload):
    """A pharmacist or prescriber who is elsewhere has seen the assessment and says that the drug may be given at home."""

    kind: ClassVar[str] = "remotely_signed"
    statement: str
