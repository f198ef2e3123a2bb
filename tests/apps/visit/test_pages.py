"""The pages at the chair, through the whole stack of the web app."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def page_of(cast, client, query=""):
    return client.get(reverse("visit:page", args=[cast.visit.pk]) + query)


def post(cast, client, way, page=None, **data):
    html = (page or page_of(cast, client, f"?do={way}")).content.decode()
    form = html[html.index(f"/events/{way}/") :]
    key = re.search(r'name="key" value="([^"]+)"', form).group(1)
    sequence = re.search(r'name="sequence" value="(\d+)"', form).group(1)
    return client.post(reverse("visit:event", args=[cast.visit.pk, way]), {"key": key, "sequence": sequence, **data})


def test_check_in_asks_open_questions_and_shows_no_answer(browse):
    with story.center() as cast:
        client = browse(cast, "desk")
        html = page_of(cast, client).content.decode()
        card = html[html.index("<form") :]
        assert "Full name, as the patient says it" in card
        answer = post(cast, client, "check-in", name="Alba Moreno", born="1968-03-04", band="", consent="yes")
        assert answer.status_code == 302
        assert VisitEvent.objects.get().kind == "checked_in"


def test_a_wrong_birth_date_is_told_beside_its_field_and_keeps_what_was_typed(browse):
    with story.center() as cast:
        answer = post(cast, browse(cast, "desk"), "check-in", name="Alba Moreno", born="1986-03-04", consent="yes")
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "The birth date does not match this record" in html
        assert 'value="Alba Moreno"' in html
        assert "1968" not in html[html.index("/events/check-in/") : html.index("stop-bar")]
        assert [event.kind for event in VisitEvent.objects.all()] == ["incident_opened"]  # the attempt itself is not recorded


def test_a_repeated_post_is_the_same_event(browse):
    with story.center() as cast:
        client = browse(cast, "desk")
        page = page_of(cast, client)
        for _ in range(2):
            assert (
                post(cast, client, "check-in", page=page, name="Alba Moreno", born="1968-03-04", consent="yes").status_code
                == 302
            )
        assert VisitEvent.objects.count() == 1


def test_vitals_are_recorded_and_stand_beside_the_next_ones(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        client = browse(cast, "nurse")
        values = {
            "sbp": "124",
            "dbp": "78",
            "pulse": "72",
            "temp": "98.2",
            "temp_unit": "[degF]",
            "rr": "14",
            "spo2": "98",
            "weight_kg": "82.9",
        }
        assert post(cast, client, "vitals", **values).status_code == 302
        html = page_of(cast, client, "?do=vitals").content.decode()
        assert "82.9 kg" in html
        assert "Last" in html


def test_an_unusual_value_asks_for_a_second_measurement(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        client = browse(cast, "nurse")
        values = {"sbp": "212", "dbp": "78", "pulse": "72", "temp": "36.8", "temp_unit": "Cel", "rr": "14", "spo2": "98"}
        assert "is unusual" in post(cast, client, "vitals", **values).content.decode()
        assert post(cast, client, "vitals", **values, confirmed="on").status_code == 302


def test_stop_is_one_tap_from_an_old_page_and_says_what_to_do(browse):
    with story.center() as cast:
        story.run(cast)
        client = browse(cast, "nurse")
        html = page_of(cast, client).content.decode()
        key = re.search(r'/pause/".*?name="key" value="([^"]+)"', html, re.S).group(1)
        cast.must(story.vitals(site_ok=True), minutes=1)
        answer = client.post(reverse("visit:pause", args=[cast.visit.pk]), {"key": key}, follow=True)
        assert "Stop the pump. Recorded 09:" in answer.content.decode()
        assert VisitEvent.objects.filter(kind="paused").count() == 1
        assert "Volume given, read from the pump" in answer.content.decode()


def test_a_stop_from_a_page_left_open_since_the_last_stop_stops_again(browse):
    with story.center() as cast:
        story.run(cast)
        client, key = browse(cast, "nurse"), str(uuid4())
        client.post(reverse("visit:pause", args=[cast.visit.pk]), {"key": key})
        cast.must(
            e.Resumed(story.DRUG, quantity("60", "mL/h"), "patient went to the toilet", pump_volume=quantity("1", "mL")),
            minutes=1,
        )
        client.post(reverse("visit:pause", args=[cast.visit.pk]), {"key": key})
        assert VisitEvent.objects.filter(kind="paused").count() == 2


def test_reaction_is_one_tap(browse):
    with story.center() as cast:
        story.run(cast)
        answer = browse(cast, "nurse").post(reverse("visit:reaction", args=[cast.visit.pk]), {"key": str(uuid4())}, follow=True)
        assert "Stop the pump, then press PAUSE" in answer.content.decode()


def test_a_command_for_an_older_state_says_what_happened_and_can_be_sent_again(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        client = browse(cast, "nurse")
        page = page_of(cast, client, "?do=seat")
        cast.must(story.vitals(weight_kg="82"), "second")
        refused = post(cast, client, "seat", page=page, chair="Chair 1")
        assert "Recorded meanwhile: vitals recorded by Second" in refused.content.decode()
        assert post(cast, client, "seat", page=refused, chair="Chair 1").status_code == 302


def test_what_is_written_down_afterwards_is_marked_as_reported(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        answer = post(cast, browse(cast, "nurse"), "note", text="felt faint on the way in", happened="08:40")
        assert answer.status_code == 302
        assert VisitEvent.objects.get(kind="note_added").mode == "reported"


def test_the_whole_visit_reads_back_as_a_record(browse):
    with story.center() as cast:
        story.run(cast)
        story.finish(cast)
        html = browse(cast, "nurse").get(reverse("visit:record", args=[cast.visit.pk])).content.decode()
        assert "LOT7" in html
        assert "as it was run" in html
        assert "120" in html
        assert "Signed" in html
        assert AuditEntry.objects.filter(action="chart.read", subject_type="visit_record").count() == 1


def test_every_stage_of_a_visit_has_a_page(browse):
    with story.center() as cast:
        client = browse(cast, "nurse")
        for part in (lambda: None, story.arrive, story.verify, story.start, story.finish):
            part(cast) if part.__code__.co_argcount else part()
            client = browse(cast, "nurse")
            assert page_of(cast, client).status_code == 200
            assert client.get(reverse("visit:now", args=[cast.visit.pk])).status_code == 200
            assert client.get(reverse("visit:flow", args=[cast.visit.pk])).status_code == 200


def test_every_form_opens(browse):
    from chairside.apps.visit.forms import FORMS

    with story.center() as cast:
        story.arrive(cast)
        for who in ("nurse", "pharmacist", "prescriber", "desk"):
            client = browse(cast, who)
            for name in FORMS:
                assert page_of(cast, client, f"?do={name}").status_code == 200


def test_the_list_shows_who_comes_today_and_exports(browse):
    with story.center() as cast:
        client = browse(cast, "desk")
        assert "Moreno, Alba" in client.get(reverse("visit:list")).content.decode()
        assert "Moreno, Alba" not in client.get(reverse("visit:list"), {"q": "nobody"}).content.decode()
        assert b"Moreno, Alba" in b"".join(client.get(reverse("visit:list"), {"format": "csv"}))


def test_another_organization_sees_nothing_of_it(browse):
    with story.center("north") as north:
        visit = north.visit
    with story.center("south") as south:
        client = browse(south, "nurse")
        for name in ("page", "now", "flow", "record", "live"):
            assert client.get(reverse(f"visit:{name}", args=[visit.pk])).status_code == 404


def test_a_role_that_may_not_is_told_so(browse):
    with story.center() as cast:
        story.run(cast)
        answer = browse(cast, "biller").post(reverse("visit:pause", args=[cast.visit.pk]), {"key": str(uuid4())})
        assert answer.status_code == 403
        assert not VisitEvent.objects.filter(kind="paused").exists()


@pytest.mark.parametrize("name", ["page", "card", "now", "flow"])
def test_queries_do_not_grow_with_the_log(browse, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with story.center() as cast:
        story.run(cast)
        address = reverse(f"visit:{name}", args=[cast.visit.pk])

        def count() -> int:
            client = browse(cast, "nurse")
            with CaptureQueriesContext(
                connection,
            ) as counted:
                assert client.get(address).status_code == 200
            return len(counted)

        few = count()
        for _ in range(12):
            cast.must(story.vitals(site_ok=True), minutes=1)
        assert count() == few
        assert few <= 40


def test_a_card_that_waits_follows_the_visit_and_one_with_a_form_does_not(browse):
    with story.center() as cast:
        story.run(cast)
        waiting = page_of(cast, browse(cast, "nurse")).content.decode()
        assert 'id="act" class="stack" data-live' in waiting
        cast.later(16)
        card = browse(cast, "nurse").get(reverse("visit:card", args=[cast.visit.pk])).content.decode()
        assert "/events/vitals/" in card
        assert "data-live" not in card


def test_a_form_that_is_left_alone_is_told_that_something_happened(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        cast.must(story.vitals(), "second")
        now = browse(cast, "nurse").get(
            reverse("visit:now", args=[cast.visit.pk]), {"sequence": "1", "card": "Seat the patient"}
        )
        assert "Recorded since this form was opened" in now.content.decode()
        same = browse(cast, "nurse").get(
            reverse("visit:now", args=[cast.visit.pk]), {"sequence": "2", "card": "Seat the patient"}
        )
        assert "Recorded since" not in same.content.decode()


def test_a_step_that_is_not_due_yet_is_not_called_refused(browse):
    with story.center() as cast:
        story.run(cast)
        card = browse(cast, "nurse").get(reverse("visit:card", args=[cast.visit.pk])).content.decode()
        assert "Not yet:" in card
        assert "Refused:" not in card


def test_the_safety_header_says_what_the_patient_said_today(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        address = reverse("visit:page", args=[cast.visit.pk])
        assert "Not recorded: ask before anything is given" in browse(cast, "nurse").get(address).content.decode()
        cast.must(e.AllergiesReviewed((), medicines_reviewed=True), minutes=5)
        page = browse(cast, "nurse").get(address).content.decode()
        assert "Not recorded: ask before anything is given" not in page
        assert "re-asked 09:05" in page


def test_an_entry_is_marked_as_entered_in_error_from_the_timeline(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        event = cast.must(e.AccessPlaced("forearm", "left", "peripheral catheter", "22 G", 1, True))
        client = browse(cast, "nurse")
        flow = client.get(reverse("visit:flow", args=[cast.visit.pk])).content.decode()
        link = f"{reverse('visit:page', args=[cast.visit.pk])}?do=correct&amp;event={event.pk}"
        assert link in flow
        assert "1 attempt" in flow
        assert "1 attempt(" not in flow
        form = client.get(link.replace("&amp;", "&")).content.decode()
        assert "Access in, 09:00, Nurse" in form
        cast.must(e.Corrected(str(event.pk), "another patient"))
        assert link not in client.get(reverse("visit:flow", args=[cast.visit.pk])).content.decode()
        assert "do=correct" not in browse(cast, "biller").get(reverse("visit:flow", args=[cast.visit.pk])).content.decode()


def test_a_booked_place_on_the_board_leads_to_the_button_that_opens_its_visit(browse):
    with story.center() as cast:
        Visit.objects.all().delete()
        client = browse(cast, "desk")
        link = f"{reverse('visit:list')}?appointment={cast.appointment.pk}"
        assert link in client.get(reverse("board:page")).content.decode()
        listed = client.get(link).content.decode()
        assert "autofocus" in listed
        assert "Moreno" in listed
        assert "Moreno" not in client.get(f"{reverse('visit:list')}?appointment=nonsense").content.decode()
