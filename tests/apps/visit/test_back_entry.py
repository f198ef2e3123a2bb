"""Entering from paper: reported facts at the paper's time, once each; what cannot be read comes back as it was typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.paper.kinds import KINDS
from chairside.apps.visit.paper.rows import Row
from chairside.apps.visit.paper.words import Around, Unread
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services.paper import paper_enter
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.fold import begin
from chairside.core.visit.values import LotDraw
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db

# The paper of a whole visit, out of order as papers are.
PAPER = (
    ("09:00", "checked-in", "Alba Moreno; 1968-03-04; consent yes"),
    ("09:12", "vitals", "BP 124/78 P 72 T 98.2F R 14 O2 98 W 82.4"),
    ("09:30", "prepared", "Remicade; lot LOT7, 5 x 100 mg, drawn 412 mg; volume 250 mL; in 0.9% sodium chloride; use by 13:30"),
    ("09:45", "start", "60 mL/h; Alba Moreno; 1968-03-04; line traced; emergency ready"),
    ("09:20", "premedication", "acetaminophen"),
    ("10:01", "rate", "120"),
    ("10:20", "symptom", "itching"),
    ("10:21", "pause", "pump 53 mL; itching"),
    ("10:40", "resume", "60 mL/h; itching has gone; pump 53 mL"),
    ("10:39", "symptom-gone", "itching"),
    ("12:30", "stop", "complete; pump 250; left 0"),
    ("12:40", "note", "Paper record of the whole visit; system was down."),
)


def row(clock, kind, text="", *, day="2026-11-23", key=None, drug=""):
    return Row(str(key or uuid4()), day, clock, kind, drug, text)


def enter(cast, *rows, who="nurse", at=None):
    cast.visit.refresh_from_db()
    return paper_enter(visit=cast.visit, rows=rows, actor=cast.actors[who], at=at or story.NINE + timedelta(hours=8))


def log(cast):
    return list(VisitEvent.objects.filter(visit=cast.visit).exclude(kind="incident_opened").order_by("sequence"))


def read(kind, text, plan=None):
    plan = plan or story.plan()
    return KINDS[kind].read(text, Around(plan, begin(plan), plan.drugs[0], story.NINE))


def test_a_whole_paper_becomes_reported_events_in_the_order_of_its_times():
    with story.center() as cast:
        entered = enter(cast, *[row(*line) for line in PAPER])
        assert entered.returned == []
        events = log(cast)
        assert [event.kind for event in events] == [
            "checked_in", "vitals_recorded", "premedication_given", "preparation_recorded", "infusion_started",
            "step_changed", "symptom_reported",
            "paused", "symptom_reported", "resumed", "stopped", "note_added",
        ]  # fmt: skip
        assert {event.mode for event in events} == {"reported"}
        assert [event.claimed_at for event in events] == sorted(event.claimed_at for event in events)
        assert events[0].claimed_at == story.NINE
        state = state_of(cast.visit, plan_of(cast.visit))
        assert state.infusions[story.DRUG].stopped.pump_volume == quantity(250, "mL")


def test_no_guard_refuses_a_line_and_its_incident_is_listed():
    with story.center() as cast:
        entered = enter(cast, row("09:45", "start", "60 mL/h"))
        assert entered.returned == []
        assert len(entered.stored) == 1
        assert "full name and birth date" in entered.incidents[0]
        assert VisitEvent.objects.filter(kind="incident_opened").count() == 1
        again = enter(cast, row("10:01", "rate", "120 mL/h"))
        assert again.incidents[0].endswith("It rests on what did not meet its own guards: infusion started.")


def test_the_same_lines_sent_again_double_nothing():
    with story.center() as cast:
        lines = [row(*line) for line in PAPER]
        enter(cast, *lines)
        before = VisitEvent.objects.count()
        again = enter(cast, *lines)
        assert VisitEvent.objects.count() == before
        assert again.returned == []
        assert again.incidents == []


def test_the_course_of_a_reaction_goes_to_the_reaction_of_the_paper_also_when_sent_again():
    with story.center() as cast:
        lines = [
            row("10:20", "reaction", "flushing; grade 1"),
            row("10:25", "reaction-course", "flushing; grade 2; cetirizine 10 mg given"),
            row("10:50", "reaction-course", "flushing; settled"),
        ]
        for _ in range(2):
            assert enter(cast, *lines).returned == []
        state = state_of(cast.visit, plan_of(cast.visit))
        (reaction,) = state.reactions.values()
        assert reaction.worst == 2
        assert not reaction.open
        assert len(reaction.course) == 3


def test_a_line_that_was_stored_with_another_time_comes_back():
    with story.center() as cast:
        key = uuid4()
        enter(cast, row("10:00", "note", "called the office", key=key))
        again = enter(cast, row("10:30", "note", "called the office", key=key))
        assert "stored before with the time 10:00" in again.returned[0].problems[0]
        assert len(log(cast)) == 1


def test_what_cannot_be_read_comes_back_as_typed_and_the_rest_is_kept():
    with story.center() as cast:
        entered = enter(
            cast,
            row("09:12", "vitals", "124/78 72 36.8"),
            row("", "note", "no time"),
            row("10:00", "", "what was it"),
            row("10:05", "note", "kept"),
            row("25:00", "note", "no such time"),
            row("10:10", "note", "no day", day="11/23"),
        )
        assert [item.text for item in entered.returned] == [
            "no time", "no such time", "no day", "124/78 72 36.8", "what was it",
        ]  # fmt: skip
        assert all(item.problems for item in entered.returned)
        assert [item.row.text for item in entered.stored] == ["kept"]
        assert len(log(cast)) == 1


def test_an_impossible_number_and_a_time_to_come_are_told_not_stored():
    with story.center() as cast:
        entered = enter(
            cast,
            row("09:12", "vitals", "BP 124/78 P 72 T 98.2 R 14 O2 98"),  # without F it is Celsius
            row("23:59", "note", "later"),
        )
        assert len(entered.returned) == 2
        assert entered.stored == []


def test_past_midnight_takes_the_next_day():
    with story.center() as cast:
        enter(
            cast,
            row("23:50", "note", "late"),
            row("00:10", "note", "later", day="2026-11-24"),
            at=story.NINE + timedelta(days=1),
        )
        first, second = log(cast)
        assert (second.claimed_at - first.claimed_at) == timedelta(minutes=20)


def test_who_may_not_do_it_gets_the_line_back():
    with story.center() as cast:
        entered = enter(cast, row("09:45", "start", "60 mL/h"), who="desk")
        assert "may not do this" in entered.returned[0].problems[0]


@pytest.mark.parametrize(
    ("kind", "text", "payload"),
    [
        ("vitals", "site not ok", e.VitalsRecorded((), site_ok=False)),
        ("pause", "", e.Paused(story.DRUG)),
        ("pause", "pump 43", e.Paused(story.DRUG, "", quantity(43, "mL"))),
        ("access", "left forearm; midline; 22 g; attempts 2; not placed",
         e.AccessPlaced("forearm", "left", "midline", "22 G", 2, None, placed=False)),
        ("premedication", "famotidine; 20 mg; IV", e.PremedicationGiven("famotidine", quantity(20, "mg"), "IV")),
        ("questions", "1 no", e.QuestionsAnswered((story.Answer("infection", story.Said.NO),))),
        ("allergies", "penicillin; latex; medicines too",
         e.AllergiesReviewed(("penicillin", "latex"), medicines_reviewed=True)),
        ("access-out", "bleeding stopped; stays in", e.AccessRemoved(bleeding_stopped=True, secured=True)),
        ("discharge", "walks; escort daughter", e.Discharged(False, False, True, "daughter")),
        ("checked-in", "", e.CheckedIn(story.Identifiers("", None))),
        ("prepared",
         "Remicade; lot A1, 4 x 100 mg, drawn 400 mg; lot B2, 1 × 100 mg, drawn 12 mg, expires 2027-06-30; "
         "volume 250 mL; in 0.9% sodium chloride; use by 13:20",
         e.PreparationRecorded(
             story.DRUG,
             (LotDraw("Remicade", "A1", quantity(100, "mg"), 4, quantity(400, "mg")),
              LotDraw("Remicade", "B2", quantity(100, "mg"), 1, quantity(12, "mg"), date(2027, 6, 30))),
             quantity(250, "mL"), "0.9% sodium chloride", story.NINE, datetime(2026, 11, 24, 13, 20, tzinfo=UTC))),
        ("resume", "60; settled", e.Resumed(story.DRUG, quantity(60, "mL/h"), "settled")),
    ],
)  # fmt: skip
def test_words_are_read_as_written(kind, text, payload):
    assert read(kind, text) == payload


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("vitals", ""), ("vitals", "124/78 72"), ("vitals", "BP 124/78 P 72 P 80"), ("vitals", "P seventy"),
        ("start", "fast"), ("start", "60 mg"), ("rate", "1,200"), ("rate", ""), ("stop", "because"), ("stop", "pump 250"),
        ("access", "left forearm; midline"), ("premedication", "something"), ("premedication", "famotidine; 20; IV"),
        ("questions", "9 no"), ("questions", "no"), ("reaction", "flushing; grade 6"), ("reaction-course", "flushing"),
        ("access-out", ""), ("note", " "), ("prepared", "Remicade; lot A1"),
        ("prepared", "Remicade; lot A1, 5 x 100 mg, drawn 412 mg; volume 250 mL; in saline; use by noon"),
        ("discharge", "went home by car"), ("seated", ""), ("held", ""),
        ("checked-in", "Alba Moreno; 1968-13-04"),
    ],
)  # fmt: skip
def test_what_does_not_say_one_thing_is_not_guessed(kind, text):
    with pytest.raises(Unread):
        read(kind, text)


def test_every_example_of_the_page_and_of_the_paper_is_read():
    for kind in KINDS.values():
        if kind.key not in ("reaction-course", "questions"):
            read(kind.key, kind.example)


def test_the_page_stores_lines_keeps_what_it_cannot_read_and_lists_incidents(browse):
    with story.center() as cast:
        cast.later(480)
        client = browse(cast, "nurse")
        address = reverse("visit:paper", args=[cast.visit.pk])
        html = client.get(address).content.decode()
        assert html.count('name="clock"') == 13  # twelve lines and the pattern of one more
        keys = [str(uuid4()), str(uuid4())]
        post = {"key": keys, "day": ["2026-11-23"] * 2, "clock": ["09:45", "09:50"], "kind": ["start", "vitals"]}
        post |= {"drug": ["", ""], "text": ["60 mL/h", "<b>124</b>"]}
        answer = client.post(address, post)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "&lt;b&gt;124&lt;/b&gt;" in html
        assert "Incidents opened" in html
        assert f'value="{keys[1]}"' in html
        assert f'value="{keys[0]}"' not in html
        post = {name: values[1:] for name, values in post.items()} | {"text": ["BP 124/78"]}
        assert client.post(address, post)["Location"] == reverse("visit:record", args=[cast.visit.pk])
        assert len(log(cast)) == 2


def test_nothing_typed_enters_nothing(browse):
    with story.center() as cast:
        client = browse(cast, "nurse")
        address = reverse("visit:paper", args=[cast.visit.pk])
        assert (
            client.post(
                address, {"key": [str(uuid4())], "day": ["2026-11-23"], "clock": [""], "kind": [""], "text": [""]}
            ).status_code
            == 302
        )
        assert log(cast) == []


def test_the_code_on_the_paper_leads_to_the_table_also_when_the_visit_was_never_opened(browse):
    with story.center() as cast:
        address = reverse("visit:paper-find", args=[cast.appointment.pk])
        cast.later(480)
        assert browse(cast, "nurse").get(address)["Location"] == reverse("visit:paper", args=[cast.visit.pk])
        Visit.objects.filter(pk=cast.visit.pk).update(appointment=None)
        Appointment.objects.filter(pk=cast.appointment.pk).update(status="booked")
        cast.later(24 * 60)  # the next day
        client = browse(cast, "nurse")
        assert "was not opened while the system was down" in client.get(address).content.decode()
        opened = client.post(address)
        visit = Visit.objects.get(appointment=cast.appointment)
        assert opened["Location"] == reverse("visit:paper", args=[visit.pk])
        assert visit.day == date(2026, 11, 23)
