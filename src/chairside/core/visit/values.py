"""Small values that events carry: identifiers as the patient gave them, readings, answers, lot draws, overrides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity


class Mode(StrEnum):
    """How an entry came to be: a live command passed every guard; a reported fact happened and was written down later."""

    LIVE = "live"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Two identifiers as the patient said them, asked as open questions, or a wristband scan beside them (H-001)."""

    name: str
    born: date | None
    band: str = ""  # record number read from the wristband, "" when none was scanned


@dataclass(frozen=True, slots=True)
class Reading:
    """One vital sign: a quantity, or none with the reason why it could not be taken.

    code       sbp dbp pulse temp rr spo2 weight_kg pain
    confirmed  an unusual value that the person measured again and confirmed
    """

    code: str
    value: Quantity | None = None
    unobtainable: str = ""
    confirmed: bool = False


class Said(StrEnum):
    """An answer. Unknown is a real answer; a blank is not."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one assessment question of the plan."""

    question: str
    said: Said
    note: str = ""


@dataclass(frozen=True, slots=True)
class LotDraw:
    """What was drawn from one lot: `vials` vials of `strength`, of which `drawn` went into the bag."""

    product: str
    lot: str
    strength: Quantity
    vials: int
    drawn: Quantity
    expires: date | None = None

    @property
    def opened(self) -> Quantity:
        """Everything in the vials that were opened."""
        return self.strength * Decimal(self.vials)

    @property
    def wasted(self) -> Quantity:
        """What stayed in the opened vials."""
        return self.opened - self.drawn


@dataclass(frozen=True, slots=True)
class InjectionSite:
    """One place of an injection and what went into it."""

    site: str
    side: str
    volume: Quantity
