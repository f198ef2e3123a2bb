"""The plan of a visit, resolved from what holds now: the signed order, the newest decision about the dose, the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import OrderVersion
from chairside.apps.intake.premedications import premedications_of
from chairside.apps.organizations.models import Site
from chairside.apps.people.selectors import kept_record
from chairside.apps.plans.models import DoseDecision, PlannedDose
from chairside.apps.plans.order import order_in_force
from chairside.apps.visit import plan_text
from chairside.apps.visit.doses import further_of
from chairside.apps.visit.history import course_of, dose_per_of, known_of, questions_to_skip
from chairside.apps.visit.models import Visit
from chairside.apps.visit.order_sets import beside_the_drug
from chairside.apps.visit.plan_text import from_text
from chairside.apps.visit.policies import policy_in_force
from chairside.apps.visit.sizes import sizes_of
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.selection import indication_for
from chairside.core.plans.stated import with_diagnosis
from chairside.core.protocols.desensitization import had_from
from chairside.core.visit.from_protocol import visit_plan
from chairside.core.visit.plan import OrderOfRecord, Subject, VisitPlan
from chairside.core.visit.policy import SitePolicy
from chairside.core.visit.together import together


def plan_for(
    planned_dose: UUID | None, site: Site, at: datetime, policy: SitePolicy | None = None
) -> tuple[DoseDecision | None, Decision[VisitPlan]]:
    """The dose as it was last decided, and the plan that follows from it, the order, the protocol and the site's policy.

    policy  of a visit that is open already: it keeps the one it was opened with
    """
    if planned_dose is None:
        reason = unknown(
            "missing_fact", "This appointment is for no planned dose. Sign the order and plan its doses first.", field="dose"
        )
        return None, Decision(None, (reason,))
    dose = PlannedDose.objects.select_related("plan__order_version", "plan__patient").get(pk=planned_dose)
    version = order_in_force(dose)
    decided = DoseDecision.objects.filter(planned_dose=dose).order_by("-decided_at", "-id").first()
    reasons = _order_reasons(version) + _dose_reasons(decided, version, dose)
    if reasons or decided is None or decided.amount is None:
        return decided, Decision(None, tuple(reasons))
    protocol = protocol_of(decided.protocol_sha256)
    patient, day = kept_record(dose.plan.patient), at.astimezone(site.zone).date()
    known = with_diagnosis(known_of(patient, protocol.id, day), protocol, version.indication)
    indication = indication_for(protocol, version.indication, known)
    made = visit_plan(
        protocol,
        subject=Subject(f"{patient.given} {patient.family}".strip(), patient.birth_date, patient.mrn),
        order=OrderOfRecord(str(version.order_id), _day(version.signed_at, site), version.ends_on, str(version.pk)),
        indication=indication.value.key if indication.value else "",
        brand=version.brand,
        dose=quantity(decided.amount, decided.unit),
        volume=None if decided.volume_ml is None else quantity(decided.volume_ml, "mL"),
        course=course_of(known),
        weight=_weight(version),
        regimen=version.regimen,
        phase=dose.phase,
        known=known,
        dose_per=dose_per_of(protocol, version, dose, known),
        ordered=premedications_of(version),
        skip_questions=questions_to_skip(protocol, known),
        policy=policy or policy_in_force(site),
        desensitization=version.desensitization,
        had=had_from(known.facts, protocol),
    )
    plan = replace(made.value, day=day, **sizes_of(made.value, known, day)) if made.value else None
    plan = replace(plan, **beside_the_drug(site, known, day)) if plan else None
    return decided, Decision(plan, made.reasons, made.working)


@dataclass(frozen=True, slots=True)
class Together:
    """The plan of a visit for several doses: the decision behind each further drug, and what was left out with its reasons."""

    plan: VisitPlan
    further: tuple[tuple[str, DoseDecision], ...]
    left_out: tuple[str, ...] = ()


def plan_together(
    first: VisitPlan, others: Iterable[PlannedDose], site: Site, at: datetime, policy: SitePolicy | None = None
) -> Together:
    """The plan of the dose that was booked, with each further one that can be given beside it.

    One that is not decided or signed, or that contradicts the others, is left out, and its reason is told.
    """
    plan, further, left = first, [], []
    for dose in others:
        decided, made = plan_for(dose.pk, site, at, policy)
        if made.reasons or made.value is None or decided is None:
            left.append(_left(dose, made.reasons))
            continue
        joined = together(plan, made.value)
        if joined.reasons or joined.value is None:
            left.append(_left(dose, joined.reasons))
            continue
        plan = joined.value
        further += [(drug.key, decided) for drug in made.value.drugs]
    return Together(plan, tuple(further), tuple(left))


def replanned(visit: Visit, at: datetime) -> tuple[DoseDecision | None, Decision[Together]]:
    """The plan of a visit as it would be made now, for the doses that it carries out. A dose that fits no more is a reason."""
    kept = from_text(visit.plan_text).policy
    decided, first = plan_for(visit.planned_dose_id, visit.site, at, kept)
    if first.value is None or first.reasons:
        return decided, Decision(None, first.reasons, first.working)
    made = plan_together(first.value, [row.planned_dose for row in further_of(visit).values()], visit.site, at, kept)
    # Window and kit stay as the patient and the nurse were told, the order set as it was when the visit was opened.
    opened = plan_text.from_text(visit.plan_text)
    made = replace(made, plan=replace(made.plan, home=opened.home, order_set=opened.order_set))
    reasons = tuple(refused("mismatch", left, field="dose") for left in made.left_out)
    return decided, Decision(made, reasons, first.working)


def _left(dose: PlannedDose, reasons: tuple[Reason, ...]) -> str:
    name = dose.plan.order_version.release.name
    return f"{name}, dose {dose.number}, is also due today and is not part of this visit: {reasons[0].message}"


def _order_reasons(version: OrderVersion) -> list[Reason]:
    if version.status == OrderVersion.Status.SIGNED:
        return []
    state = version.get_status_display().lower()
    return [
        refused(
            "not_signed",
            f"The order of this dose is marked “{state}”. No infusion without a prescriber's signed order.",
            field="order",
            limit=f"version {version.number}",
        )
    ]


def _dose_reasons(decided: DoseDecision | None, version: OrderVersion, dose: PlannedDose) -> list[Reason]:
    if decided is None or decided.amount is None:
        return [
            unknown(
                "missing_fact",
                "The dose has not been decided yet. Decide the dose first.",
                field="dose",
            )
        ]
    if decided.outcome in ("refused", "unknown"):
        return [
            refused(
                "wrong_state",
                f"The dose was last decided as “{decided.outcome}”. A prescriber or pharmacist decides it first.",
                field="dose",
            )
        ]
    if version.pk != dose.plan.order_version_id and version.signed_at and decided.decided_at < version.signed_at:
        message = f"Version {version.number} of the order was signed after the dose was decided. Decide the dose again first."
        return [unknown("stale_fact", message, field="dose")]
    return []


def _weight(version: OrderVersion) -> Quantity | None:
    return quantity(version.dosing_weight_kg, "kg") if version.dosing_weight_kg is not None else None


def _day(moment: datetime | None, site: Site) -> date | None:
    return moment.astimezone(site.zone).date() if moment else None
