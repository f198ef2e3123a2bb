"""Reading across the stages: patients, their results, and everything that their page shows.

A fixed number of queries a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Prefetch, Q, QuerySet

from chairside.apps.clearance.models import Evaluation, RequirementResult
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.intake.models import OrderVersion, Referral
from chairside.apps.people.models import FACT_KINDS, Contact, Document, Fact, Patient
from chairside.apps.people.selectors import records_of
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.models import DoseGivenRecord, Visit
from chairside.core.intake.meanings import NO_KNOWN_ALLERGY
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.vocabulary import KINDS, codes_named, name_of
from chairside.web.paging import Column

_MOST = 50  # of each kind on one page; the results have pages of their own
_FEW = 8  # documents: their own page has them all
_NOT_SO = ("entered-in-error", "entered_in_error", "cancelled", "refuted", "inactive", "resolved")

PATIENT_FILTERS = ("q",)
PATIENT_COLUMNS = (
    Column("name", "Name", ("family", "given"), value=lambda row: row.name),
    Column("born", "Born", ("birth_date",), value=lambda row: row.birth_date or row.birth_text),
    Column("sex", "Sex", ("sex",), value=lambda row: row.sex),
    Column("mrn", "Record number", ("mrn",), value=lambda row: ", ".join(numbers_of(row))),
)
RESULT_FILTERS = ("kind", "code")
RESULT_KINDS = [kind for kind, _ in FACT_KINDS]
RESULT_KIND_NAMES = [(kind, KINDS.get(kind, kind)) for kind in RESULT_KINDS]
RESULT_COLUMNS = (
    Column("on", "Day", ("on", "recorded_at"), value=lambda row: row.on),
    Column("code", "What", ("kind", "code"), value=lambda row: name_of(f"{row.kind}.{row.code}")),
    Column("value", "Value", value=lambda row: row.exact or row.word, number=True),
    Column("status", "Status", ("status",), value=lambda row: row.status),
    Column("source", "Recorded", ("source", "recorded_at"), value=lambda row: row.source),
)
RESULT_EXPORT = (
    *RESULT_COLUMNS,
    Column("kind", "Kind", value=lambda row: row.kind),
    Column("key", "Code", value=lambda row: row.code),
    Column("unit", "Unit", value=lambda row: row.unit),
    Column("note", "Note", value=lambda row: row.note),
)


def numbers_of(patient: Patient) -> list[str]:
    """The numbers of all records of a person, the one that is kept first."""
    return [patient.mrn, *sorted(row.mrn for row in patient.merged.all())]


def patients(asked: Mapping[str, str]) -> QuerySet[Patient]:
    """Persons by a part of a name or a record number, also of a merged record: the one that is kept stands for all."""
    rows = Patient.objects.filter(merged_into=None).prefetch_related("merged")
    for word in asked.get("q", "").split():
        found = Q(family__icontains=word) | Q(given__icontains=word) | Q(mrn__iexact=word)
        merged = Patient.objects.filter(found, merged_into__isnull=False)
        rows = rows.filter(found | Q(pk__in=merged.values("merged_into")))
    return rows


def results(patient: Patient, asked: Mapping[str, str]) -> QuerySet[Fact]:
    """Facts about a patient that stand, as the filters ask; what was corrected is found through its correction."""
    rows = Fact.objects.filter(patient__in=records_of(patient), corrected_by=None).select_related("corrects")
    if (kind := asked.get("kind", "")) in RESULT_KINDS:
        rows = rows.filter(kind=kind)
    if code := asked.get("code", "").strip():
        rows = rows.filter(
            Q(code__icontains=code) | Q(display__icontains=code) | Q(word__icontains=code) | Q(code__in=codes_named(code))
        )
    return rows


@dataclass(frozen=True)
class Chart:
    """What a patient's page shows, beside the results."""

    referrals: list[Referral]
    versions: list[OrderVersion]
    plans: list[TreatmentPlan]
    coverages: list[Coverage]
    authorizations: list[Authorization]
    due: list[RequirementResult]
    appointments: list[Appointment]
    visits: list[Visit]
    given: list[DoseGivenRecord]
    allergies: list[Fact]
    contacts: list[Contact]
    documents: list[Document]
    no_known_allergy: bool = False
    died: Fact | None = None

    @property
    def needs(self) -> list[tuple[RequirementResult, str]]:
        """What is still needed, each once, with the doses that wait for it: the one that is due first stands for all."""
        waiting: dict[tuple[str, str], list[RequirementResult]] = {}
        for row in self.due:
            waiting.setdefault((row.requirement, row.message), []).append(row)
        return [(rows[0], _numbers(rows)) for rows in waiting.values()]

    @property
    def doses(self) -> list[PlannedDose]:
        return [dose for plan in self.plans for dose in plan.doses.all()]


