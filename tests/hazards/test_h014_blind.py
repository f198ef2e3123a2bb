"""H-014 second verifier led by the first: what the first entered is in no page, response or log line before the comparison."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.urls import reverse

from chairside.apps.audit.models import AuditEntry
from chairside.apps.visit.blind import as_seen_by
from chairside.apps.visit.forms import FORMS
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.core.kernel.quantity import quantity
from tests.apps.visit import cast as story
from tests.apps.visit.conftest import browse

__all__ = ["browse"]
pytestmark = pytest.mark.django_db

# Values that are nowhere else in the visit, so that one found in a page can only have come from the first person's entry.
TELLING = {
    "lots": ("ZZLOT",),
    "weight": quantity("71.317", "kg"),
    "dose": quantity("358.613", "mg"),
    "pump_rate": quantity("57.731", "mL/h"),
    "pump_volume": quantity("243.917", "mL"),
    "product": "Zzproduct",
}
TRACES = ("ZZLOT", "71.317", "358.613", "57.731", "243.917", "Zzproduct")


def bodies(cast, client):
    names = [reverse(f"visit:{name}", args=[cast.visit.pk]) for name in ("page", "now", "flow", "record")]
    asked = [f"{names[0]}?do={form}" for form in FORMS]
    for address in [
        *names,
        *asked,
        reverse("visit:list"),
        reverse("board:page"),
        reverse("chart:patient", args=[cast.patient.pk]),
    ]:
        answer = client.get(address)
        yield address, b"".join(answer).decode() + str(dict(answer.headers))


def test_no_body_that_the_second_person_gets_holds_the_first_ones_entries(browse, caplog):
    caplog.set_level(logging.DEBUG)
    with story.center() as cast:
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        client = browse(cast, "second")
        for address, body in bodies(cast, client):
            assert not [trace for trace in TRACES if trace in body], address
        assert not [trace for trace in TRACES if trace in caplog.text]
        audited = " ".join(f"{row.detail} {row.reason}" for row in AuditEntry.objects.all())
        assert not [trace for trace in TRACES if trace in audited]


def test_the_entries_are_kept_and_a_disagreement_says_only_where(browse):
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by, **TELLING), "nurse")
        cast.must(story.check(use_by), "second")
        assert "ZZLOT" in VisitEvent.objects.filter(kind="check_entered").first().payload
        assert VisitEvent.objects.filter(kind="incident_opened").exists()
        page = browse(cast, "second").get(reverse("visit:page", args=[cast.visit.pk])).content.decode()
        assert "does not agree" in page
        assert not [trace for trace in TRACES if trace in page]


def test_the_state_itself_is_stripped_before_any_page_sees_it():
    with story.center() as cast:
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        state = state_of(cast.visit, plan_of(cast.visit))
        assert "ZZLOT" in repr(as_seen_by(state, cast.actors["nurse"].id))
        assert not [trace for trace in TRACES if trace in repr(as_seen_by(state, cast.actors["second"].id))]


def test_a_refused_second_entry_and_a_repeated_number_tell_nothing(browse):
    with story.center() as cast:
        story.arrive(cast)
        first = cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        told = [
            cast.do(story.check(cast.at + timedelta(hours=4)), "desk"),
            cast.do(story.check(cast.at + timedelta(hours=4)), "second", event_id=first.pk),
        ]
        for decision in told:
            assert decision.value is None
            assert not [trace for trace in TRACES if trace in repr(decision)]
