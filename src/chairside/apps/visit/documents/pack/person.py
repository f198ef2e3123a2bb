"""The papers of one patient for the days of the pack, and the index of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import facts_for
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.documents.pack.background import background
from chairside.apps.visit.documents.pack.days import Coming
from chairside.apps.visit.documents.pack.dose import dose_sheet, stamp_of
from chairside.apps.visit.documents.pack.reaction_orders import reaction_orders_for
from chairside.apps.visit.paper import kinds
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.standing import present
from chairside.core.visit.plan import VisitPlan
from chairside.web.paper import typeset
from chairside.web.paper.words import clock, day, moment, short_day

_PERSON = Path(__file__).with_name("person.typ")
_INDEX = Path(__file__).with_name("index.typ")
HOURS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment on the index: whose, when, the file, and every reason why its plan could not be made."""

    appointment: Appointment
    file: str
    problems: tuple[str, ...]


def person_data(person: Coming, site: Site, at: datetime, stale: datetime) -> dict[str, Any]:
    """All that the papers of one patient say."""
    sheets = [dose_sheet(row, site) for row in person.appointments]
    weight, told = _weight([plan for _, plan in sheets], person.patient)
    orders = reaction_orders_for(person.patient, site, weight, at.astimezone(site.zone).date())
    known = background(person.patient)
    return {
        "title": "Downtime papers",
        "who": person.patient.name,
        "who_more": f"born {short_day(person.patient.birth_date)}, record number {person.patient.mrn}",
        "site": site.name,
        "stamp": stamp_of(at, stale),
        "site_phone": site.phone or "no number on record",
        "known": known,
        "visits": [sheet for sheet, _ in sheets],
        "reaction": {"signed": orders.signed, "rows": [list(row) for row in orders.rows]},
        "reaction_weight": told,
        "kinds": [[kind.label, kind.example] for kind in kinds.KINDS.values()],
        "hours": HOURS,
    }


def person_pdf(data: dict[str, Any], at: datetime) -> bytes:
    return typeset(_PERSON, data, at=at)


def index_data(site: Site, days: Sequence[str], lines: Sequence[Line], at: datetime, stale: datetime) -> dict[str, Any]:
    """The site's list by day: nobody who is booked is left out, whatever could not be made for them."""
    return {
        "title": "Downtime pack: index",
        "site": site.name,
        "stamp": stamp_of(at, stale),
        "printed": moment(at),
        "stale": moment(stale),
        "days": [{"day": name, "rows": [_row(line) for line in lines if _day(line) == name]} for name in days],
        "problems": [[line.appointment.patient.name, _when(line), "; ".join(line.problems)] for line in lines if line.problems],
    }


def index_pdf(data: dict[str, Any], at: datetime) -> bytes:
    return typeset(_INDEX, data, at=at)


def _row(line: Line) -> list[str]:
    row = line.appointment
    dose = row.planned_dose
    therapy = f"{dose.plan.order_version.release.name}, dose {dose.number}" if dose else "no planned dose"
    born = short_day(row.patient.birth_date)
    plan = "NO PLAN" if line.problems else "ready"
    return [clock(row.during.lower), row.patient.name, born, row.chair.name, row.nurse.name, therapy, plan, line.file]


def _when(line: Line) -> str:
    return moment(line.appointment.during.lower)


def _day(line: Line) -> str:
    return day(line.appointment.during.lower)


def _weight(plans: Sequence[VisitPlan | None], patient: Patient) -> tuple[Quantity | None, str]:
    """The dosing weight of record, else the newest weight on record, and which of the two it is; never a guess."""
    dosing = next((plan.dosing_weight for plan in plans if plan is not None and plan.dosing_weight is not None), None)
    if dosing is not None:
        return dosing, f"{dosing.spelled()}, the dosing weight of record"
    facts = [fact for fact in facts_for(patient) if fact.kind is FactKind.VITAL and fact.code == "weight_kg" and present(fact)]
    if not facts or facts[-1].value is None:
        return None, "none on record"
    weight = quantity(facts[-1].value, facts[-1].unit)
    return weight, f"{weight.spelled()}, weighed {short_day(facts[-1].on)}"
