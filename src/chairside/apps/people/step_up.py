"""Asking for the password again before a signature: the person at the keyboard is the person who logged in."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.http import HttpRequest

from chairside.core.kernel.decision import Decision, refused


def person_confirmed(request: HttpRequest, password: str) -> Decision[None]:
    """Allowed when the password is that of the person who is logged in. Failures count towards the lock, as at log-in."""
    user = request.user
    if not user.is_authenticated or not password:
        return Decision(None, (refused("wrong_person", "Type your password again to sign.", field="password"),))
    found = authenticate(request, email=user.email, password=password)
    if found is None or found.pk != user.pk:
        return Decision(None, (refused("wrong_person", "This is not your password. Nothing was signed.", field="password"),))
    return Decision()
