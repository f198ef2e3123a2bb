"""A visit at home in the lists and on paper: what waits for a signature from elsewhere, and the kit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from chairside.apps.organizations.models import Site
from chairside.core.visit import events as e
from chairside.core.visit.home import HomePlan, KitItem
from chairside.core.visit.values import Answer, Said
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
HOME = HomePlan(
    story.NINE, story.NINE + timedelta(hours=1), "4 Elm Street", kit=(KitItem("flush", "Saline flushes", "10", True),)
)


def at_home(cast) -> None:
    cast.site.kind = Site.Kind.HOME
    cast.site.save(update_fields=["kind"])


def assessed(cast) -> None:
    cast.must(e.KitChecked(("flush",)))
    cast.must(e.SetOut(HOME.latest))
    cast.must(e.CheckedIn(story.SAID, consent_current=True))
    cast.must(story.vitals(weight_kg="82.9"), minutes=5)
    cast.must(e.AllergiesReviewed((), medicines_reviewed=True))
    cast.must(e.QuestionsAnswered((Answer("infection", Said.NO),)))


def test_what_waits_for_a_signature_pages_filters_exports_and_goes(browse):
    with story.center(visit_plan=replace(story.plan(), home=HOME)) as cast:
        at_home(cast)
        client, place = browse(cast, "pharmacist"), reverse("visit:sign-offs")
        assert "Moreno" not in client.get(place).content.decode()
        assessed(cast)
        html = client.get(place).content.decode()
        assert "Moreno" in html
        assert reverse("visit:page", args=[cast.visit.pk]) in html
        assert "Moreno" in client.get(place + "?q=moren&nurse=nur&sort=-patient").content.decode()
        assert "Moreno" not in client.get(place + "?nurse=nobody&page=zz").content.decode()
        assert "Moreno" in b"".join(client.get(place + "?format=csv").streaming_content).decode()
        cast.must(e.RemotelySigned("vitals and answers of today"), "pharmacist")
        assert "Moreno" not in client.get(place).content.decode()


def test_only_who_may_sign_opens_the_list_and_only_a_home_site_offers_it(browse):
    with story.center() as cast:
        place = reverse("visit:sign-offs")
        assert browse(cast, "nurse").get(place).status_code == 403
        assert place not in browse(cast, "pharmacist").get(reverse("visit:list")).content.decode()
        at_home(cast)
        assert place in browse(cast, "pharmacist").get(reverse("visit:list")).content.decode()


def test_the_kit_on_paper_says_what_was_missing(browse):
    with story.center(visit_plan=replace(story.plan(), home=HOME)) as cast:
        client, paper = browse(cast, "nurse"), reverse("visit:kit", args=[cast.visit.pk])
        assert "missing when last checked" not in client.get(paper).content.decode()
        cast.must(e.KitChecked((), ("flush",)))
        html = client.get(paper).content.decode()
        assert "Saline flushes" in html
        assert "missing when last checked" in html
        assert "missing: Saline flushes" in client.get(reverse("visit:page", args=[cast.visit.pk])).content.decode()


def test_a_visit_at_a_site_has_no_kit_list(browse):
    with story.center() as cast:
        assert browse(cast, "nurse").get(reverse("visit:kit", args=[cast.visit.pk])).status_code == 404
