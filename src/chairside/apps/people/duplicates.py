"""Records that may be one person: found when a new one comes in, decided by a person. Nothing is merged here on a score."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chairside.apps.audit.services import entry_record
from chairside.apps.people.lock import receiving_lock
from chairside.apps.people.merging import patient_merge
from chairside.apps.people.models import LikelyDuplicate, Patient
from chairside.apps.people.selectors import candidate_of, kept_record
from chairside.core.access import Action, Actor
from chairside.core.intake.alike import digits
from chairside.core.intake.matching import Candidate, Likeness, Name, likeness, told
from chairside.core.kernel.decision import Decision, Reason, refused, unknown

# Ten records for each thing in common: there are five, so fifty for each new patient, however many there are.
_BLOCK = "(SELECT * FROM people_patient WHERE organization_id = %s AND id <> %s AND {} LIMIT 10)"


def duplicates_look_for(*, patient: Patient, at: datetime) -> tuple[LikelyDuplicate, ...]:
    """Put records that look like the same person as this new one on the list to review; the pairs that are new on it.

    For whoever has just made a patient, within their transaction. One query where nobody is alike, five at most, and fifty
    records at most, however many there are. A pair that was ever asked about is never asked again.
    """
    own = patient.merged_into_id or patient.pk
    # Numbers elsewhere are the only thing not read yet, and no two records have the same: they can only lower a score.
    near = [row for row in _blocks(patient) if likeness(_by_itself(patient), _by_itself(row)).to_review]
    kept = {row.merged_into_id or row.pk for row in near} - {own}
    if not kept:
        return ()
    persons = _persons({*kept, own})
    mine = candidate_of(*persons.pop(own))
    alike = {pk: likeness(mine, candidate_of(*rows)) for pk, rows in persons.items()}
    known = _asked_about(patient, [row.pk for rows in persons.values() for row in rows])
    return tuple(
        LikelyDuplicate.objects.bulk_create(
            _pair(persons[pk][0], patient, found, at)
            for pk, found in alike.items()
            if found.to_review and not known & {row.pk for row in persons[pk]}
        )
    )


def duplicate_decide(
    *,
    pair: LikelyDuplicate,
    same: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    keep: Patient | None = None,
    birth_date: date | None = None,
) -> Decision[LikelyDuplicate]:
    """Say of a pair that it is one person (`keep` is the record that stays) or that it is two, which is remembered for good."""
    decision: Decision[LikelyDuplicate] = actor.may(Action.PATIENT_MERGE).without_value()
    decision = decision.because(*_against(pair, same, keep, reason))
    if not decision.allowed:
        return decision
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        row = LikelyDuplicate.objects.select_related("one__merged_into", "other__merged_into").get(pk=pair.pk)
        if row.decision:
            message = f"{row.decided_by} has already decided this: {row.get_decision_display().lower()}."
            return Decision(None, (refused("wrong_state", message, field="decision"),))
        if same:
            stays, goes = (row.one, row.other) if keep == row.one else (row.other, row.one)
            merged = patient_merge(
                kept=kept_record(stays), merged=kept_record(goes), reason=reason, actor=actor, at=at, birth_date=birth_date
            )
            if merged.value is None:
                return merged.without_value()
            row.refresh_from_db()
        else:
            row.decision, row.decided_at = LikelyDuplicate.Decision.DIFFERENT, at
            row.decided_by, row.decided_reason = actor.name[:200], reason.strip()
            row.save(update_fields=["decision", "decided_at", "decided_by", "decided_reason"])
            entry_record(
                actor=actor,
                action="patient.keep_apart",
                subject_type="likely_duplicate",
                subject=row.pk,
                at=at,
                patient=row.one_id,
                reason=reason,
                detail=f"{row.one.mrn} and {row.other.mrn} are two people",
            )
    return Decision(row)


def _against(pair: LikelyDuplicate, same: bool, keep: Patient | None, reason: str) -> Iterable[Reason]:
    if same and (keep is None or keep.pk not in (pair.one_id, pair.other_id)):
        yield unknown("missing_fact", "Choose the record that is kept.", field="keep")
    if not reason.strip():
        yield unknown("missing_fact", "Write how you know it.", field="reason")


# ---- what is looked at ----


def _blocks(patient: Patient) -> list[Patient]:
    """Records that have something in common with this one, a few for each thing: one query, and never a walk over all."""
    families, initial = _spellings(patient.family), patient.given.strip()[:1]
    blocks: list[tuple[str, list[object]]] = []
    if patient.birth_date:
        blocks.append(("family = ANY(%s) AND birth_date = %s", [families, patient.birth_date]))
        blocks.append(("birth_date = %s", [patient.birth_date]))
    if phones := _phones(patient.phone):
        blocks.append(("phone = ANY(%s)", [phones]))
    if patient.family.strip() and initial:
        blocks.append(("family = ANY(%s) AND upper(left(given, 1)) = upper(%s)", [families, initial]))
    if patient.postal_code.strip() and patient.given.strip():
        blocks.append(("postal_code = %s AND given = ANY(%s)", [patient.postal_code, _spellings(patient.given)]))
    if not blocks:
        return []
    own = [patient.organization_id, patient.pk]
    # Written out: building the same union from parts takes longer than the database needs to answer it.
    query = " UNION ".join(_BLOCK.format(condition) for condition, _ in blocks)
    return list(Patient.objects.raw(query, [value for _, values in blocks for value in (*own, *values)]))


def _by_itself(row: Patient) -> Candidate:
    """A record without its numbers elsewhere."""
    return Candidate(
        (Name(row.family, row.given),),
        row.birth_date,
        row.birth_text,
        row.sex,
        (row.phone,),
        (row.email,),
        (row.address,),
        (row.postal_code,),
    )


def _spellings(name: str) -> list[str]:
    """A name as different senders write it, with accents and capitals or without: so an index of the exact text finds it."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    spaced = {text for one in (name, bare) for text in (one, one.replace("-", " "), one.replace(" ", "-"))}
    return sorted({form for text in spaced for form in (text, text.upper(), text.lower(), text.title())})


