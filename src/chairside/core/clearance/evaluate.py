"""Clearance of one dose for one day: everything that may hold it, each with evidence, due day and who may release it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from chairside.core.clearance import allergies, blocks, elsewhere, gaps, medicines, questions, requirements, safety, tables
from chairside.core.clearance.ask import Ask, ExtraLimit
from chairside.core.clearance.item import Clearance, Item, State
from chairside.core.kernel.decision import Decision, Outcome, Reason
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.plans import question
from chairside.core.plans.course import course_of, in_regimen
from chairside.core.plans.dates import choices
from chairside.core.plans.dates.placing import place_for
from chairside.core.plans.dates.schedule import judge_date
from chairside.core.plans.limits import tiers
from chairside.core.plans.selection import indication_for
from chairside.core.plans.stated import with_diagnosis
from chairside.core.plans.weights import weight as weights
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.truth import Known

_STATES = {
    Outcome.REFUSED: State.HELD,
    Outcome.UNKNOWN: State.UNKNOWN,
    Outcome.REVIEW: State.REVIEW,
    Outcome.ALLOWED: State.MET,
}


def evaluate(
    protocol: Protocol,
    *,
    indication: str,
    dose_number: int,
    day: date,
    patient: Patient,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
    brand: str = "",
    regimen: str = "",
    as_of: date | None = None,
    start: date | None = None,
    interval_days: int | None = None,
    course_start: date | None = None,
    extra_limits: Iterable[ExtraLimit] = (),
    desensitization: str = "",
) -> Decision[Clearance]:
    """Evaluate everything that may hold a dose on a day.

    indication     a key of the protocol, or an ICD-10-CM code
    brand          a product of the protocol, where one is known; one that it does not have is refused
    day, as_of     the day of the dose, and the day of asking (the same when left out). Facts after `as_of` are not known yet;
                   ages of results are counted to `day`
    start          day of the first dose as planned, when it was not given yet
    desensitization   the scheme that the signed order names: it opens what a reaction to the drug itself has closed
    extra_limits   stricter freshness from outside the protocol, such as a payer's 60 days for iron studies
    The value is always present. The outcome is that of the strongest item; what is only due makes it `unknown`.
    """
    asked_on = min(as_of or day, day)
    given = in_regimen(history, protocol, regimen, dose_number)
    course = course_of(given, protocol.id, dose_number, day, course_start)
    told = tuple(fact for fact in facts if fact.on <= asked_on or fact.status == "planned")
    known = Known(day, patient, told, course.everything, protocol.facts, before=max(0, dose_number - 1))
    known = with_diagnosis(known, protocol, indication)
    found = indication_for(protocol, indication, known)
    chosen = tiers.regimen_by_weight(protocol, found.value, regimen, known, brand)
    ask = Ask(
        protocol,
        found.value.key if found.value else "",
        dose_number,
        day,
        asked_on,
        known,
        course,
        tuple(extra_limits),
        chosen.value.key if chosen.value else "",
        brand,
        desensitization,
        tuple(dose for dose in given if dose.on <= day),
    )
    items = [
        *_from_reasons("population", found.reasons, ask),
        *_from_reasons("population", tuple(reason for reason in chosen.reasons if reason not in found.reasons), ask),
        *_from_reasons("course", question.inputs(protocol, dose_number, brand, course, known), ask),
        *gaps.judge(ask),
        *requirements.judge(ask),
        *questions.judge(ask),
        *safety.contraindications(ask),
        *allergies.judge(ask),
        *safety.earlier_reactions(ask),
        *blocks.judge(ask),
        *medicines.judge(ask),
        *elsewhere.judge(ask),
        *tables.judge(ask),
        *_weight(ask),
    ]
    if chosen.value is not None:
        items += _from_reasons("course", place_for(chosen.value, dose_number, "", course, known).reasons, ask)
        begun = course.doses[0].on if course.doses else None
        items += _from_reasons("course", choices.due(protocol, chosen.value, regimen, begun, day), ask)
        items += _from_reasons("course", question.new_course(chosen.value, course, known), ask)
        dated = judge_date(
            protocol,
            regimen=chosen.value.key,
            dose_number=dose_number,
            day=day,
            start=start or day,
            history=given,
            interval_days=interval_days,
            course_start=course_start,
            facts=told,
        )
        items += _from_reasons("interval", dated.reasons, ask) or [
            Item("interval", "interval", State.MET, "The day is in the window.")
        ]
    reasons = [reason for item in items if (reason := item.reason()) is not None]
    return Decision(Clearance(dose_number, day, asked_on, tuple(items)), tuple(dict.fromkeys(reasons)))


def _from_reasons(what: str, reasons: Iterable[Reason], ask: Ask) -> list[Item]:
    """Reasons of another rule as items, so that one list says everything."""
    return [
        Item(
            what,
            what,
            _STATES[reason.outcome],
            reason.message,
            reason.code,
            reason.source,
            by=ask.day,
            before_dose=ask.dose_number,
            release=() if reason.override == "none" else (reason.override,),
            limit=reason.limit,
        )
        for reason in reasons
    ]


def _weight(ask: Ask) -> Iterator[Item]:
    """The dosing weight of record, and today's against it (H-003)."""
    today, of_record = weights.measured(ask.known), ask.known.patient.weight
    yield from _from_reasons("vital", today.reasons, ask)
    if of_record is not None:
        judged = weights.judge(today.value, of_record, ask.protocol.tolerances.weight_percent)
        yield from _from_reasons("vital", judged.reasons, ask)
