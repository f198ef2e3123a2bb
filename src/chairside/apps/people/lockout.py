"""Under which name failed log-ins are counted: the address typed, so that one person's mistakes lock nobody else out."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest


def login_name(request: HttpRequest | None, credentials: Mapping[str, str] | None = None) -> str:
    """The log-in address, lower case, whichever form or step it came through."""
    given = credentials or {}
    typed = given.get("email") or given.get("username") or given.get("login")
    if not typed and request is not None:
        user = getattr(request, "user", None)
        typed = request.POST.get("login") or (user.email if user is not None and user.is_authenticated else "")
    return (typed or "").strip().lower()
