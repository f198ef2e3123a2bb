"""H-020 entries that waited on a device for the network: facts that are reported, once each, by who made them."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from chairside.apps.visit.forms import FORMS
from chairside.apps.visit.forms.network import KEPT
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services import event_append, queued_append
from chairside.apps.visit.services.queued import NOT_QUEUED
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Mode, Said
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
VITALS = {
    "sbp": "124",
    "dbp": "78",
    "pulse": "72",
    "temp": "36.8",
    "temp_unit": "Cel",
    "rr": "14",
    "spo2": "98",
    "site_ok": "yes",
}


def send(cast, client, way, who="nurse", ago=16, key=None, **fields):
    """What the page's script sends when the network is back, for a tap of `ago` minutes before."""
    envelope = {
        "key": str(key or uuid4()),
        "queued_way": way,
        "queued_at": (cast.at - timedelta(minutes=ago)).isoformat(),
        "queued_by": str(cast.users[who].pk),
        "sequence": "0",
    }
    return client.post(reverse("visit:queued", args=[cast.visit.pk]), {**envelope, **fields})


def state(cast):
    cast.visit.refresh_from_db()
    return state_of(cast.visit, plan_of(cast.visit))


def running(cast):
    """An infusion that has run for half an hour."""
    story.run(cast)
    cast.later(30)


def test_a_stop_that_waited_is_a_reported_fact_of_its_own_time(browse):
    with story.center() as cast:
        running(cast)
        answer = send(cast, browse(cast, "nurse"), "pause").json()
        event = VisitEvent.objects.get(kind="paused")
        assert answer == {
            "outcome": "stored",
            "text": f"Recorded as reported, {event.claimed_at.astimezone(cast.site.zone):%H:%M}.",
        }
        assert (event.mode, event.device, event.claimed_at) == ("reported", "queued", cast.at - timedelta(minutes=16))
        assert event.received_at > event.claimed_at
        assert state(cast).infusions[story.DRUG].paused
        flow = browse(cast, "nurse").get(reverse("visit:flow", args=[cast.visit.pk])).content.decode()
        assert "Nurse, sent when the network was back" in flow


@pytest.mark.parametrize(
    ("way", "fields"),
    [
        ("vitals", VITALS),
        ("symptom", {"symptom": "itching"}),
        ("note", {"text": "asked for a blanket"}),
        ("lower", {"drug": story.DRUG, "rate": "30", "reason": "itching"}),
        ("reaction-now", {}),
    ],
)
def test_what_was_seen_or_done_meanwhile_is_reported_without_an_incident(browse, way, fields):
    with story.center() as cast:
        running(cast)
        before = VisitEvent.objects.count()
        assert send(cast, browse(cast, "nurse"), way, **fields).json()["outcome"] == "stored"
        assert VisitEvent.objects.count() == before + 1
        assert VisitEvent.objects.order_by("sequence").last().mode == "reported"


def test_sent_again_after_a_lost_answer_it_is_the_same_event(browse):
    with story.center() as cast:
        running(cast)
        client, number = browse(cast, "nurse"), uuid4()
        answers = [send(cast, client, "vitals", key=number, **VITALS).json() for _ in range(3)]
        assert [answer["outcome"] for answer in answers] == ["stored", "known", "known"]
        assert VisitEvent.objects.filter(pk=number).count() == 1


def test_a_command_that_had_arrived_before_its_answer_was_lost_stays_live_and_single(browse):
    with story.center() as cast:
        running(cast)
        client, number = browse(cast, "nurse"), uuid4()
        client.post(reverse("visit:pause", args=[cast.visit.pk]), {"key": str(number)})
        answer = send(cast, client, "pause", key=number, ago=0)
        assert answer.status_code == 200
        assert re.fullmatch(r"Already recorded \d\d:\d\d\.", answer.json()["text"])
        assert VisitEvent.objects.get(kind="paused").mode == "live"


def test_what_a_form_no_longer_offers_because_it_was_recorded_is_known_too(browse):
    """A premedication leaves the list of the form once it is given; its repetition reads the visit as it stood before it."""
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        cast.must(story.vitals(weight_kg="82.9"), minutes=5)
        cast.must(e.AllergiesReviewed(("penicillin",), medicines_reviewed=True))
        cast.must(e.QuestionsAnswered((Answer("infection", Said.NO),)))
        cast.must(e.Cleared())
        client, number = browse(cast, "nurse"), uuid4()
        told = {"key": str(number), "sequence": str(cast.visit.sequence), "drug": "", "premedication": "acetaminophen"}
        cast.must(e.PremedicationGiven("acetaminophen", quantity("650", "mg"), "oral"), event_id=number)
        assert send(cast, client, "premedication", **told).json()["outcome"] == "known"


