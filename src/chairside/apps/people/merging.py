"""Merging two records of one person, and taking it back.

No row of either record moves. `Patient.merged_into` names the record that is kept at the end, through however many merges;
`PatientMerge` keeps what was said, and the ends are worked out again from those that stand. So undoing is exact, in any order:
a record that was merged into another which was merged in its turn goes where that one goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chairside.apps.audit.notify import topics_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.people.lock import receiving_lock
from chairside.apps.people.models import LikelyDuplicate, Patient, PatientMerge
from chairside.apps.people.selectors import records_of
from chairside.core.access import Action, Actor
from chairside.core.intake.merging import Standing, judge, kept_at_the_end
from chairside.core.kernel.decision import Decision, refused, unknown

_OVER = ("discharged", "documented", "left_against_advice", "transferred")  # stages of a visit that keep nobody in a chair


def patient_merge(
    *,
    kept: Patient,
    merged: Patient,
    reason: str,
    actor: Actor,
    at: datetime,
    by: str = "",
    birth_date: date | None = None,
) -> Decision[PatientMerge]:
    """Read `merged` through `kept` from now on. A person decides it in the review queue, or a message says so (HL7 A40).

    by            who said so: the message and its sender; the actor's name when empty
    birth_date    the right one, where the records disagree: it must be that of `kept`
    Where `kept` is itself merged, the record kept at the end stands for both. A merge that stands already is given back, and
    nothing is written.
    """
    permitted: Decision[PatientMerge] = actor.may(Action.PATIENT_MERGE).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        rows = _locked(kept.pk, merged.pk)
        standing = PatientMerge.objects.filter(kept=kept, merged=merged, undone_at=None).first()
        if standing is not None:
            return Decision(standing)
        judged = judge(
            _standing(rows.get(kept.pk, kept), at), _standing(rows.get(merged.pk, merged), at),
            reason=reason, birth_date=birth_date,
        )  # fmt: skip
        if not judged.allowed:
            return judged.without_value()
        end = rows[kept.pk].merged_into_id or kept.pk
        row = PatientMerge.objects.create(
            organization_id=actor.organization,
            kept=kept,
            merged=merged,
            at=at,
            by=(by or actor.name)[:200],
            reason=reason.strip(),
        )
        Patient.objects.filter(Q(pk=merged.pk) | Q(merged_into=merged.pk)).update(merged_into=end)
        _pairs_settle(end, row)
        _tell(row, "patient.merge", f"{rows[merged.pk].mrn} into {rows[kept.pk].mrn}; {row.by}", reason, actor, at, end)
    return Decision(row)


def patient_unmerge(*, merge: PatientMerge, reason: str, actor: Actor, at: datetime, by: str = "") -> Decision[PatientMerge]:
    """Take a merge back: both records are read by themselves again, each with what is stored under it.

    What was recorded while they were merged stays under the record that it was recorded for. A pair that was decided with this
    merge is asked again.
    """
    permitted: Decision[PatientMerge] = actor.may(Action.PATIENT_MERGE).without_value()
    if not permitted.allowed:
        return permitted
    if not reason.strip():
        message = "Write how you know that they are two people, or why the merge was wrong."
        return Decision(None, (unknown("missing_fact", message, field="reason"),))
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        rows = _locked(merge.kept_id, merge.merged_id)
        row = PatientMerge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is not None:
            message = f"{row.undone_by} has already undone this merge."
            return Decision(None, (refused("wrong_state", message, field="merge"),))
        end = rows[row.merged_id].merged_into_id or row.kept_id
        row.undone_at, row.undone_by, row.undone_reason = at, (by or actor.name)[:200], reason.strip()
        row.save(update_fields=["undone_at", "undone_by", "undone_reason"])
        _part(set(Patient.objects.filter(Q(pk=end) | Q(merged_into=end)).values_list("pk", flat=True)))
        detail = f"{rows[row.merged_id].mrn} from {rows[row.kept_id].mrn}; {row.undone_by}"
        _tell(row, "patient.unmerge", detail, reason, actor, at, end)
    return Decision(row)


def _locked(*ids: UUID) -> dict[UUID, Patient]:
    """Both records, and those kept for them, locked in the order of their ids and read again."""
    asked = Q(pk__in=ids) | Q(merged__in=ids)
    wanted = Patient.objects.filter(asked).values("pk")
    rows = Patient.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def _standing(row: Patient, at: datetime) -> Standing:
    # A visit's log may be left open by mistake: one of an earlier day keeps nobody in a chair.
    stages = Patient.objects.filter(
        Q(pk=row.pk) | Q(merged_into=row.pk), visits__closed=False, visits__day__gte=(at - timedelta(days=1)).date()
    ).values_list("visits__stage", flat=True)
    return Standing(
        id=str(row.pk),
        person=str(row.merged_into_id or row.pk),
        number=row.mrn,
        organization=str(row.organization_id),
        born=row.birth_date,
        birth_text=row.birth_text,
        in_a_chair=any(stage not in _OVER for stage in stages),
    )


def _part(records: set[UUID]) -> None:
    """Work out anew which record each of these is read through, and ask again about pairs that are two people now."""
    merges = dict(PatientMerge.objects.filter(merged__in=records, undone_at=None).values_list("merged", "kept"))
    ends = {record: kept_at_the_end(merges, record) for record in records}
    for record, end in sorted(ends.items()):
        Patient.objects.filter(pk=record).update(merged_into=None if end == record else end)
    pairs = LikelyDuplicate.objects.filter(one__in=records, other__in=records, decision=LikelyDuplicate.Decision.SAME)
    apart = [row.pk for row in pairs if ends[row.one_id] != ends[row.other_id]]
    LikelyDuplicate.objects.filter(pk__in=apart).update(decision="", decided_at=None, decided_by="", decided_reason="")


def _pairs_settle(end: UUID, row: PatientMerge) -> None:
    """Pairs that are one person now are decided with the merge."""
    records = list(records_of(end).values_list("pk", flat=True))
    LikelyDuplicate.objects.filter(one__in=records, other__in=records, decision="").update(
        decision=LikelyDuplicate.Decision.SAME, decided_at=row.at, decided_by=row.by, decided_reason=row.reason
    )


def _tell(row: PatientMerge, action: str, detail: str, reason: str, actor: Actor, at: datetime, end: UUID) -> None:
    """One audit entry under each number, so that whoever asks about either finds it; every open page hears of it."""
    records: Iterable[UUID] = sorted({row.kept_id, row.merged_id, end})
    for patient in sorted({row.kept_id, row.merged_id}):
        entry_record(
            actor=actor, action=action, subject_type="patient_merge", subject=row.pk, at=at,
            patient=patient, reason=reason, detail=detail,
        )  # fmt: skip
    topics_on_commit(*(("patient", record) for record in records))
