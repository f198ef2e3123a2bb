"""What the office does around an infusion, by the services: from the referral to the booking, and the charges afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chairside.apps.charges.selectors import proven_lines
from chairside.apps.charges.services import charges_make
from chairside.apps.clearance.models import Evaluation
from chairside.apps.clearance.services import clearance_evaluate
from chairside.apps.coverage.models import Coverage
from chairside.apps.coverage.services import authorization_record
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion, Referral
from chairside.apps.interop.services import bundle_import
from chairside.apps.people.models import Fact as FactRow
from chairside.apps.people.models import Patient
from chairside.apps.people.services import fact_record
from chairside.apps.plans import services as plans
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Appointment
from chairside.apps.scheduling.services import appointment_book
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import decimal
from tests.cast import AVA, BETH, INES, MONDAY, NORA, PIA, SAM, THEO, ZONE, Center, Person, bundle, must
from tests.journeys.chairside import Bedside


def take_in(center: Center, start: str, at: datetime) -> Referral:
    """The bundle is imported, once and again: the second time nothing is new."""
    told = {"bundle": bundle(start), "name": f"{start}.json", "site": center.site, "actor": center.actor(INES), "as_of": MONDAY}
    must(bundle_import(**told, at=at))
    facts = FactRow.objects.count()
    must(bundle_import(**told, at=at))
    assert FactRow.objects.count() == facts > 0
    return Referral.objects.get()


def signed(center: Center, version: OrderVersion, at: datetime, reason: str = "", by: Person = PIA) -> Decision[OrderVersion]:
    """The prescriber signs what they saw."""
    digest = intake.signing_judgement(version).value or ""
    return intake.order_sign(version=version, seen_digest=digest, actor=center.actor(by), at=at, reason=reason)


def planned(center: Center, version: OrderVersion, start_on: date, at: datetime) -> TreatmentPlan:
    plan: TreatmentPlan = must(plans.plan_make(order_version=version, start_on=start_on, actor=center.actor(THEO), at=at))
    return plan


def evaluated(center: Center, dose: PlannedDose, day: date, at: datetime) -> Evaluation:
    evaluation: Evaluation = must(clearance_evaluate(planned_dose=dose, day=day, actor=center.actor(NORA), at=at))
    return evaluation


def states(evaluation: Evaluation) -> dict[str, str]:
    """What each requirement of an evaluation came to."""
    return dict(evaluation.results.values_list("requirement", "state"))


def recorded(center: Center, patient: Patient, kind: FactKind, code: str, value: str, at: datetime, *, unit: str = "",
             on: date | None = None) -> FactRow:  # fmt: skip
    """Intake or a nurse writes down a result: a number with its unit, or a word."""
    today = at.astimezone(ZONE).date()
    fact = Fact(kind, code, on or today, decimal(value) if unit else value, unit)
    row: FactRow = must(fact_record(patient=patient, fact=fact, today=today, actor=center.actor(NORA), at=at))
    return row


def booked(center: Center, dose: PlannedDose, start: datetime, at: datetime, key: str = "one click") -> Appointment:
    """On the first chair, with Nora."""
    told = {"planned_dose": dose, "chair": center.chairs[0], "nurse": center.users[NORA.name], "start": start}
    appointment: Appointment = must(appointment_book(**told, key=key, actor=center.actor(SAM), at=at))
    assert must(appointment_book(**told, key=key, actor=center.actor(SAM), at=at)) == appointment, "pressed twice, booked once"
    return appointment


def approved(center: Center, version: OrderVersion, code: str, units: int, at: datetime) -> None:
    """The payer's answer: so many units of a code, from Monday on."""
    coverage = Coverage.objects.get(patient=version.order.patient)
    told: dict[str, Any] = {"status": "approved", "reference": "PA-7731", "product_code": code, "units": Decimal(units)}
    days = {"starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=200)}
    must(authorization_record(coverage=coverage, order=version.order, **told, **days, actor=center.actor(AVA), at=at))


def charges(bedside: Bedside, at: datetime) -> dict[str, list[Any]]:
    """The charges of a visit by kind. Every billed line rests on something that is on record."""
    made = must(charges_make(visit=bedside.visit, actor=bedside.center.actor(BETH), at=at))
    found: dict[str, list[Any]] = {}
    for proven in proven_lines(made):
        line = proven.line
        if line.kind in ("not_billed", "hold"):
            found.setdefault(line.kind, []).append(line.explanation)
            continue
        assert proven.proofs, f"{line.kind} {line.code} has no evidence"
        assert all(proof.event or proof.entry for proof in proven.proofs), f"{line.code}: {[p.id for p in proven.proofs]}"
        found.setdefault(line.kind, []).append((line.code, line.modifiers, line.units))
    return found
