"""The gate in front of every staff page: a log-in, a role that may, and the reasons when it may not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from chairside.core.access import Action, Actor
from chairside.web.problems import problem

if TYPE_CHECKING:
    from chairside.apps.organizations.models import Site
    from chairside.apps.people.models import User


class StaffRequest(HttpRequest):
    """A request after the gate: there is a person, and (unless they work nowhere yet) a site."""

    user: User
    actor: Actor
    site: Site | None  # type: ignore[assignment]


View = Callable[..., HttpResponseBase]


def requires(action: Action) -> Callable[[View], View]:
    """Let a view be opened only by who may do `action`. The services ask the same matrix again: this gate is for the page."""

    def wrap(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return redirect_to_login(request.get_full_path())
            decision = actor.may(action)
            if not decision.allowed:
                return refusal(request, decision.reasons[0].message)
            return view(cast(StaffRequest, request), *args, **kwargs)

        return gated

    return wrap


def refusal(request: HttpRequest, message: str) -> HttpResponse:
    """The page that says who may do this."""
    return problem(request, 403, reason=message)
