"""One person's way from the referral to a planned, decided, authorized dose, each step by its service, at its own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from chairside.apps.coverage import services as coverage
from chairside.apps.coverage.models import Coverage
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import Finding, MissingItem, OrderVersion, Referral
from chairside.apps.people.models import Patient
from chairside.apps.people.services import fact_record
from chairside.apps.plans import services as plans
from chairside.apps.plans.models import PlannedDose
from chairside.apps.visit.services.elsewhere import doses_given_report
from chairside.cli.demo_center.center import Center, must
from chairside.cli.demo_center.packet import IRON, doctor_of, ordered_amount, packet_of
from chairside.cli.demo_center.payers import PAYERS
from chairside.cli.demo_center.table import Person, Stage
from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Reaction
from chairside.core.kernel.quantity import Quantity, quantity

_INDUCTION = (0, 14, 42)
_PLANNED_DAYS_AGO = 5  # the older records came and the plan was made
_NOTES = {
    "denied": "By letter: wants another brand tried first.",
    "pending": "Asked through the portal, with notes.",
    "not_required": "By phone, Ms. Aldana: none for this drug under Part B.",
}
_WITHOUT_PLAN = frozenset({Stage.INCOMPLETE, Stage.COMPLETE, Stage.SIGNING})


@dataclass(frozen=True, slots=True)
class Journey:
    """How far a person came. `dose` is the next planned dose, None where there is no plan yet."""

    person: Person
    patient: Patient
    referral: Referral
    dose: PlannedDose | None = None


def go(center: Center, person: Person) -> Journey:
    """As far as the person's stage says."""
    with transaction.atomic():
        patient, referral = _receive(center, person)
        if person.stage in (Stage.INCOMPLETE, Stage.COMPLETE):
            _chase(center, person, referral)
            return Journey(person, patient, referral)
        version = _draft(center, person, referral)
        insurance = _insure(center, person, patient)
        if person.stage is Stage.SIGNING:
            return Journey(person, patient, referral)
        _sign(center, person, version)
        _consent(center, person, patient)
        _report_earlier(center, person, patient)
        dose = _plan(center, person, version)
        _authorize(center, person, version, insurance)
        return Journey(person, patient, referral, dose)


def earlier_days(person: Person, target: date) -> list[date]:
    """The days of the doses before the next one, as the regimen asks for them."""
    if person.iron:
        offsets = [0, 7]
    else:
        every = 42 if person.diagnosis.startswith("M45") else 56
        offsets = [*_INDUCTION, *(_INDUCTION[-1] + every * n for n in range(1, max(person.dose - 2, 1)))]
    return [target - timedelta(days=offsets[person.dose - 1] - offset) for offset in offsets[: person.dose - 1]]


def _receive(center: Center, person: Person) -> tuple[Patient, Referral]:
    at = center.at(f"{8 + person.number % 8:02}:{person.number % 60:02}" if person.days_ago else "08:12", -person.days_ago)
    packet = packet_of(person, center.day, at)
    made = must(
        intake.referral_receive(
            site=center.site, packet=packet, source=f"fax:{person.mrn}", actor=center.actors["intake"], at=at
        )
    )
    if made.referral is None:
        raise AssertionError(f"{person.mrn}: no referral")
    return made.patient, made.referral


def _chase(center: Center, person: Person, referral: Referral) -> None:
    """What lacks is asked for, in the older referrals; a fresh one nobody has looked at."""
    if person.days_ago < 3:
        return
    for item in MissingItem.objects.filter(referral=referral).order_by("what"):
        at = center.at("10:20", 1 - person.days_ago)
        must(intake.missing_item_request(item=item, owner=center.users["intake"], actor=center.actors["intake"], at=at))


def _draft(center: Center, person: Person, referral: Referral) -> OrderVersion:
    at = center.at("15:30", -person.days_ago)
    return must(intake.order_draft_from_referral(referral=referral, actor=center.actors["intake"], at=at))


def _sign(center: Center, person: Person, version: OrderVersion) -> None:
    at = center.at("12:40", 1 + person.number % 3 - person.days_ago)
    for finding in Finding.objects.filter(referral=version.order.referral_id, solved_at=None, severity="hold").order_by("code"):
        must(
            intake.finding_settle(
                finding=finding, reason="Read with the referring doctor.", actor=center.actors["prescriber"], at=at
            )
        )
    seen = intake.signing_judgement(version).value or ""
    signer = center.actors["prescriber"]
    must(intake.order_sign(version=version, seen_digest=seen, actor=signer, at=at, reason="Read, and right as it stands."))


