"""Log-in as staff do it: accounts are made by a manager, never by signing up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes self sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
