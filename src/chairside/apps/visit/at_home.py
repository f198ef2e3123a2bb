"""What a visit at home has beside the plan of every visit: the window that the patient was told, and the kit from the plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.organizations.models import Site
from chairside.apps.plans.models import DoseDecision
from chairside.apps.scheduling.models import Appointment
from chairside.core.protocols import Protocol
from chairside.core.visit.home import Carried, HomePlan, kit_for
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.vitals import TITLES

# A proposal: the patient is told an hour, from half before the booked time to half after it.
HALF_WINDOW = timedelta(minutes=30)


def home_plan(appointment: Appointment, plan: VisitPlan, decisions: Iterable[tuple[str, DoseDecision]]) -> HomePlan | None:
    """The window, the address and the kit of a visit at home; None at a site that patients come to."""
    if appointment.site.kind != Site.Kind.HOME:
        return None
    decided = dict(decisions)
    patient, begins = appointment.patient, appointment.during.lower
    return HomePlan(
        begins - HALF_WINDOW,
        begins + HALF_WINDOW,
        " ".join(part for part in (patient.address, patient.postal_code) if part),
        patient.phone,
        kit_for(
            tuple(_carried(drug, plan, decided.get(drug.key)) for drug in plan.drugs),
            tuple(f"{item.title} {item.dose.spelled()}" for item in plan.premedications),
            _emergency(plan),
            tuple(TITLES.get(code, code) for code in plan.vitals_needed),
        ),
    )


def _emergency(plan: VisitPlan) -> tuple[str, ...]:
    orders = plan.order_set.items if plan.order_set else ()
    return tuple(dict.fromkeys(item.title for item in orders))


def _carried(drug: DrugPlan, plan: VisitPlan, decision: DoseDecision | None) -> Carried:
    protocol = protocol_of(drug.protocol_sha256 or plan.protocol_sha256)
    vials = "; ".join(row for row in (decision.vials if decision else "").splitlines() if not row.startswith("left over"))
    return Carried(
        drug.key,
        drug.title,
        vials or drug.dose.spelled(),
        _mixed_with(protocol, drug),
        _filter(protocol, drug),
        by_line=drug.manner not in (Manner.INJECTION, Manner.DRAW),
        hazardous=bool(protocol.hazards and protocol.hazards.hazardous),
    )


def _mixed_with(protocol: Protocol, drug: DrugPlan) -> str:
    return drug.diluents[0] if drug.diluents else ""


def _filter(protocol: Protocol, drug: DrugPlan) -> str:
    product = protocol.product(drug.products[0]) if drug.products else None
    wanted = product.preparation.filter if product else None
    if wanted is None or not wanted.required:
        return ""
    return "In-line filter" + (f", at most {wanted.most_micron:f} micrometers" if wanted.most_micron else "")
