"""The patient's pages, open to everybody. Education only: nothing here judges a person."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from chairside.apps.guide import selectors
from chairside.apps.guide.texts import in_language

YEAR = 365 * 24 * 3600


def guide_list(request: HttpRequest) -> HttpResponse:
    """All therapies with a page."""
    if chosen := _language_chosen(request):
        return chosen
    language = translation.get_language() or "en"
    return render(request, "guide/list.html", {"pages": selectors.guide_pages(language), "words": in_language(language)})


def therapy(request: HttpRequest, therapy: str) -> HttpResponse:
    """Before, during and after one therapy."""
    if chosen := _language_chosen(request):
        return chosen
    language = translation.get_language() or "en"
    page = selectors.guide_page(therapy, language, getattr(request, "site", None))
    if page is None:
        raise Http404("There is no page for this medicine.")
    words = in_language(language)
    parts = [{"key": part.key, "title": words[part.key], "part": part} for part in page.parts]
    return render(request, "guide/therapy.html", {"page": page, "parts": parts, "words": words})


def _language_chosen(request: HttpRequest) -> HttpResponse | None:
    """`?lang=es` in a link that was handed over: remember it, then show the page under its plain address."""
    wanted = request.GET.get("lang", "")
    if wanted not in dict(settings.LANGUAGES):
        return None
    response = redirect(request.path)
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