def test_the_same_number_with_other_content_or_from_another_person_is_refused(browse):
    with story.center() as cast:
        running(cast)
        number = uuid4()
        assert send(cast, browse(cast, "nurse"), "pause", key=number).json()["outcome"] == "stored"
        other = send(cast, browse(cast, "nurse"), "symptom", key=number, symptom="hives")
        assert (other.status_code, other.json()["outcome"]) == (422, "refused")
        assert "already used for another entry" in other.json()["text"]
        assert send(cast, browse(cast, "second"), "pause", who="second", key=number).json()["outcome"] == "refused"


def test_a_report_is_never_taken_for_the_command_of_the_same_number(browse):
    with story.center() as cast:
        running(cast)
        number = uuid4()
        send(cast, browse(cast, "nurse"), "lower", key=number, drug=story.DRUG, rate="30", reason="")
        again = cast.do(e.StepChanged(story.DRUG, quantity("30", "mL/h")), event_id=number)
        assert [reason.code for reason in again.reasons] == ["mismatch"]


@pytest.mark.parametrize(
    "payload",
    [
        e.InfusionStarted(story.DRUG, story.SAID, quantity("60", "mL/h"), True, True),
        e.Resumed(story.DRUG, quantity("60", "mL/h"), "settled"),
        e.StepChanged(story.DRUG, quantity("120", "mL/h")),
        e.Paused(),
    ],
)
def test_the_gate_takes_nothing_that_waited_as_a_live_command(payload):
    with story.center() as cast:
        running(cast)
        before = VisitEvent.objects.count()
        decision = event_append(
            visit=cast.visit, event_id=uuid4(), payload=payload, actor=cast.actors["nurse"], at=cast.at,
            mode=Mode.LIVE, expected_sequence=before, queued=True,
        )  # fmt: skip
        assert [reason.code for reason in decision.reasons] == ["wrong_state"]
        assert VisitEvent.objects.count() == before


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        (("visit:event", "raise"), {"drug": story.DRUG, "rate": "120"}),
        (("visit:event", "vitals"), VITALS),
        (("visit:pause",), {}),
        (("visit:reaction",), {}),
    ],
)
def test_a_request_marked_as_queued_is_never_live_at_any_address(browse, address, fields):
    with story.center() as cast:
        running(cast)
        before = VisitEvent.objects.count()
        path = reverse(address[0], args=[cast.visit.pk, *address[1:]])
        marked = {"key": str(uuid4()), "sequence": str(before), "queued_way": "raise", **fields}
        answer = browse(cast, "nurse").post(path, marked)
        assert answer.status_code == 422
        assert "never carried out as a command" in answer.content.decode()
        assert VisitEvent.objects.count() == before


def test_a_start_that_was_queued_all_the_same_is_reported_with_an_incident(browse):
    """No page of ours keeps one. Whatever sends it: guards that were not met are told, and nothing counts as proven by it."""
    with story.center() as cast:
        story.arrive(cast)  # nobody has checked the bag
        told = {"drug": story.DRUG, "name": "Alba Moreno", "born": "1968-03-04", "line_traced": "on", "emergency_ready": "on"}
        answer = send(cast, browse(cast, "nurse"), "start", ago=1, **told).json()
        assert answer["outcome"] == "stored"
        assert "An incident was opened" in answer["text"]
        assert VisitEvent.objects.get(kind="infusion_started").mode == "reported"
        assert VisitEvent.objects.filter(kind="incident_opened").exists()


def test_a_rate_rise_that_was_queued_all_the_same_is_reported(browse):
    with story.center() as cast:
        running(cast)
        answer = send(cast, browse(cast, "nurse"), "raise", ago=29, drug=story.DRUG, rate="120").json()
        assert answer["outcome"] == "stored"
        assert VisitEvent.objects.get(kind="step_changed").mode == "reported"
        assert VisitEvent.objects.filter(kind="incident_opened").exists()


def test_a_double_check_a_preparation_and_decisions_are_never_sent_later(browse):
    with story.center() as cast:
        running(cast)
        at = cast.at
        for payload in (story.check(at), story.prepared(at), e.Cleared(), e.ReleasedToPrepare(story.DRUG), e.Signed(),
                        e.Overridden("x", "y"), e.Corrected("x", "y"), e.Claimed("x")):  # fmt: skip
            decision = queued_append(
                visit=cast.visit, event_id=uuid4(), payload=payload, pressed_at=at, actor=cast.actors["nurse"], at=at
            )
            assert payload.kind in NOT_QUEUED
            assert [reason.code for reason in decision.reasons] == ["wrong_state"]
        answer = send(cast, browse(cast, "nurse"), "sign")
        assert answer.json()["outcome"] == "refused"
        assert not VisitEvent.objects.filter(kind="signed").exists()