def _phones(phone: str) -> list[str]:
    """A phone number as different senders write it."""
    found = digits(phone)
    if len(found) != 10:
        return [phone] if found else []
    area, exchange, line = found[:3], found[3:6], found[6:]
    forms = {f"{area}-{exchange}-{line}", f"({area}) {exchange}-{line}", f"{area}.{exchange}.{line}", found}
    return sorted({phone, *(f"{code}{form}" for form in forms for code in ("", "1", "+1", "1-", "+1-", "+1 "))})


def _persons(kept: Iterable[UUID]) -> dict[UUID, list[Patient]]:
    """The records of each person, the one that is kept first, with their numbers elsewhere at hand. Two queries."""
    ids = list(kept)
    rows = Patient.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).prefetch_related("identifiers")
    ordered = sorted(rows, key=lambda row: (row.merged_into_id or row.pk, row.merged_into_id is not None, row.pk))
    return {pk: list(found) for pk, found in groupby(ordered, key=lambda row: row.merged_into_id or row.pk)}


def _asked_about(patient: Patient, records: list[UUID]) -> set[UUID]:
    """Records that somebody was ever asked to compare with this one."""
    pairs = LikelyDuplicate.objects.filter(Q(one=patient, other__in=records) | Q(other=patient, one__in=records)).values_list(
        "one", "other"
    )
    return {record for pair in pairs for record in pair} - {patient.pk}


def _pair(older: Patient, patient: Patient, found: Likeness, at: datetime) -> LikelyDuplicate:
    return LikelyDuplicate(
        organization_id=patient.organization_id,
        one=older,
        other=patient,
        score=found.score,
        reasons="\n".join(told(found)),
        found_at=at,
    )
