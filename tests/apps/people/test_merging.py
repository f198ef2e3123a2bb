"""A merge says that two records are one person; it moves nothing, and undoing it restores exactly what was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.merging import patient_merge, patient_unmerge
from chairside.apps.people.models import LikelyDuplicate, Patient, PatientMerge
from chairside.apps.people.selectors import records_of, system_actor
from chairside.apps.visit.models import Visit
from chairside.core.access import Role
from tests.apps.people.two_records import merged, pair, patient
from tests.apps.walk import NOW, TODAY, Center, center, must

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def undo(place: Center, merge: PatientMerge):
    return patient_unmerge(merge=merge, reason="two cards", actor=place.actor(Role.MANAGER), at=NOW + timedelta(hours=1))


def ends(*records: Patient) -> list[str]:
    """The number of the record that each is read through."""
    found = {row.pk: row for row in Patient.objects.all()}
    return [found[found[row.pk].merged_into_id or row.pk].mrn for row in records]


def everything() -> dict[str, object]:
    """Every row of every table that a merge could touch, as text."""
    tables = ["people_patient", "people_patientidentifier", "people_fact", "people_likelyduplicate", "people_contact"]
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY t.id")
            found[table] = cursor.fetchall()
    return found


def test_a_merge_is_kept_with_who_said_it_and_audited_under_both_numbers(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    row = merged(place, kept, other)
    assert (row.kept, row.merged, row.by, row.reason) == (kept, other, place.actor(Role.INTAKE).name, "both cards seen")
    assert ends(kept, other) == ["A", "A"]
    entries = AuditEntry.objects.filter(action="patient.merge")
    assert {entry.patient for entry in entries} == {kept.pk, other.pk}
    assert {entry.reason for entry in entries} == {"both cards seen"}


def test_undoing_restores_every_row_exactly(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    pair(place, kept, other)
    before = everything()
    row = merged(place, kept, other)
    assert everything() != before
    must(undo(place, row))
    assert everything() == before
    row.refresh_from_db()
    assert (row.undone_by, row.undone_reason) == (place.actor(Role.MANAGER).name, "two cards")


def test_merges_may_be_undone_in_any_order(place: Center) -> None:
    records = [patient(place, number) for number in "ABCD"]
    a, b, c, d = records
    first = merged(place, b, a)
    second = merged(place, c, b)
    third = merged(place, a, d)  # a is merged already: d goes where a is read
    assert ends(*records) == ["C", "C", "C", "C"]
    assert set(records_of(a).values_list("pk", flat=True)) == {row.pk for row in records}
    must(undo(place, second))
    assert ends(*records) == ["B", "B", "C", "B"]
    must(undo(place, first))
    assert ends(*records) == ["A", "B", "C", "A"]
    must(undo(place, third))
    assert ends(*records) == ["A", "B", "C", "D"]


def test_the_same_merge_again_is_the_one_that_stands(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    row = merged(place, kept, other)
    again = patient_merge(
        kept=kept, merged=other, reason="A40 again", actor=system_actor(place.organization.pk), at=NOW, by="ADT^A40 17"
    )
    assert again.value == row
    assert PatientMerge.objects.count() == 1


def test_a_record_goes_into_one_other_and_never_in_a_circle(place: Center) -> None:
    a, b, c = (patient(place, number) for number in "ABC")
    merged(place, a, b)
    actor = place.actor(Role.INTAKE)
    for kept, other in ((c, b), (b, a), (a, a)):
        decision = patient_merge(kept=kept, merged=other, reason="x", actor=actor, at=NOW)
        assert decision.value is None
        assert decision.reasons[0].code in ("wrong_state", "wrong_person")
    assert ends(a, b, c) == ["A", "A", "C"]


def test_another_birth_date_takes_the_right_one(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B", birth_date=date(1961, 4, 3))
    told = {"kept": kept, "merged": other, "reason": "passport", "actor": place.actor(Role.INTAKE), "at": NOW}
    assert [reason.field for reason in patient_merge(**told).reasons] == ["birth_date"]  # type: ignore[arg-type]
    assert patient_merge(**told, birth_date=date(1961, 4, 3)).value is None  # type: ignore[arg-type]
    assert not PatientMerge.objects.exists()
    assert patient_merge(**told, birth_date=date(1961, 3, 4)).value is not None  # type: ignore[arg-type]


def test_a_record_of_another_organization_is_not_merged(place: Center) -> None:
    kept = patient(place, "A")
    with center("other", (Role.INTAKE,)) as elsewhere:
        stranger = patient(elsewhere, "A")
    decision = patient_merge(kept=kept, merged=stranger, reason="x", actor=place.actor(Role.INTAKE), at=NOW)
    assert [reason.code for reason in decision.reasons] == ["wrong_person"]
    decision = patient_merge(kept=stranger, merged=kept, reason="x", actor=place.actor(Role.INTAKE), at=NOW)
    assert [reason.code for reason in decision.reasons] == ["wrong_person"]


def test_nobody_is_merged_while_they_sit_in_a_chair_under_that_number(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    visit = Visit.objects.create(
        organization=place.organization, patient=other, site=place.site, protocol_sha256="x", plan_text="", opened_at=NOW,
        day=TODAY, stage="infusing",
    )  # fmt: skip
    told = {"kept": kept, "merged": other, "reason": "x", "actor": place.actor(Role.INTAKE), "at": NOW}
    assert [reason.field for reason in patient_merge(**told).reasons] == ["visit"]  # type: ignore[arg-type]
    visit.stage = "discharged"
    visit.save()
    assert patient_merge(**told).value is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.NURSE, Role.BILLER, Role.FRONT_DESK, Role.PRESCRIBER])
def test_who_may_not_merge_may_not_undo(place: Center, role: Role) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    actor = place.actor(role)
    decision = patient_merge(kept=kept, merged=other, reason="x", actor=actor, at=NOW)
    assert [reason.code for reason in decision.reasons] == ["not_permitted"]
    row = merged(place, kept, other)
    undone = patient_unmerge(merge=row, reason="x", actor=actor, at=NOW)
    assert [reason.code for reason in undone.reasons] == ["not_permitted"]


def test_a_merge_is_undone_once_and_with_a_reason(place: Center) -> None:
    row = merged(place, patient(place, "A"), patient(place, "B"))
    empty = patient_unmerge(merge=row, reason=" ", actor=place.actor(Role.INTAKE), at=NOW)
    assert [reason.field for reason in empty.reasons] == ["reason"]
    must(undo(place, row))
    assert [reason.code for reason in undo(place, row).reasons] == ["wrong_state"]


def test_a_pair_is_decided_with_the_merge_and_asked_again_after_its_undoing(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    asked = pair(place, kept, other)
    row = merged(place, kept, other)
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_by) == (LikelyDuplicate.Decision.SAME, row.by)
    must(undo(place, row))
    asked.refresh_from_db()
    assert (asked.decision, asked.decided_at) == ("", None)


def test_the_history_of_a_record_tells_of_both_changes(place: Center) -> None:
    kept, other = patient(place, "A"), patient(place, "B")
    must(undo(place, merged(place, kept, other)))
    states = list(other.events.order_by("pgh_id").values_list("merged_into", flat=True))  # type: ignore[attr-defined]
    assert states[-2:] == [kept.pk, None]
    assert datetime.now(UTC) >= other.events.latest("pgh_id").pgh_created_at  # type: ignore[attr-defined]
