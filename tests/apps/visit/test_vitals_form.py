"""A set of vitals as it is typed: nothing is said that nobody said, one tap records exactly what it says."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from chairside.apps.visit.forms.vitals import degrees, same_of
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
CALM = {"sbp": "118", "dbp": "74", "pulse": "72", "spo2": "98", "temp": "36.8", "rr": "14"}


def form_of(cast, client):
    html = client.get(reverse("visit:page", args=[cast.visit.pk]) + "?do=vitals").content.decode()
    return html[html.index("/events/vitals/") :]


def send(cast, client, **data):
    form = form_of(cast, client)
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("key", "sequence")}
    return client.post(reverse("visit:event", args=[cast.visit.pk, "vitals"]), {**hidden, **data})


def recorded(cast):
    cast.visit.refresh_from_db()
    state = state_of(cast.visit, plan_of(cast.visit))
    return state.vitals[-1].recorded


@pytest.fixture
def center(browse):
    with story.center() as cast:
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        yield cast, browse(cast, "nurse")


def test_what_nobody_said_is_not_recorded(center):
    cast, client = center
    assert send(cast, client, **CALM).status_code == 302
    told = recorded(cast)
    assert (told.on_oxygen, told.consciousness, told.site_ok) == (None, "", None)


def test_one_tap_records_what_it_says(center):
    cast, client = center
    assert "Alert, room air" in form_of(cast, client)
    assert send(cast, client, **CALM, same="A.no.").status_code == 302
    told = recorded(cast)
    assert (told.on_oxygen, told.consciousness, told.site_ok) == (False, "A", None)
    assert "As before: alert, room air" in form_of(cast, client)


def test_a_tap_that_is_not_offered_any_more_records_nothing(center):
    cast, client = center
    cast.must(story.vitals())
    for stale in ("A.yes.", "A.no.yes", "nonsense"):
        answer = send(cast, client, **CALM, same=stale)
        assert answer.status_code == 422
        assert "is not as before any more" in answer.content.decode()
    assert VisitEvent.objects.filter(kind="vitals_recorded").count() == 1


def test_a_tap_and_something_else_beside_it_ask_which(center):
    cast, client = center
    answer = send(cast, client, **CALM, same="A.no.", consciousness="C")
    assert answer.status_code == 422
    assert "Leave one of the two" in answer.content.decode()


def test_what_was_not_well_is_never_offered_as_before():
    with story.center() as cast:
        story.run(cast)
        state = state_of(cast.visit, plan_of(cast.visit))
        offered = same_of(state)
        assert offered is not None
        assert (offered.value, offered.text) == ("A.no.yes", "As before: alert, room air, site well")
        cast.must(story.vitals(site_ok=False), minutes=1)
        assert same_of(state_of(cast.visit, plan_of(cast.visit))) is None


def test_the_number_says_its_degrees():
    assert [degrees(Decimal(value)) for value in ("36.8", "45", "86", "98.6")] == ["Cel", "Cel", "[degF]", "[degF]"]


def test_fahrenheit_is_recorded_as_typed(center):
    cast, client = center
    assert send(cast, client, **{**CALM, "temp": "98.6"}).status_code == 302
    value = recorded(cast).value("temp")
    assert value is not None
    assert value.spelled() == "98.6 °F"


def test_each_unusual_value_is_confirmed_in_its_own_place(center):
    cast, client = center
    high = {**CALM, "sbp": "212", "pulse": "160"}
    answer = send(cast, client, **high, confirm_sbp="on")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Pulse of 160 /min is unusual" in text
    assert "Systolic pressure of 212" not in text
    assert re.search(r'<label class="choice vital-confirm"><input type="checkbox" name="confirm_pulse"', text)
    assert send(cast, client, **high, confirm_sbp="on", confirm_pulse="on").status_code == 302


def test_the_last_set_and_the_baseline_stand_at_each_field(browse):
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True, sbp="98"), minutes=4)
        form = form_of(cast, browse(cast, "nurse"))
        tile = form[form.index("Systolic") : form.index("Diastolic")]
        assert "Last 98 · " in tile
        assert "Baseline 124, down 26" in tile
        assert 'value="98"' not in tile


def test_weight_is_asked_for_until_it_has_been_taken(center):
    cast, client = center
    assert form_of(cast, client).index('name="weight_kg"') < form_of(cast, client).index('name="same"')
    cast.must(story.vitals(weight_kg="82.9"))
    assert form_of(cast, client).index('name="weight_kg"') > form_of(cast, client).index('name="same"')
