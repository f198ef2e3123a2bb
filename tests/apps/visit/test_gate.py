"""The one gate: repeated, raced, refused and reported events, on real PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from chairside.apps.audit.models import AuditEntry
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.models import Fact
from chairside.apps.visit.models import Administration, DoseGivenRecord, DoubleCheck, VisitEvent
from chairside.apps.visit.selectors import altered_events
from chairside.apps.visit.services import event_append, projections_rebuild
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Mode
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def test_a_calm_visit_goes_from_check_in_to_signature():
    with story.center() as cast:
        story.run(cast)
        story.finish(cast)
        cast.visit.refresh_from_db()
        assert (cast.visit.stage, cast.visit.closed) == ("documented", True)
        given = DoseGivenRecord.objects.get(visit=cast.visit)
        assert (given.amount, given.unit, given.dose_number, given.tolerated) == (412, "mg", 2, True)
        assert Administration.objects.get(visit=cast.visit).lots == "LOT7"
        cast.appointment.refresh_from_db()
        assert cast.appointment.status == "done"


def test_a_repeated_event_is_the_same_event():
    with story.center() as cast:
        number = uuid4()
        first = cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number)
        again = cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number, expected_sequence=0)
        assert first == again
        assert VisitEvent.objects.filter(visit=cast.visit).count() == 1


def test_the_same_number_with_other_content_is_refused():
    with story.center() as cast:
        number = uuid4()
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number)
        other = cast.do(e.Seated("Chair 1"), "desk", event_id=number)
        assert [reason.code for reason in other.reasons] == ["mismatch"]


def test_a_number_of_another_organization_is_refused_without_a_word_about_it():
    number = uuid4()
    with story.center("south") as south:
        south.must(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number)
    with story.center("north") as north:
        other = north.do(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number)
        assert [reason.code for reason in other.reasons] == ["mismatch"]


def test_a_refused_command_gives_all_reasons_and_writes_nothing():
    with story.center() as cast:
        decision = cast.do(e.InfusionStarted(story.DRUG, story.SAID, quantity("120", "mL/h")))
        codes = {reason.code for reason in decision.reasons}
        assert decision.value is None
        assert {"wrong_state", "missing_fact", "requires_prophylaxis", "rate_limit"} <= codes
        assert not VisitEvent.objects.exists()
        assert not AuditEntry.objects.filter(subject_type="visit_event").exists()


def test_a_command_made_for_an_older_state_is_told_what_happened_meanwhile():
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        late = cast.do(e.Seated("Chair 1"), "nurse", expected_sequence=0)
        assert [reason.code for reason in late.reasons] == ["sequence_conflict"]
        assert "checked in by Desk" in late.reasons[0].message


def test_a_command_without_a_state_is_refused_but_a_pause_never_is():
    with story.center() as cast:
        story.run(cast)
        assert (
            cast.do(e.StepChanged(story.DRUG, quantity("5", "mL/h")), expected_sequence=None).reasons[0].code
            == "sequence_conflict"
        )
        assert cast.do(e.Paused(), expected_sequence=None).allowed
        cast.visit.refresh_from_db()
        assert cast.visit.stage == "paused"


def test_a_reported_start_is_stored_and_opens_an_incident():
    with story.center() as cast:
        claimed = cast.at - timedelta(minutes=30)
        decision = cast.do(
            e.InfusionStarted(story.DRUG, story.SAID, quantity("60", "mL/h")), mode=Mode.REPORTED, claimed_at=claimed
        )
        assert decision.value is not None
        assert decision.value.mode == "reported"
        assert decision.value.claimed_at == claimed
        assert list(VisitEvent.objects.order_by("sequence").values_list("kind", flat=True)) == [
            "infusion_started",
            "incident_opened",
        ]
        assert Administration.objects.get().mode == "reported"


def test_rebuilding_the_typed_tables_from_the_log_changes_nothing():
    with story.center() as cast:
        story.run(cast)
        wrong = VisitEvent.objects.filter(kind="vitals_recorded").first()
        replacement = story.encoded(story.vitals(weight_kg="81.9"))
        cast.must(e.Corrected(str(wrong.pk), "typed for another patient", replacement))
        story.finish(cast)
        before = _typed_rows(cast.visit)
        projections_rebuild(cast.visit)
        assert _typed_rows(cast.visit) == before
        assert all(before.values())


def test_a_corrected_reading_leaves_the_old_one_readable():
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        wrong = cast.must(story.vitals(weight_kg="182"))
        cast.must(e.Corrected(str(wrong.pk), "pounds", story.encoded(story.vitals(weight_kg="82.6"))))
        weights = Fact.objects.filter(code="weight_kg").order_by("recorded_at", "amount")
        assert sorted((str(w.exact), w.corrects_id is not None) for w in weights) == [("182", False), ("82.6", True)]


def _typed_rows(visit):
    rows = {}
    for model in (DoubleCheck, Administration, DoseGivenRecord):
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        rows[model.__name__] = sorted(model.objects.filter(visit=visit).values_list(*names), key=str)
    rows["Fact"] = sorted(Fact.objects.values_list("id", "code", "exact", "source", "corrects"), key=str)
    return rows


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_with_the_same_state_one_is_told_about_the_other():
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        answers, together = [], threading.Barrier(2)

        def write(who: str) -> None:
            try:
                with organization_scope(cast.organization.id):
                    together.wait(10)
                    answers.append(
                        event_append(
                            visit=cast.visit,
                            event_id=uuid4(),
                            payload=e.Seated("Chair 1"),
                            actor=cast.actors[who],
                            at=cast.at,
                            expected_sequence=1,
                        )
                    )
            finally:
                connection.close()

        writers = [threading.Thread(target=write, args=(who,)) for who in ("nurse", "desk")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(20)
        assert sorted([reason.code for reason in answer.reasons] for answer in answers) == [[], ["sequence_conflict"]]
        assert VisitEvent.objects.filter(visit=cast.visit).count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_event_sent_twice_at_once_is_one_event():
    with story.center() as cast:
        number, answers, together = uuid4(), [], threading.Barrier(2)

        def write() -> None:
            try:
                with organization_scope(cast.organization.id):
                    together.wait(10)
                    answers.append(
                        event_append(
                            visit=cast.visit,
                            event_id=number,
                            payload=e.CheckedIn(story.SAID, consent_current=True),
                            actor=cast.actors["desk"],
                            at=cast.at,
                            expected_sequence=0,
                        )
                    )
            finally:
                connection.close()

        writers = [threading.Thread(target=write) for _ in range(2)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(20)
        assert [answer.value.pk for answer in answers] == [number, number]
        assert VisitEvent.objects.filter(visit=cast.visit).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_superusers_edit_of_an_event_is_found(worker_database):
    import psycopg

    with story.center() as cast:
        event = cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        gone = cast.must(e.Seated("Chair 1"), "desk")
        with psycopg.connect(worker_database.cluster.url("superuser", worker_database.name), autocommit=True) as superuser:
            superuser.execute("ALTER TABLE visit_visitevent DISABLE TRIGGER ALL")
            superuser.execute(
                "UPDATE visit_visitevent SET payload = replace(payload, 'Moreno', 'Merino') WHERE id = %s", [event.pk]
            )
            superuser.execute("DELETE FROM visit_visitevent WHERE id = %s", [gone.pk])
        assert {(found.event, found.problem) for found in altered_events()} == {
            (str(event.pk), "its event was changed"),
            (str(gone.pk), "its event is gone"),
        }


def test_an_event_reads_and_writes_only_what_it_needs(django_assert_max_num_queries):
    """Twelve for most; more only where it starts, ends or measures something. It does not grow with the log."""
    with story.center() as cast:
        story.run(cast)
        for _ in range(20):
            cast.must(story.vitals(site_ok=True), minutes=1)
        with django_assert_max_num_queries(15):  # with the savepoint and the visit's own refresh
            cast.must(e.NoteAdded("asleep"))
