"""The cast of the visit's tests: one center, three people with roles, one patient, one visit on a two-step ladder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from chairside.apps.clearance.models import Evaluation
from chairside.apps.formulary.services import release_load
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import Membership, Patient, User
from chairside.apps.people.selectors import actor_for
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit import plan_text
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.services import event_append
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import encoding
from chairside.core.visit import events as e
from chairside.core.visit.plan import DrugPlan, LadderStep, OrderOfRecord, Premedication, Question, Subject, VisitPlan
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Reading, Said
from chairside.formulary import loader

NINE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # nine in the morning in Chicago
TODAY = date(2026, 11, 23)
DRUG = "infliximab"
SAID = Identifiers("Alba Moreno", date(1968, 3, 4))
SHA = "a" * 64


def plan(**changes: object) -> VisitPlan:
    """412 mg in 250 mL over two steps, 60 mL/h for 15 minutes and then 120 mL/h."""
    drug = DrugPlan(
        DRUG,
        "inFLIXimab",
        "iv",
        quantity("412", "mg"),
        quantity("250", "mL"),
        (LadderStep(quantity("60", "mL/h"), Decimal(15)), LadderStep(quantity("120", "mL/h"), None)),
        ("Remicade",),
        dose_per=quantity("5", "mg/kg"),
        source="label",
    )
    values: dict[str, object] = {
        "subject": Subject("Alba Moreno", date(1968, 3, 4), "MRN-1"),
        "order": OrderOfRecord("order", date(2026, 11, 3)),
        "drugs": (drug,),
        "premedications": (Premedication("acetaminophen", "acetaminophen", quantity("650", "mg"), "oral", 30),),
        "questions": (Question("infection", "Fever or infection now?"),),
        "observation_minutes": 30,
        "dosing_weight": quantity("82.4", "kg"),
        "clearance": (),
        "day": TODAY,
        "protocol_id": "infliximab_iv",
        "protocol_version": "1",
        "protocol_sha256": SHA,
    }
    return VisitPlan(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class Cast:
    organization: Organization
    site: Site
    users: dict[str, User]
    actors: dict[str, Actor]
    patient: Patient
    appointment: Appointment
    visit: Visit
    at: datetime = NINE

    def later(self, minutes: int) -> datetime:
        self.at += timedelta(minutes=minutes)
        return self.at

    def do(self, payload: e.Payload, who: str = "nurse", minutes: int = 0, **options: object) -> Decision[VisitEvent]:
        """One event by one of the cast, `minutes` after the one before."""
        at = self.later(minutes)
        self.visit.refresh_from_db()
        values: dict[str, object] = {"event_id": uuid4(), "expected_sequence": self.visit.sequence, **options}
        return event_append(visit=self.visit, payload=payload, actor=self.actors[who], at=at, **values)  # type: ignore[arg-type]

    def must(self, payload: e.Payload, who: str = "nurse", minutes: int = 0, **options: object) -> VisitEvent:
        decision = self.do(payload, who, minutes, **options)
        assert decision.allowed, [reason.message for reason in decision.reasons]
        assert decision.value is not None
        return decision.value


@contextmanager
def center(slug: str = "north", visit_plan: VisitPlan | None = None) -> Iterator[Cast]:
    """The cast, in the scope of its organization until the block ends."""
    with signing_in():
        pass
    organization = Organization(id=uuid4(), name=f"Center {slug}", slug=slug)
    with organization_scope(organization.id):
        organization.save(force_insert=True)
        yield _people(organization, visit_plan or plan())


def _people(organization: Organization, visit_plan: VisitPlan) -> Cast:
    own = {"organization": organization}
    site = Site.objects.create(**own, name="Downtown", time_zone="America/Chicago", opens_at=time(7), closes_at=time(19))
    users, actors = {}, {}
    for who, role in (
        ("nurse", "nurse"),
        ("second", "nurse"),
        ("pharmacist", "pharmacist"),
        ("desk", "front_desk"),
        ("prescriber", "prescriber"),
        ("biller", "biller"),
    ):
        users[who] = User.objects.create_user(
            f"{who}@{organization.slug}.example", None, organization=organization, name=who.title()
        )
        Membership.objects.create(**own, user=users[who], site=site, role=role)
        actors[who] = actor_for(users[who], session=f"session of {who}")
    patient = Patient.objects.create(
        **own, mrn="MRN-1", family="Moreno", given="Alba", birth_date=date(1968, 3, 4), sex="female"
    )
    appointment, planned, decided = _booking(organization, site, users, patient)
    Evaluation.objects.create(**own, planned_dose=planned, day=TODAY, evaluated_at=NINE, outcome="allowed", protocol_sha256=SHA)
    visit = Visit.objects.create(
        **own,
        patient=patient,
        site=site,
        appointment=appointment,
        planned_dose=planned,
        dose_decision=decided,
        protocol_sha256=decided.protocol_sha256,
        plan_text=plan_text.to_text(visit_plan),
        opened_at=NINE,
        day=TODAY,
    )
    return Cast(organization, site, users, actors, patient, appointment, visit)


def _booking(
    organization: Organization, site: Site, users: dict[str, User], patient: Patient
) -> tuple[Appointment, PlannedDose, DoseDecision]:
    own = {"organization": organization}
    text = loader.path_of("infliximab_iv").read_text(encoding="utf-8")
    release = release_load(text=text, name="infliximab_iv.yaml", at=NINE)
    order = Order.objects.create(**own, patient=patient, site=site)
    version = OrderVersion.objects.create(
        **own,
        order=order,
        number=1,
        release=release,
        brand="Remicade",
        indication="K50.90",
        dosing_weight_kg=Decimal("82.4"),
        status="signed",
        signed_by=users["prescriber"],
        signed_at=NINE,
        signed_digest="b" * 64,
    )
    treatment = TreatmentPlan.objects.create(**own, patient=patient, order_version=version, started_on=TODAY)
    planned = PlannedDose.objects.create(**own, plan=treatment, number=2, target_on=TODAY, earliest_on=TODAY, latest_on=TODAY)
    decided = DoseDecision.objects.create(
        **own,
        planned_dose=planned,
        decided_at=NINE,
        decided_by="x",
        outcome="allowed",
        amount=Decimal("412"),
        unit="mg",
        volume_ml=Decimal("250"),
        protocol_sha256=release.sha256,
    )
    chair = Chair.objects.create(**own, site=site, name="Chair 1", place=1)
    appointment = Appointment.objects.create(
        **own,
        site=site,
        patient=patient,
        planned_dose=planned,
        chair=chair,
        nurse=users["nurse"],
        during=(NINE, NINE + timedelta(hours=3)),
        booked_at=NINE,
        booked_by="x",
    )
    return appointment, planned, decided


def all_clear(cast: Cast) -> None:
    """The day's clearance as it would stand with everything on record, newer than any that the story evaluates."""
    Evaluation.objects.create(
        organization=cast.organization,
        planned_dose=cast.visit.planned_dose,
        day=TODAY,
        evaluated_at=NINE + timedelta(hours=12),
        outcome="allowed",
        protocol_sha256=SHA,
    )


