"""The forecast: each planned dose cleared ahead of time, so that what it needs is asked for weeks before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chairside.core.clearance.ask import ExtraLimit
from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import Clearance, Item
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dates.schedule import PlannedDose
from chairside.core.protocols.schema.protocol import Protocol

# Of a dose taken as given only its day and number count; no clearance reads its amount.
_NO_AMOUNT = quantity(0, "1")


@dataclass(frozen=True, slots=True)
class Forecast:
    """One planned dose and its clearance as it stands on the day of asking."""

    dose: PlannedDose
    clearance: Decision[Clearance]

    @property
    def to_ask_now(self) -> tuple[Item, ...]:
        """What is due and whose time to ask has come."""
        value = self.clearance.value
        if value is None:
            return ()
        return tuple(
            item for item in value.due if item.ask_from is not None and item.ask_from <= value.as_of and not item.on_the_day
        )


def forecast(
    protocol: Protocol,
    *,
    indication: str,
    regimen: str,
    doses: Iterable[PlannedDose],
    as_of: date,
    patient: Patient,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
    extra_limits: Iterable[ExtraLimit] = (),
    interval_days: int | None = None,
) -> tuple[Forecast, ...]:
    """Clear every planned dose that was not given yet, for its target day (or the day of asking, when that has passed).

    Doses between now and a planned one are taken as given on their targets, so that intervals are judged as planned.
    """
    known, limits = tuple(facts), tuple(extra_limits)
    planned = tuple(doses)
    start = min((dose.given_on or dose.target for dose in planned), default=as_of)
    so_far = list(history)
    result = []
    for dose in planned:
        if dose.given_on is not None:
            continue
        day = max(dose.target, as_of)
        result.append(
            Forecast(
                dose,
                evaluate(
                    protocol,
                    indication=indication,
                    dose_number=dose.number,
                    day=day,
                    as_of=as_of,
                    patient=patient,
                    facts=known,
                    history=so_far,
                    regimen=regimen,
                    start=start,
                    course_start=start,
                    extra_limits=limits,
                    interval_days=interval_days,
                ),
            )
        )
        so_far.append(DoseGiven(protocol.id, dose.number, day, _NO_AMOUNT))
    return tuple(result)
