"""STOP and REACTION on every page of an open visit, also on the pages that say that something went wrong."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.views import reading
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def has_bar(cast, text):
    return f'action="{reverse("visit:pause", args=[cast.visit.pk])}"' in text and "stop-bar" in text


def test_the_record_has_it_while_the_visit_is_open(browse):
    with story.center() as cast:
        story.run(cast)
        record = reverse("visit:record", args=[cast.visit.pk])
        assert has_bar(cast, browse(cast, "nurse").get(record).content.decode())
        story.finish(cast)
        assert not has_bar(cast, browse(cast, "nurse").get(record).content.decode())


def test_a_form_that_came_back_has_it(browse):
    with story.center() as cast:
        client = browse(cast, "desk")
        answer = client.post(reverse("visit:event", args=[cast.visit.pk, "check-in"]), {"key": str(uuid4()), "sequence": "0"})
        assert answer.status_code == 422
        assert has_bar(cast, answer.content.decode())


def test_a_page_that_broke_has_it_and_it_works(browse, monkeypatch):
    with story.center() as cast:
        story.run(cast)
        client = browse(cast, "nurse")
        client.raise_request_exception = False

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a defect")

        with monkeypatch.context() as patch:
            patch.setattr(reading, "safety_of", broken)
            answer = client.get(reverse("visit:page", args=[cast.visit.pk]))
        assert answer.status_code == 500
        assert has_bar(cast, answer.content.decode())
        assert client.post(reverse("visit:pause", args=[cast.visit.pk])).status_code == 302
        assert VisitEvent.objects.filter(kind="paused").count() == 1


def test_an_unknown_form_of_a_visit_has_it(browse):
    with story.center() as cast:
        answer = browse(cast, "nurse").post(reverse("visit:event", args=[cast.visit.pk, "nonsense"]))
        assert answer.status_code == 404
        assert has_bar(cast, answer.content.decode())


def test_a_stop_with_a_token_that_is_too_old_is_offered_again_with_a_new_one(browse):
    with story.center() as cast:
        story.run(cast)
        browse(cast, "nurse")
        strict = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
        strict.force_login(cast.users["nurse"], backend="allauth.account.auth_backends.AuthenticationBackend")
        pause = reverse("visit:pause", args=[cast.visit.pk])
        refused = strict.post(pause, {"key": str(uuid4())})
        assert refused.status_code == 403
        text = refused.content.decode()
        assert has_bar(cast, text)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        assert token
        assert strict.post(pause, {"csrfmiddlewaretoken": token[1]}).status_code == 302
        assert VisitEvent.objects.filter(kind="paused").count() == 1


def test_a_visit_that_is_not_here_has_none(browse):
    with story.center() as cast:
        answer = browse(cast, "nurse").get(reverse("visit:page", args=[uuid4()]))
        assert answer.status_code == 404
        assert "stop-bar" not in answer.content.decode()
