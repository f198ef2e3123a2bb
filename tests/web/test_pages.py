"""The frame of every page: places by role, error pages that say what was kept, the theme without a script."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from chairside import web
from chairside.core.access import Action, Actor, Role
from chairside.web.navigation import PLACES, page_context, places_for
from chairside.web.problems import STATUSES, problem
from chairside.web.views import csrf_failure, theme_choose


def actor(*roles):
    return Actor("1", "Nadia Okafor", "org", frozenset(roles))


def test_places_stand_in_the_order_of_the_journey():
    assert " ".join(place.label for place in PLACES) == (
        "Board Intake Import Coverage Clearance Schedule Pharmacy Visits Charges Patients Duplicates Formulary Reports Staff "
        "Devices Downtime"
    )


@pytest.mark.parametrize("role", Role)
def test_a_person_sees_exactly_the_places_that_their_role_may_open(role):
    seen = {place.label for place in places_for(actor(role), "/")}
    assert seen == {place.label for place in PLACES if actor(role).may(place.action).allowed}


def test_nobody_sees_no_place():
    assert places_for(None, "/board/") == ()


def test_the_place_that_one_is_in_is_current_on_every_page_of_it():
    current = [place.label for place in places_for(actor(Role.NURSE), "/visits/8a1c/") if place.current]
    assert current == ["Visits"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.label)
def test_every_place_is_served(place):
    assert resolve(place.path)
    assert place.action in Action


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_page_says_what_happened_what_was_kept_and_what_to_do(status):
    response = problem(RequestFactory().get("/intake/"), status)
    text = response.content.decode()
    assert response.status_code == status
    for part in ("What happened", "What was kept", "What to do"):
        assert part in text


def test_a_view_may_say_it_better_and_its_words_are_escaped():
    text = problem(RequestFactory().get("/"), 409, reason="<i>Chair 2</i> was taken").content.decode()
    assert "&lt;i&gt;Chair 2" in text


def test_a_form_that_is_too_old_says_so():
    text = csrf_failure(RequestFactory().post("/intake/"), "token missing").content.decode()
    assert "The form was too old" in text
    assert "token missing" not in text
    assert "Try again" not in text


def test_a_theme_is_kept_in_a_cookie():
    response = theme_choose(RequestFactory().post("/theme/", {"theme": "dark", "next": "/board/"}))
    assert response.cookies["theme"].value == "dark"
    assert response["Location"] == "/board/"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_theme_switch_leads_nowhere_else(target):
    assert theme_choose(RequestFactory().post("/theme/", {"theme": "light", "next": target}))["Location"] == "/"


def test_a_theme_that_is_none_is_not_written_into_the_page():
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = '"><script>'
    assert page_context(request)["theme"] == ""


def test_the_compiled_texts_are_those_of_the_catalogue():
    """The .mo file is what runs and the .po file is what people read: a text changed in one must change in the other."""
    folder = Path(web.__file__).parent / "locale/es/LC_MESSAGES"
    source = (folder / "django.po").read_text()
    with (folder / "django.mo").open("rb") as compiled:
        texts = {text for text in GNUTranslations(compiled)._catalog.values() if text}  # type: ignore[attr-defined]
    written = set(re.findall(r'^msgstr(?:\[\d\])? "(.+)"$', source, re.M))
    unescaped = {text.replace('\\"', '"') for text in written}
    assert unescaped
    assert unescaped <= texts


def test_an_untranslated_page_is_never_called_spanish_without_saying_that_nobody_checked_it():
    with translation.override("es"):
        text = render_to_string("base_public.html", request=RequestFactory().get("/guide/"))
    assert 'lang="es"' in text
    assert "revisada por un traductor" in text