def _numbers(rows: list[RequirementResult]) -> str:
    """“dose 7”, “doses 7 and 8”."""
    numbers = [str(number) for number in sorted({row.evaluation.planned_dose.number for row in rows})]
    return f"dose {numbers[0]}" if len(numbers) == 1 else f"doses {', '.join(numbers[:-1])} and {numbers[-1]}"


def chart_of(patient: Patient) -> Chart:
    """Everything of the person by stage, newest first; two records that are one person are one chart."""
    records = records_of(patient)
    decided = Prefetch("decisions", DoseDecision.objects.order_by("-decided_at", "-id"))
    doses = Prefetch("doses", PlannedDose.objects.order_by("number").prefetch_related(decided))
    newest = (
        Evaluation.objects.filter(planned_dose__plan__patient__in=records)
        .order_by("planned_dose", "-evaluated_at", "-id")
        .distinct("planned_dose")
    )
    due = RequirementResult.objects.filter(
        evaluation__in=list(newest.values_list("pk", flat=True)),
        state__in=("due", "unknown", "held", "review"),
        on_the_day=False,
    )
    allergies = Fact.objects.filter(patient__in=records, kind="allergy", corrected_by=None).exclude(status__in=_NOT_SO)
    return Chart(
        referrals=list(Referral.objects.filter(patient__in=records).order_by("-received_at")[:_MOST]),
        versions=list(
            OrderVersion.objects.filter(order__patient__in=records)
            .select_related("release", "signed_by", "order")
            .order_by("order", "-number")[:_MOST]
        ),
        plans=list(
            TreatmentPlan.objects.filter(patient__in=records)
            .select_related("order_version__release")
            .prefetch_related(doses)
            .order_by("-started_on", "-id")[:_MOST]
        ),
        coverages=list(Coverage.objects.filter(patient__in=records).order_by("rank", "id")[:_MOST]),
        authorizations=list(
            Authorization.objects.filter(order__patient__in=records).select_related("coverage").order_by("-recorded_at")[:_MOST]
        ),
        due=list(due.select_related("evaluation__planned_dose").order_by("due_on", "requirement")[:_MOST]),
        appointments=list(
            Appointment.objects.filter(patient__in=records)
            .select_related("chair", "nurse", "planned_dose")
            .order_by("-during")[:_MOST]
        ),
        visits=list(
            Visit.objects.filter(patient__in=records).select_related("planned_dose", "site").order_by("-opened_at")[:_MOST]
        ),
        given=list(DoseGivenRecord.objects.filter(patient__in=records).order_by("-on", "-dose_number")[:_MOST]),
        allergies=list(allergies.exclude(code=NO_KNOWN_ALLERGY).order_by("code")[:_MOST]),
        contacts=list(Contact.objects.filter(patient__in=records).order_by("name", "id")[:_MOST]),
        documents=list(Document.objects.filter(patient__in=records).order_by(F("on").desc(nulls_last=True), "title")[:_FEW]),
        no_known_allergy=allergies.filter(code=NO_KNOWN_ALLERGY).exists(),
        died=Fact.objects.filter(patient__in=records, kind="answer", code="deceased", corrected_by=None)
        .exclude(status__in=_NOT_SO)
        .first(),
    )


def decided_dose(dose: PlannedDose) -> Quantity | None:
    """The amount of the newest decision; None when none could be computed."""
    decision = next(iter(dose.decisions.all()), None)
    return quantity(decision.amount, decision.unit) if decision and decision.amount is not None else None