def test_only_who_made_it_can_send_it(browse):
    with story.center() as cast:
        running(cast)
        answer = send(cast, browse(cast, "second"), "pause", who="nurse")
        assert (answer.status_code, answer.json()["outcome"]) == (409, "waits")
        assert not VisitEvent.objects.filter(kind="paused").exists()


def test_nobody_sends_without_a_log_in_or_to_another_organization(browse, client):
    with story.center() as north:
        running(north)
        assert send(north, client, "pause").status_code == 302
        with story.center("south") as south:
            stranger = browse(south, "nurse")
        assert send(north, stranger, "pause").status_code == 404


@pytest.mark.parametrize(
    ("way", "fields", "told"),
    [
        ("vitals", {**VITALS, "pulse": "seventy"}, "Pulse: This must be a number"),
        ("vitals", {**VITALS, "temp": "370"}, ""),
        ("nonsense", {}, "cannot be read"),
        ("replan", {"why": "x"}, "cannot be read"),
        ("pause", {"key": "nonsense"}, "cannot be read"),
        ("pause", {"queued_at": "10:42"}, "cannot be read"),
        ("pause", {"queued_at": "2026-11-23T10:42:00"}, "cannot be read"),
        ("pause", {"queued_at": "2026-11-24T10:42:00Z"}, "That time has not come yet"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason_and_stored_nowhere(browse, way, fields, told):
    with story.center() as cast:
        running(cast)
        before = VisitEvent.objects.count()
        answer = send(cast, browse(cast, "nurse"), way, **fields)
        assert (answer.status_code, answer.json()["outcome"]) == (422, "refused")
        assert told in answer.json()["text"]
        assert VisitEvent.objects.count() == before


def test_a_script_that_sends_an_entry_is_told_where_its_answer_stands(browse):
    """So that a script knows an entry as recorded by the answer itself, and a log-in page never looks like one."""
    with story.center() as cast:
        running(cast)
        page = reverse("visit:page", args=[cast.visit.pk])
        client = browse(cast, "nurse")
        for address, fields in (
            (reverse("visit:reaction", args=[cast.visit.pk]), {}),
            (reverse("visit:pause", args=[cast.visit.pk]), {}),
            (reverse("visit:event", args=[cast.visit.pk, "note"]), {"text": "calm", "sequence": "0", "happened": "09:40"}),
        ):
            answer = client.post(address, {"key": str(uuid4()), **fields}, headers={"HX-Request": "true"})
            assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, page)


def test_a_form_says_whether_it_may_wait_for_the_network(browse):
    """Only what was seen or done waits. What starts, goes on, rises, decides or is blind needs the network, and says so."""
    never = {"start", "raise", "resume", "check", "clear", "release", "preparation", "sign", "override", "correct", "replan"}
    assert not KEPT & never
    assert KEPT - {"pause", "reaction-now"} <= set(FORMS)
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        client = browse(cast, "nurse")
        page = reverse("visit:page", args=[cast.visit.pk])
        vitals = client.get(page + "?do=vitals").content.decode()
        assert re.search(r'<form[^>]*data-entry="vitals"[^>]*data-kept="yes"', vitals)
        check = client.get(page + "?do=check").content.decode()
        form = re.search(r'<form[^>]*data-entry="check"[^>]*>', check).group(0)
        assert 'data-kept="yes"' not in form
        assert "A double check is never kept on a device" in form


def test_the_typed_tables_are_those_of_a_rebuild_after_queued_entries(browse):
    from chairside.apps.visit.models import Administration
    from chairside.apps.visit.services import projections_rebuild

    with story.center() as cast:
        running(cast)
        client = browse(cast, "nurse")
        send(cast, client, "lower", ago=20, drug=story.DRUG, rate="30", reason="")
        send(cast, client, "pause", ago=10)
        send(cast, client, "vitals", ago=5, **VITALS)
        send(cast, client, "stop", ago=1, drug=story.DRUG, reason="patient", pump_volume="20", residual="230")
        visit = Visit.objects.get(pk=cast.visit.pk)
        rows = list(Administration.objects.values_list("event", "started_at", "ended_at"))
        projections_rebuild(visit)
        assert list(Administration.objects.values_list("event", "started_at", "ended_at")) == rows
        assert rows[0][2] == cast.at - timedelta(minutes=1)
