"""Log-in as staff do it: accounts are made by a manager, never by signing up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from chairside.apps.people.models import User
from chairside.apps.people.shift import shift_begin


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes self sign-up; a log-in by password (and second step) begins a shift."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        shift_begin(request, user)
        answer: HttpResponse = super().post_login(request, user, **hooks)
        return answer
