"""Error pages: what happened, what was kept, what to do. Any view may answer with `problem(request, 409, ...)`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class StopBar:
    """STOP and REACTION of an open visit, for an error page: their addresses, and a token for their forms."""

    pause_url: str
    reaction_url: str
    token: str


STATUSES = (400, 403, 404, 409, 413, 500, 503)


def stop_bar_on(request: HttpRequest, visit: UUID, app: str = "visit") -> None:
    """Have STOP and REACTION of this visit stand on the error page, if it comes to one. Of a locked device: `app` "locked"."""
    pause, reaction = (reverse(f"{app}:{name}", args=[visit]) for name in ("pause", "reaction"))
    request.stop_bar = StopBar(pause, reaction, get_token(request))  # type: ignore[attr-defined]


def problem(
    request: HttpRequest, status: int, *, reason: str = "", kept: str = "", do: str = "", template: str = ""
) -> HttpResponse:
    """An error page. `reason`, `kept` and `do` replace the page's own words where the view knows better.

    The page is rendered without context processors: whatever broke must not break the page that says so. A request by
    htmx gets the same words as a fragment, so that the page under the finger stays. A view that had found an open visit has
    left its STOP and REACTION on the request (`stop_bar`): they stand on this page too.
    """
    if status not in STATUSES:
        raise ValueError(f"there is no page for {status}")
    theme = request.COOKIES.get("theme", "")
    context = {
        "status": status,
        "reason": reason,
        "kept": kept,
        "do": do,
        "theme": theme if theme in ("light", "dark") else "",
        "layout": "web/base_fragment.html" if getattr(request, "htmx", False) else "web/base_plain.html",
        "stop": getattr(request, "stop_bar", None),
        "retry_path": request.get_full_path() if request.method in ("GET", "HEAD") else "",
    }
    response = HttpResponse(render_to_string(template or f"{status}.html", context), status=status)
    if status == 503:
        response["Retry-After"] = "10"
    return response