# --- what people do, in the order of a calm visit ---

UNITS = {"sbp": "mm[Hg]", "dbp": "mm[Hg]", "pulse": "/min", "temp": "Cel", "rr": "/min", "spo2": "%", "weight_kg": "kg"}


def vitals(site_ok: bool | None = None, **changes: str) -> e.VitalsRecorded:
    values = {"sbp": "124", "dbp": "78", "pulse": "72", "temp": "36.7", "rr": "14", "spo2": "98", **changes}
    return e.VitalsRecorded(
        tuple(Reading(code, quantity(value, UNITS[code])) for code, value in values.items()),
        on_oxygen=False,
        consciousness="A",
        site_ok=site_ok,
    )


def prepared(at: datetime) -> e.PreparationRecorded:
    draws = (LotDraw("Remicade", "LOT7", quantity("100", "mg"), 5, quantity("412", "mg"), date(2027, 6, 30)),)
    return e.PreparationRecorded(DRUG, draws, quantity("250", "mL"), "0.9% sodium chloride", at, at + timedelta(hours=4))


def check(use_by: datetime, **changes: object) -> e.CheckEntered:
    values: dict[str, object] = {
        "drug": DRUG,
        "identifiers": SAID,
        "product": "Remicade",
        "lots": ("LOT7",),
        "weight": quantity("82.4", "kg"),
        "dose": quantity("412", "mg"),
        "route": "iv",
        "volume": quantity("250", "mL"),
        "rate": quantity("60", "mL/h"),
        "use_by": use_by,
        "pump_rate": quantity("60", "mL/h"),
        "pump_volume": quantity("250", "mL"),
        "concentration": quantity("1.65", "mg/mL"),
    }
    return e.CheckEntered(**{**values, **changes})  # type: ignore[arg-type]


def arrive(cast: Cast) -> None:
    """Checked in, seated, assessed, cleared, released, access in, premedicated, prepared."""
    cast.must(e.CheckedIn(SAID, consent_current=True), "desk")
    cast.must(e.Seated("Chair 1"), "desk", 5)
    cast.must(vitals(weight_kg="82.9"), minutes=5)
    cast.must(e.AllergiesReviewed(("penicillin",), medicines_reviewed=True))
    cast.must(e.QuestionsAnswered((Answer("infection", Said.NO),)))
    cast.must(e.Cleared())
    cast.must(e.ReleasedToPrepare(DRUG))
    cast.must(e.PremedicationGiven("acetaminophen", quantity("650", "mg"), "oral"))
    cast.must(e.AccessPlaced("forearm", "left", "peripheral catheter", "22 G", 1, True))
    cast.must(prepared(cast.at + timedelta(minutes=10)), "pharmacist", 10)


def verify(cast: Cast) -> None:
    use_by = cast.at + timedelta(hours=4)
    cast.must(check(use_by), "nurse", 5)
    cast.must(check(use_by), "second", 5)


def start(cast: Cast) -> None:
    cast.must(vitals(site_ok=True), minutes=12)
    cast.must(e.InfusionStarted(DRUG, SAID, quantity("60", "mL/h"), line_traced=True, emergency_ready=True))


def run(cast: Cast) -> None:
    arrive(cast)
    verify(cast)
    start(cast)


def finish(cast: Cast) -> None:
    """Up to 120 mL/h, pump says 250 at the end, observed, out, discharged, signed."""
    cast.must(vitals(site_ok=True), minutes=16)
    cast.must(e.StepChanged(DRUG, quantity("120", "mL/h")))
    cast.must(e.Stopped(DRUG, "complete", quantity("250", "mL"), quantity("0", "mL"), ""), minutes=117)
    cast.must(e.Flushed(DRUG, quantity("20", "mL")))
    cast.must(e.ObservationStarted())
    cast.must(vitals(), minutes=31)
    cast.must(e.AccessRemoved(bleeding_stopped=True))
    cast.must(e.Discharged(advice_given=True, teach_back=True, walking_steady=True, escort="daughter"))
    cast.must(e.Signed())


def encoded(payload: e.Payload) -> str:
    return encoding.to_text(payload)
