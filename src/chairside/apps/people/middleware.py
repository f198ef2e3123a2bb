"""From a log-in to an actor at a site of one organization, on every request; the second step where a role asks for it."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers

from chairside.apps.organizations.context import organization_enter, signing_in
from chairside.apps.people.selectors import actor_for, memberships_of, site_chosen
from chairside.apps.people.shift import SITE_KEY
from chairside.core.access import needs_second_step

Next = Callable[[HttpRequest], HttpResponse]


class LoginCookieMiddleware(SessionMiddleware):
    """Sessions, and a log-in that nobody ended stays: a part that a page had asked for before somebody came in, and that is
    answered after, no longer finds its own session, and would have taken the cookie of the new one away."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.session.is_empty() and not request.session.modified:
            patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)


class SigningInMiddleware:
    """Until the person is known, the connection may look up log-ins and nothing else of any organization."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with signing_in():
            response = self.get_response(request)
        if response.streaming and not connection.in_atomic_block:
            connection.close()  # a live screen stays open for hours, and would keep a connection of the pool as long
        return response


class ActorMiddleware:
    """Opens the organization of the person who is logged in, and names them as `request.actor` at `request.site`.

    The site is the one they chose, else the first where they hold a role; their roles are those at that site, and times are
    shown in its zone. For nobody everything stays closed.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = request.site = None  # type: ignore[attr-defined, assignment]
        if not request.user.is_authenticated:
            return self.get_response(request)
        organization_enter(request.user.organization_id)  # until SigningInMiddleware closes everything
        memberships = memberships_of(request.user)
        site = site_chosen(memberships, request.session.get(SITE_KEY, ""))
        request.site = site  # type: ignore[assignment]
        request.actor = actor_for(request.user, request.session.session_key or "", memberships, site)  # type: ignore[attr-defined]
        if site is None:
            return _kept_nowhere(self.get_response(request))
        with timezone.override(site.zone):
            return _kept_nowhere(self.get_response(request))


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    """Whatever a person sees who is logged in stays out of the browser's cache: after log-out Back shows no chart."""
    patch_cache_control(response, no_store=True)
    return response


class SecondStepMiddleware:
    """H-031 borrowed log-in: roles that sign or give set up a second step before they see anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if (
            settings.MFA_REQUIRED
            and actor is not None
            and needs_second_step(actor)
            and not request.path.startswith(("/accounts/", settings.STATIC_URL, "/theme/", "/language/"))
            and not is_mfa_enabled(request.user)
        ):
            return redirect(f"{reverse('mfa_index')}?needed=1")
        return self.get_response(request)
