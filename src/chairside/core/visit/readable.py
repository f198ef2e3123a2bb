"""What can be read at all: units, impossible numbers, times that have not come, texts without end.

A reported fact is never refused for a guard. An impossible number is no fact but a slip of the hand (712 kg, 370 Cel, a pump
reading in mg): it is refused whichever way it comes, with the reason, and is typed again. A pause is the exception: it is taken
whatever stands beside it, and a reading that cannot be right is left out of the sums.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chairside.core.kernel.decision import Reason, refused
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.vitals import possible

SKEW = timedelta(minutes=2)  # by which the clock of a device may run ahead
LONGEST_TEXT = 2000
_LONGEST_REPLACEMENT = 20_000
_MEASURED_IN = {"pump_volume": "mL", "residual": "mL", "rate": "mL/h", "taken": "mL", "reservoir": "mL"}
_NONE = quantity("0", "mL")
_HIGHEST = {"mL": Decimal(10_000), "mL/h": Decimal(10_000)}


def unreadable(
    plan: VisitPlan, command: e.Payload, received_at: datetime | None = None, claimed_at: datetime | None = None
) -> tuple[Reason, ...]:
    """Every reason why an entry cannot be taken as it stands, whether it is live or reported."""
    return (
        *_ahead(command, received_at, claimed_at),
        *_endless(command, ""),
        *_amounts(plan, command),
        *(possible(command) if isinstance(command, e.VitalsRecorded) else ()),
    )


def _ahead(command: e.Payload, received_at: datetime | None, claimed_at: datetime | None) -> list[Reason]:
    """What has happened has happened by now (H-021)."""
    corrected = command.claimed_at if isinstance(command, e.Corrected) else None
    return [
        refused("out_of_range", "That time has not come yet. Check the time.", field="claimed_at")
        for said in (claimed_at, corrected)
        if said is not None and received_at is not None and said > received_at + SKEW
    ]


def _endless(value: Any, name: str) -> list[Reason]:
    if isinstance(value, str):
        most = _LONGEST_REPLACEMENT if name == "replacement" else LONGEST_TEXT
        if len(value) <= most:
            return []
        return [refused("out_of_range", f"The text is longer than {most} characters.", field=name, limit=str(most))]
    if isinstance(value, tuple):
        return [reason for item in value for reason in _endless(item, name)]
    if is_dataclass(value) and not isinstance(value, Quantity):
        return [reason for item in fields(value) for reason in _endless(getattr(value, item.name), item.name)]
    return []


def _amounts(plan: VisitPlan, command: e.Payload) -> list[Reason]:
    if isinstance(command, e.Paused | e.CheckEntered):
        return []  # a pause is always taken; a check is compared, and a wrong unit is what it finds
    reasons = []
    for name, unit in _MEASURED_IN.items():
        value = getattr(command, name, None)
        if isinstance(value, Quantity):
            reasons.extend(_measured(name, value, unit))
    if isinstance(command, e.UnitReceived):
        reasons.extend(_measured("volume", command.volume, "mL"))
    if isinstance(command, e.DoseGiven | e.PushEnded) and (drug := plan.drug(command.drug)) is not None:
        measures = (drug.dose, drug.volume, _NONE)
        if not any(command.given.unit.comparable(other.unit) for other in measures):
            message = f"{command.given.spelled()} is not an amount of {drug.title} ({drug.dose.spelled()})."
            reasons.append(refused("out_of_range", message, field="given"))
    if isinstance(command, e.PreparationRecorded) and (drug := plan.drug(command.drug)) is not None:
        reasons.extend(_measured("volume", command.volume, "mL"))
        for draw in command.draws:
            for amount in (draw.strength, draw.drawn):
                if not amount.unit.comparable(drug.dose.unit):
                    message = f"{amount.spelled()} is not an amount of {drug.title} as ordered ({drug.dose.spelled()})."
                    reasons.append(refused("out_of_range", message, field="preparation.draws"))
    return reasons


def _measured(name: str, value: Quantity, unit: str) -> list[Reason]:
    target = quantity("0", unit).unit
    if not value.unit.comparable(target):
        message = f"{value.spelled()}: this is measured in {target.spelled()}."
        return [refused("out_of_range", message, field=name, limit=unit)]
    if not 0 <= value.to(target).amount <= _HIGHEST[unit]:
        return [refused("out_of_range", f"{value.spelled()} cannot be right. Read it again.", field=name, limit=unit)]
    return []
