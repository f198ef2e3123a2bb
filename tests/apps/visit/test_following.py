"""After the chair: an incident takes a report, a patient takes a call, and a rule that everybody releases is found (H-024)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from chairside.apps.visit.following import calls_at, rule_uses
from chairside.apps.visit.models import FollowUpCall, Incident, RuleHeld, RuleReleased
from chairside.apps.visit.services import projections_rebuild
from chairside.core.visit import events as e
from tests.apps.visit import cast as story
from tests.apps.visit.test_pages import page_of, post

pytestmark = pytest.mark.django_db


def severe(cast) -> Incident:
    cast.must(e.ReactionRecorded(drug=story.DRUG, term="urticaria", grade=3, criteria="CTCAE 5.0"))
    return Incident.objects.get(trigger="severe_reaction")


def test_an_incident_is_reported_by_its_form_and_completed_by_another_person(browse):
    with story.center() as cast:
        story.run(cast)
        opened = severe(cast)
        assert opened.state == "open"
        client = browse(cast, "nurse")
        query = f"?do=incident&event={opened.event}"
        begun = {"event": str(opened.event), "what": "Hives in the first hour", "phase": "administration", "harm": "E"}
        page = page_of(cast, client, query)
        assert post(cast, client, "incident", page=page, **begun).status_code == 302
        assert Incident.objects.get(trigger="severe_reaction").state == "reported"
        html = page_of(cast, client, query).content.decode()
        assert "Hives in the first hour" in html
        refused = post(cast, client, "incident", page=page_of(cast, client, query), **begun, done="on")
        assert refused.status_code == 422
        assert "Was the patient told?" in refused.content.decode()
        other = browse(cast, "second")
        done = post(cast, other, "incident", page=page_of(cast, other, query), **begun, done="on", disclosed="yes")
        assert done.status_code == 302
        row = Incident.objects.get(trigger="severe_reaction")
        assert (row.state, row.harm) == ("done", "E")


def test_a_report_is_written_after_the_signature_as_well():
    with story.center() as cast:
        story.run(cast)
        story.finish(cast)
        event = cast.do(e.IncidentReported("no such event", "B", "order", "x"), minutes=60)
        assert [reason.code for reason in event.reasons] == ["wrong_state"]


def test_the_list_of_incidents_pages_filters_and_exports(browse):
    with story.center() as cast:
        story.run(cast)
        severe(cast)
        client = browse(cast, "nurse")
        html = client.get(reverse("visit:incidents")).content.decode()
        assert "severe reaction" in html
        done = client.get(reverse("visit:incidents") + "?state=done").content.decode()
        assert cast.patient.name not in done
        table = b"".join(client.get(reverse("visit:incidents") + "?format=csv").streaming_content).decode()
        assert "severe reaction" in table
        assert client.get(reverse("visit:incidents") + "?state=x'--&trigger=nothing&page=zz").status_code == 200


def test_a_patient_is_called_a_day_later_until_reached(browse):
    with story.center() as cast:
        story.run(cast)
        assert not FollowUpCall.objects.exists()
        story.finish(cast)
        call = FollowUpCall.objects.get()
        assert call.due_at - call.left_at == timedelta(hours=24)
        assert not calls_at(cast.site, cast.at, {}).exists()
        cast.later(25 * 60)
        client = browse(cast, "nurse")
        assert "Moreno" in client.get(reverse("visit:calls")).content.decode()
        assert post(cast, client, "call", reached="no", concerns=[], text="no answer").status_code == 302
        call = FollowUpCall.objects.get()
        assert (call.tries, call.reached_at) == (1, None)
        assert (
            post(cast, client, "call", reached="yes", concerns=["fever", "site"], text="to the clinic today").status_code == 302
        )
        call = FollowUpCall.objects.get()
        assert (call.tries, call.concerns) == (2, "fever, site")
        assert call.reached_at is not None
        assert not calls_at(cast.site, cast.at, {}).exists()
        assert "fever, site" in client.get(reverse("visit:calls") + "?state=made").content.decode()


def test_the_call_follows_the_visit():
    with story.center() as cast:
        story.run(cast)
        assert not cast.do(e.CallMade(True)).allowed


def held_once(cast) -> None:
    """The wait after the premedication is not over: held, twice asked."""
    story.arrive(cast)
    story.verify(cast)
    cast.must(story.vitals(site_ok=True))
    start = e.InfusionStarted(story.DRUG, story.SAID, story.plan().drugs[0].ladder[0].rate, True, True)
    for _ in range(2):
        assert not cast.do(start).allowed


def test_what_held_and_what_was_released_is_counted_once_a_visit():
    with story.center() as cast:
        held_once(cast)
        assert list(RuleHeld.objects.values_list("rule", flat=True)) == ["premedication.wait_short"]
        (use,) = rule_uses(cast.site, story.TODAY, story.TODAY)
        assert (use.held, use.released, use.percent, use.tiring) == (1, 0, 0, False)
        cast.must(e.Overridden("premedication.wait_short", "ten minutes short, doctor waits"))
        (use,) = rule_uses(cast.site, story.TODAY, story.TODAY)
        assert (use.held, use.released, use.percent, use.tiring, use.by) == (1, 1, 100, True, "nurse")
        assert list(rule_uses(cast.site, story.TODAY + timedelta(days=1), story.TODAY + timedelta(days=2))) == []


def test_the_report_of_rules_is_for_who_may_read_reports(browse):
    with story.center() as cast:
        held_once(cast)
        assert browse(cast, "nurse").get(reverse("visit:rules")).status_code == 403


def test_the_tables_are_rebuilt_from_the_log():
    with story.center() as cast:
        story.run(cast)
        severe(cast)
        before = [list(model.objects.order_by("pk").values_list("visit", flat=True)) for model in (Incident, RuleReleased)]
        projections_rebuild(cast.visit)
        assert [
            list(model.objects.order_by("pk").values_list("visit", flat=True)) for model in (Incident, RuleReleased)
        ] == before
