"""The code table that charges read: numbers and limits, no text, and what payers decide differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class TimeRules:
    """Limits in whole minutes (TIME-1 to TIME-3, PUSH-2)."""

    infusion_from: int
    first_hour_until: int
    hour: int
    hour_extra_from: int
    hydration_from: int
    push_repeat_after: int
    pump_from: int


@dataclass(frozen=True, slots=True)
class Family:
    """The codes of one family; "" where the family has none."""

    initial: str = ""
    hour: str = ""
    sequential: str = ""
    concurrent: str = ""
    push: str = ""
    push_next: str = ""
    push_repeat: str = ""
    injection: str = ""
    pump: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    code: str
    once_a_day: bool = False
    only_alone: bool = False
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Included:
    """Documented work that is never a line of its own."""

    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Subcutaneous:
    initial: str
    hour: str
    set_up: str
    tier: str = ""


@dataclass(frozen=True, slots=True)
class PayerProfile:
    """What a payer decides for itself.

    concurrent   "majority": an overlap of more than half of the shorter run; "minutes": of at least `concurrent_minutes`
    families     another family for a therapy than its protocol states: protocol id -> family
    waste_modifier_from, no_waste_modifier_from   days of service from which discarded units, and their absence, are marked
    """

    concurrent: str = "majority"
    concurrent_minutes: int = 16
    join_hydration: bool = True
    second_site_modifier: str = "59"
    second_encounter_modifier: str = "59"
    waste_modifier_from: date | None = None
    no_waste_modifier_from: date | None = None
    families: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One version of the table."""

    version: str
    time: TimeRules
    families: Mapping[str, Family]
    procedures: Mapping[str, Procedure]
    subcutaneous: Subcutaneous
    included: Mapping[str, Included]
    carrier_purposes: tuple[str, ...]
    nurse_visit_levels: tuple[str, ...]
    payers: Mapping[str, PayerProfile]
    jurisdiction: str = "US"

    def payer(self, key: str) -> PayerProfile:
        return self.payers.get(key) or self.payers["default"]


def family_for(*, therapy: str, stated: str, payer_dependent: bool, payer: PayerProfile) -> str:
    """The family for a therapy: the payer's own choice where the protocol lets payers choose, else the protocol's (CLASS-1)."""
    return payer.families.get(therapy, stated) if payer_dependent else stated
