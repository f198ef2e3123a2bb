"""One appointment on paper: the signed order, the dose with its working, the ladder with its times to fill in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from chairside.apps.intake.models import OrderVersion
from chairside.apps.organizations.models import Site
from chairside.apps.plans.models import DoseDecision
from chairside.apps.plans.order import order_in_force
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.clearing import open_reasons
from chairside.apps.visit.doses import also_today
from chairside.apps.visit.models import Visit
from chairside.apps.visit.planning import plan_for, plan_together
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.telling import told
from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.visit.check_need import stages_of
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.policy import TITLES
from chairside.core.visit.recomputing import asked
from chairside.web.paper import qr
from chairside.web.paper.words import amount, clock, day, moment, short_day

_ONE = Decimal(1)


def dose_sheet(row: Appointment, site: Site) -> tuple[dict[str, Any], VisitPlan | None]:
    """What the paper of one appointment says, and the plan that it comes from; None with every reason where there is none."""
    start = row.during.lower
    visit = Visit.objects.filter(appointment=row).select_related("planned_dose__plan__order_version", "site").first()
    decided, plan, problems = _pinned(visit) if visit is not None else _planned(row, site)
    address = reverse("visit:paper-find", args=[row.pk])
    sheet: dict[str, Any] = {
        "when": moment(start),
        "place": f"{clock(start)} to {clock(row.during.upper)}, {row.chair.name}, nurse {row.nurse.name}",
        "id": str(row.pk),
        "qr": qr(f"{settings.BASE_URL}{address}"),
        "problems": problems,
        "planned": plan is not None,
        "drugs": [],
        "premedications": [],
        "questions": [],
        "order": _order(row),
        "clearance": _clearance(row, start, site),
        "checks": [],
        "observation": "",
        "so_far": _so_far(visit, plan) if visit is not None and plan is not None else [],
        "worksheet": _worksheet(decided) if plan is not None and decided is not None else {"working": [], "vials": []},
    }
    if plan is not None:
        sheet |= {
            "drugs": [_drug(drug, plan) for drug in plan.drugs],
            "premedications": [
                [item.title, amount(item.dose), item.route, f"{item.wait_minutes} min", "no driving" if item.sedating else ""]
                for item in plan.premedications
            ],
            "questions": [question.text for question in plan.questions],
            "checks": [sheet for drug in plan.drugs for sheet in _checks(drug, plan)],
            "observation": f"{plan.observation_minutes} min" if plan.observation_minutes else "",
        }
    return sheet, plan


def _planned(row: Appointment, site: Site) -> tuple[DoseDecision | None, VisitPlan | None, list[str]]:
    """The plan as it would be made at the start of the appointment, with what could not be part of it; or why there is none."""
    start = row.during.lower
    decided, made = plan_for(row.planned_dose_id, site, start)
    if made.value is None or made.reasons:
        return decided, None, [reason.message for reason in made.reasons]
    together = plan_together(made.value, also_today(row, start.astimezone(site.zone).date()), site, start)
    return decided, together.plan, list(together.left_out)


def _pinned(visit: Visit) -> tuple[DoseDecision | None, VisitPlan, list[str]]:
    """The plan of a visit that is open already."""
    return visit.dose_decision, plan_of(visit), []


def _so_far(visit: Visit, plan: VisitPlan) -> list[list[str]]:
    """What the log of an open visit holds when this is printed, oldest first; never the entries of a check."""
    lines = sorted(told(state_of(visit, plan), plan), key=lambda line: (line.at, line.number))
    return [[clock(line.at), line.title, line.detail, line.who] for line in lines if not line.corrected_at]


def _order(row: Appointment) -> list[list[str]]:
    """The order as signed; a dose that no order stands behind says so."""
    if row.planned_dose is None:
        return []
    version = order_in_force(row.planned_dose)
    signed = version.status == OrderVersion.Status.SIGNED
    weight = quantity(version.dosing_weight_kg, "kg").spelled() if version.dosing_weight_kg is not None else "none"
    weighed = f", {short_day(version.dosing_weight_on)}" if version.dosing_weight_on else ""
    ordered = quantity(version.dose_amount, version.dose_unit).spelled() if version.dose_amount is not None else ""
    prescriber = version.prescriber
    called = ", ".join(filter(None, (prescriber.name, prescriber.practice, prescriber.phone))) if prescriber else ""
    return [
        ["Therapy", ", ".join(filter(None, (version.release.name, version.brand)))],
        ["Dose number", f"{row.planned_dose.number}{f', {row.planned_dose.phase}' if row.planned_dose.phase else ''}"],
        ["Diagnosis", version.indication],
        ["Ordered dose", ordered or "by the protocol"],
        ["Dosing weight of record", weight + weighed],
        ["Instructions", version.instructions or "none"],
        ["Signed", f"{version.signed_by}, {moment(version.signed_at)}" if signed else version.get_status_display()],
        ["Valid until", short_day(version.ends_on) if version.ends_on else "no end on record"],
        ["Referring prescriber", called or "not recorded"],
    ]


def _clearance(row: Appointment, start: datetime, site: Site) -> list[str] | None:
    if row.planned_dose_id is None:
        return None
    reasons = open_reasons(row.planned_dose_id, start.astimezone(site.zone).date())
    return None if reasons is None else [reason.message for reason in reasons]


def _worksheet(decided: DoseDecision) -> dict[str, Any]:
    return {"working": decided.working.splitlines(), "vials": decided.vials.splitlines()}


def _drug(drug: DrugPlan, plan: VisitPlan) -> dict[str, Any]:
    stated = drug.volume_stated
    facts = [
        ["Dose", amount(drug.dose)],
        ["Comes from", _formula(drug, plan)],
        ["Route", drug.route.upper().replace("_", " ")],
        ["Volume", amount(drug.volume) if stated else "as prepared"],
        ["Concentration", amount(drug.concentration.rounded(Decimal("0.01"))) if stated else "as prepared"],
        ["Products", ", ".join(drug.products) or "not named"],
        ["Diluent", ", ".join(drug.diluents) or "not stated"],
    ]
    if drug.min_minutes:
        facts.append(["Shortest time", f"{plain(drug.min_minutes)} min"])
    if drug.max_rate:
        facts.append(["Highest rate", amount(drug.max_rate)])
    return {
        "title": drug.title,
        "facts": facts,
        "ladder": list(_ladder(drug)) if stated else [],
        "vesicant": drug.vesicant,
        "barred": drug.barred,
        "source": drug.source,
    }


def _formula(drug: DrugPlan, plan: VisitPlan) -> str:
    if drug.dose_per is None:
        return "a fixed dose"
    weight = plan.dosing_weight
    if weight is None or drug.dose_per.unit.code.split("/")[-1] != "kg":
        return drug.dose_per.spelled()
    computed: Quantity = drug.dose_per * weight
    return f"{drug.dose_per.spelled()} × {weight.spelled()} = {computed.to(drug.dose.unit).spelled()}"


def _ladder(drug: DrugPlan) -> Iterator[list[str]]:
    """Step, rate, its minutes, from which minute, what has run in by its end. The last step runs until the bag is empty."""
    at, left = Decimal(0), drug.volume.to("mL").amount
    total = left
    for number, step in enumerate(drug.ladder, start=1):
        if left <= 0:
            return
        rate = step.rate.to("mL/h").amount
        planned = step.minutes if step.minutes is not None else left * 60 / rate
        runs = min(planned, left * 60 / rate)
        left -= rate * runs / 60
        rest = step.minutes is None or runs < planned
        yield [
            str(number),
            step.rate.spelled(),
            f"{_whole(runs)} min{', to the end' if rest else ''}",
            f"{_whole(at)} min",
            f"{_whole(total - max(left, Decimal(0)))} mL",
        ]
        at += runs


def _whole(value: Decimal) -> str:
    return plain(value.quantize(_ONE))


def _checks(drug: DrugPlan, plan: VisitPlan) -> Iterator[dict[str, Any]]:
    """What each of two people writes alone, a stage at a time. Nothing of the answer stands on the sheets (H-014)."""
    for stage in stages_of(plan, drug):
        asks = [TITLES[name].capitalize() for name in asked(plan, drug, stage)]
        if drug.dose_per is None and TITLES["weight"].capitalize() in asks:
            asks.remove(TITLES["weight"].capitalize())
        yield {"drug": drug.title, "stage": stage.title.lower(), "asks": asks}


def stamp_of(at: datetime, stale: datetime) -> str:
    """Stands on each page: a paper from yesterday must not pass for today's."""
    return f"DOWNTIME PAPER. Printed {moment(at)}. Stale after {day(stale)}, {clock(stale)}."
