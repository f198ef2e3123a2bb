"""H-014 second verifier led by the first: what the first entered is in no page, response or log line before the comparison."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from chairside.apps.audit.models import AuditEntry
from chairside.apps.visit import urls
from chairside.apps.visit.blind import as_seen_by
from chairside.apps.visit.forms import FORMS
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services import gate
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.policy import ADMINISTRATION, PROPOSAL, CheckStage, Moment
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
    "concentration": quantity("1.4713", "mg/mL"),
}
TRACES = ("ZZLOT", "71.317", "358.613", "57.731", "243.917", "Zzproduct", "1.4713")


# Addresses of a visit by their names: every one that a person may open; a new one is walked as soon as it is routed.
OF_A_VISIT = [
    pattern.name
    for pattern in urls.urlpatterns
    if list(pattern.pattern.converters) == ["visit"] and pattern.name not in ("live", "pause", "reaction", "queued")
]
LISTS = [pattern.name for pattern in urls.urlpatterns if not pattern.pattern.converters]


def bodies(cast, client, *, forms=True):
    names = [reverse(f"visit:{name}", args=[cast.visit.pk]) for name in OF_A_VISIT]
    asked = [
        f"{reverse('visit:page', args=[cast.visit.pk])}?do={form}&event={event.pk}"
        for form in (FORMS if forms else ())
        for event in _newest()
    ]
    lists = [reverse(f"visit:{name}") for name in LISTS]
    beside = [
        reverse("visit:check-remote", args=[cast.visit.pk, story.DRUG]),
        reverse("board:page"),
        reverse("board:fragment"),
        reverse("chart:patient", args=[cast.patient.pk]),
        reverse("chart:facts", args=[cast.patient.pk]),
        reverse("charges:visit", args=[cast.visit.pk]),
    ]
    for address in [*names, *asked, *lists, *(f"{name}?format=csv" for name in lists), *beside]:
        answer = client.get(address)
        body = b"".join(answer)
        yield address, _words(body) + str(dict(answer.headers))


def _newest():
    return VisitEvent.objects.filter(kind="check_entered").order_by("-sequence")[:1]


def _words(body: bytes) -> str:
    """What the body says; a page of paper is read, not searched in its compressed bytes."""
    if body.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as pack:
            return " ".join(_words(pack.read(name)) for name in pack.namelist())
    return body.decode(errors="replace")


def test_the_walk_opens_the_pages_that_matter():
    assert {"page", "card", "now", "flow", "record", "record-pdf"} <= set(OF_A_VISIT)
    assert {"list", "checks", "incidents", "policy"} <= set(LISTS)


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
        client = browse(cast, "second")
        assert "does not agree" in client.get(reverse("visit:page", args=[cast.visit.pk])).content.decode()
        for address, body in bodies(cast, client, forms=False):
            assert not [trace for trace in TRACES if trace in body], address


def test_while_both_enter_again_neither_sees_what_the_other_entered_before(browse):
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by, **TELLING), "nurse")
        cast.must(story.check(use_by), "second")
        cast.must(story.check(use_by), "second")
        seen = as_seen_by(state_of(cast.visit, plan_of(cast.visit)), cast.actors["second"].id)
        assert not [trace for trace in TRACES if trace in repr(seen)]
        page = browse(cast, "nurse").get(reverse("visit:page", args=[cast.visit.pk])).content.decode()
        assert "One check is in" in page
        cast.must(story.check(use_by), "nurse")
        seen = as_seen_by(state_of(cast.visit, plan_of(cast.visit)), cast.actors["second"].id)
        assert not [trace for trace in TRACES if trace in repr(seen)], "what did not agree stays closed for ever"


def test_a_check_that_came_back_with_mistakes_tells_only_ones_own(browse):
    with story.center() as cast:
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        client = browse(cast, "second")
        page = client.get(reverse("visit:page", args=[cast.visit.pk]) + "?do=check").content.decode()
        key = re.search(r'name="key" value="([^"]+)"', page[page.index("/events/check/") :]).group(1)
        answer = client.post(
            reverse("visit:event", args=[cast.visit.pk, "check"]), {"key": key, "sequence": "0", "weight": "1,5", "dose": "x"}
        )
        assert answer.status_code == 422
        assert not [trace for trace in TRACES if trace in answer.content.decode()]


def test_a_stage_that_agreed_stays_closed_until_the_last_one_has(browse):
    stages = (CheckStage("made", "On preparation", Moment.ON_PREPARATION), ADMINISTRATION)
    with story.center(visit_plan=story.plan(policy=replace(PROPOSAL, stages=stages))) as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)

        def seen(who):
            state = as_seen_by(state_of(cast.visit, plan_of(cast.visit)), cast.actors[who].id)
            return [type(event.payload).__name__ for event in state.log if event.kind == "check_entered"]

        cast.must(story.check(use_by, stage="made"), "nurse")
        cast.must(story.check(use_by, stage="made"), "second")
        assert seen("pharmacist") == ["Withheld", "Withheld"]
        cast.must(story.check(use_by), "pharmacist")
        cast.must(story.check(use_by), "nurse")
        assert seen("pharmacist") == ["CheckEntered"] * 4


def test_what_live_screens_are_told_is_an_id_and_nothing_else(monkeypatch):
    told = []
    monkeypatch.setattr(gate, "topics_on_commit", lambda *topics: told.extend(topics))
    with story.center() as cast:
        story.arrive(cast)
        told.clear()
        cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        assert told == [("visit", cast.visit.pk), ("site", cast.site.pk)]


def test_nothing_of_the_check_is_filled_in_for_anybody(browse):
    with story.center() as cast:
        story.arrive(cast)
        cast.must(story.check(cast.at + timedelta(hours=4), **TELLING), "nurse")
        for who in ("second", "nurse"):
            page = browse(cast, who).get(reverse("visit:page", args=[cast.visit.pk]) + "?do=check").content.decode()
            form = page[page.index("/events/check/") :]
            form = form[: form.index("</form>")]
            typed = [
                field
                for field in re.findall(r"<input[^>]*>", form)
                if 'type="hidden"' not in field and 'type="radio"' not in field
            ]
            assert len(typed) >= 12
            assert not [field for field in typed if "value=" in field]
            assert "checked" not in form


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
