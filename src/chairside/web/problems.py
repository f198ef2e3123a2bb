"""Error pages: what happened, what was kept, what to do. Any view may answer with `problem(request, 409, ...)`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

STATUSES = (400, 403, 404, 409, 413, 500, 503)


def problem(
    request: HttpRequest, status: int, *, reason: str = "", kept: str = "", do: str = "", template: str = ""
) -> HttpResponse:
    """An error page. `reason`, `kept` and `do` replace the page's own words where the view knows better.

    The page is rendered without context processors: whatever broke must not break the page that says so. A request by
    htmx gets the same words as a fragment, so that the page under the finger stays.
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
        "retry_path": request.get_full_path() if request.method in ("GET", "HEAD") else "",
    }
    response = HttpResponse(render_to_string(template or f"{status}.html", context), status=status)
    if status == 503:
        response["Retry-After"] = "10"
    return response