def _consent(center: Center, person: Person, patient: Patient) -> None:
    if "consent" not in person.lacks:
        on = center.day - timedelta(days=_PLANNED_DAYS_AGO + 1)
        _record(center, patient, Fact(FactKind.CONSENT, "treatment", on, "given"), on)
    if "alt_high" in person.lacks:
        on = center.day - timedelta(days=1)
        _record(center, patient, Fact(FactKind.LAB, "alt", on, Decimal(214), "U/L", upper=Decimal(40)), on)


def _record(center: Center, patient: Patient, fact: Fact, on: date) -> None:
    at = center.at("16:05", (on - center.day).days)
    must(fact_record(patient=patient, fact=fact, today=on, actor=center.actors["nurse1"], at=at))


def _report_earlier(center: Center, person: Person, patient: Patient) -> None:
    """The papers of the place that gave the doses before."""
    reactions = {number: Reaction(grade, term) for number, grade, term in person.reactions}
    doses = [
        DoseGiven(
            person.protocol,
            number,
            on,
            _amount(person),
            person.brand or IRON,
            reactions.get(number),
            tolerated=number not in reactions or reactions[number].grade < 2,
        )
        for number, on in enumerate(earlier_days(person, center.day + timedelta(days=person.due)), start=1)
    ]
    if doses:
        at = center.at("11:00", -_PLANNED_DAYS_AGO)
        source = f"Records of {doctor_of(person).practice}, by fax"
        must(
            doses_given_report(
                patient=patient, doses=doses, source=source, today=at.date(), actor=center.actors["nurse1"], at=at
            )
        )


def _amount(person: Person) -> Quantity:
    """What was given before: the ordered amount for the weight of record."""
    ordered = ordered_amount(person)
    stated = quantity(ordered.number, ordered.unit)
    return stated * quantity(person.weight, "kg") if "/" in ordered.unit else stated


def _plan(center: Center, person: Person, version: OrderVersion) -> PlannedDose:
    start = center.day + timedelta(days=person.due)
    at = center.at("13:10", -_PLANNED_DAYS_AGO)
    plan = must(plans.plan_make(order_version=version, start_on=start, actor=center.actors["pharmacist"], at=at))
    dose = plan.doses.order_by("number").first()
    if dose is None or dose.number != person.dose or dose.target_on != start:
        raise AssertionError(
            f"{person.mrn}: dose {person.dose} on {start} was meant, {dose and (dose.number, dose.target_on)} planned"
        )
    if person.stage is Stage.STOPPED:
        reason = "Moves to another state; the new center has the records."
        must(plans.plan_stop(plan=plan, reason=reason, actor=center.actors["prescriber"], at=center.at("09:45", -2)))
        return dose
    must(plans.dose_decide(planned_dose=dose, actor=center.actors["pharmacist"], at=center.at("14:20", 1 - _PLANNED_DAYS_AGO)))
    return dose


def _insure(center: Center, person: Person, patient: Patient) -> Coverage:
    payer, at = PAYERS[person.payer], center.at("11:15", -person.days_ago + (1 if person.days_ago else 0))
    starts = date(center.day.year, 1, 1)
    row = must(
        coverage.coverage_record(
            patient=patient, payer=payer.name, line=payer.line, plan=payer.plan, member=f"{payer.prefix}{person.mrn[-5:]}7",
            starts_on=starts, payer_code=payer.code, actor=center.actors["authorization"], at=at,
        )
    )  # fmt: skip
    if person.stage not in _WITHOUT_PLAN:
        must(
            coverage.benefits_verify(
                coverage=row, on=at.date(), note=payer.told, today=at.date(), actor=center.actors["authorization"], at=at
            )
        )
    return row


def _authorize(center: Center, person: Person, version: OrderVersion, insurance: Coverage) -> None:
    """The payer's answer; an approval with days, and units for as many doses as they hold."""
    if person.auth == "none" or person.stage is Stage.STOPPED:
        return
    expiring = person.auth == "expiring"
    answer = "approved" if expiring else person.auth or PAYERS[person.payer].usual
    approved = answer == "approved"
    product = protocol_of(version.release_id).product(version.brand)
    units = 1500 if person.iron else 100 if expiring else 200
    must(
        coverage.authorization_record(
            coverage=insurance,
            order=version.order,
            status=answer,
            reference=f"PA-{person.mrn[-5:]}" if approved else "",
            product_code=product.billing[0].code if approved and product else "",
            units=Decimal(units) if approved else None,
            starts_on=center.day - timedelta(days=20) if approved else None,
            ends_on=center.day + timedelta(days=9 if expiring else 180 + person.number % 100) if approved else None,
            note=_NOTES.get(answer, ""),
            actor=center.actors["authorization"],
            at=center.at("15:10", -4),
        )
    )
