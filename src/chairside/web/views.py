"""Pages that are nobody's in particular: home, errors, the theme, the style page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from chairside.web.navigation import THEMES, places_for, site_now
from chairside.web.problems import problem, stop_bar_on

YEAR = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    """The first place of the journey that this person may open; the log-in page for a stranger."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    places = places_for(getattr(request, "actor", None), request.path)
    return redirect(places[0].path) if places else render(request, "web/home_empty.html")


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the device's own choice. The page's script does the same without a reload."""
    chosen = request.POST.get("theme", "")
    if chosen not in (*THEMES, "device"):
        return HttpResponseBadRequest("The theme is light, dark or device.")
    response = HttpResponseRedirect(_back(request))
    if chosen == "device":
        response.delete_cookie("theme", samesite="Lax")
    else:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _back(request: HttpRequest) -> str:
    """Where the person came from, if that is here."""
    target = request.POST.get("next") or request.META.get("HTTP_REFERER") or "/"
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()) else "/"


@require_safe
def clock(request: HttpRequest) -> JsonResponse:
    """The server's time, for a page that has slept or lost the network. It asks nothing of the database."""
    return JsonResponse({"now": site_now().isoformat()}, headers={"Cache-Control": "no-store"})


def style(request: HttpRequest, page: str = "components") -> HttpResponse:
    """Every component in every state. Shown in development, tests and the demo only."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False) or getattr(settings, "TESTING", False)):
        raise Http404
    from chairside.web import style_page, style_pictures  # only here: it is made-up data, not part of the running product

    if page not in style_page.PAGES:
        raise Http404
    request.site = style_page.SITE  # type: ignore[assignment]
    with timezone.override(style_pictures.ZONE):
        return render(request, f"web/style/{page}.html", style_page.style_context(request, page))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 403, reason=str(exception or ""))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return problem(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere. The reason is for developers and is not shown.

    On an open page of a visit that may have been STOP itself: the page that says so has it again, with a new token."""
    where = request.resolver_match
    if where is not None and where.app_name in ("visit", "locked") and "visit" in where.kwargs:
        stop_bar_on(request, where.kwargs["visit"], where.app_name)
    return problem(request, 403, template="403_csrf.html")
