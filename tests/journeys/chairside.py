"""What people do at the chair, by the visit's one gate: who, what, when. The values are those of a calm visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services import event_append, preparation_record
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.ladder import decide_step, total_minutes
from chairside.core.visit.plan import DrugPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Identifiers, Reading
from tests.cast import Center, Person, moment, must

UNITS = {"sbp": "mm[Hg]", "dbp": "mm[Hg]", "pulse": "/min", "temp": "Cel", "rr": "/min", "spo2": "%", "weight_kg": "kg"}
CALM = {"sbp": "118", "dbp": "74", "pulse": "72", "temp": "36.8", "rr": "14", "spo2": "98"}


def vitals(*, site_ok: bool | None = None, **changes: str) -> e.VitalsRecorded:
    readings = (Reading(code, quantity(value, UNITS[code])) for code, value in {**CALM, **changes}.items())
    return e.VitalsRecorded(tuple(readings), on_oxygen=False, consciousness="A", site_ok=site_ok)


def ml(amount: object) -> Quantity:
    return quantity(amount, "mL")


def ml_per_hour(amount: object) -> Quantity:
    return quantity(amount, "mL/h")


@dataclass
class Bedside:
    """One visit on one day: `say(person, "09:15", event)`."""

    center: Center
    visit: Visit
    day: date

    def try_(self, person: Person, clock: str, payload: e.Payload, event: Any = None) -> Decision[VisitEvent]:
        self.visit.refresh_from_db()
        return event_append(visit=self.visit, event_id=event or uuid4(), payload=payload, expected_sequence=self.visit.sequence,
                            actor=self.center.actor(person), at=self.at(clock))  # fmt: skip

    def say(self, person: Person, clock: str, payload: e.Payload) -> VisitEvent:
        row: VisitEvent = must(self.try_(person, clock, payload))
        return row

    def prepare(self, person: Person, clock: str, bag: e.PreparationRecorded, lots: dict[tuple[str, str], UUID]) -> None:
        """Vials leave the shelf and the bag is recorded; the same sent again is the same preparation."""
        self.visit.refresh_from_db()
        told = {"visit": self.visit, "event_id": uuid4(), "payload": bag, "lots": lots, "actor": self.center.actor(person)}
        told |= {"at": self.at(clock), "expected_sequence": self.visit.sequence}
        assert must(preparation_record(**told)) == must(preparation_record(**told))

    def at(self, clock: str) -> datetime:
        return moment(clock, self.day)

    @property
    def state(self) -> VisitState:
        return state_of(self.visit, plan_of(self.visit))

    @property
    def drug(self) -> DrugPlan:
        return plan_of(self.visit).drugs[0]

    def may_step(self, clock: str, rate: object) -> Decision[Quantity]:
        return decide_step(self.state, plan_of(self.visit), self.drug, ml_per_hour(rate), self.at(clock))


Check = Callable[..., e.CheckEntered]


def check_of(drug: DrugPlan, said: Identifiers, weight: Quantity, lots: tuple[str, ...], use_by: datetime) -> Check:
    """Makes a verifier's own entries; what one of them got wrong is given by name."""

    def entries(**changes: object) -> e.CheckEntered:
        first = drug.ladder[0].rate
        values: dict[str, object] = {
            "drug": drug.key, "identifiers": said, "product": drug.products[0], "lots": lots, "weight": weight,
            "dose": drug.dose, "route": drug.route, "volume": drug.volume, "rate": first, "use_by": use_by,
            "pump_rate": first, "pump_volume": drug.volume, "concentration": drug.concentration,
            "minutes": quantity(total_minutes(drug.ladder, drug.volume), "min"),
        }  # fmt: skip
        return e.CheckEntered(**{**values, **changes})  # type: ignore[arg-type]

    return entries
