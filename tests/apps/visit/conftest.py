"""Browsing as one of the cast, at the story's own time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # models may be imported only once Django is set up, which is after this file is read
    from django.test import Client

    from tests.apps.visit.cast import Cast


@pytest.fixture
def browse(settings: Any) -> Callable[..., Client]:
    """`browse(cast, "nurse")`: a logged-in client; the shell's clock stands where the story stands."""

    from django.test import Client

    def log_in(cast: Cast, who: str) -> Client:
        settings.CLOCK_OFFSET_SECONDS = (cast.at - datetime.now(UTC)).total_seconds()
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(cast.users[who], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in
