"""From a log-in to an actor within one organization, on every request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.people.selectors import actor_for

Next = Callable[[HttpRequest], HttpResponse]


class SigningInMiddleware:
    """Until the person is known, the connection may look up log-ins and nothing else of any organization."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with signing_in():
            return self.get_response(request)


class ActorMiddleware:
    """Opens the organization of the person who is logged in and names them as `request.actor`; for nobody it stays closed."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        with organization_scope(request.user.organization_id):
            request.actor = actor_for(request.user, session=request.session.session_key or "")  # type: ignore[attr-defined]
            return self.get_response(request)
