"""The demo's database, filled once for all the tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 10, 10, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker, worker_database) -> Iterator[list[str]]:
    """The log-in lines. Committed, so that the audit chain is sealed as in the demo; the database is made anew afterwards."""
    from chairside.apps.formulary.services import releases_sync
    from chairside.cli.demo_center import seed

    with django_db_blocker.unblock():
        releases_sync()
        yield seed(DAY)
        worker_database.renew()


@pytest.fixture
def mid_morning(settings) -> datetime:
    """The shell's clock stands at ten past ten at the center."""
    settings.CLOCK_OFFSET_SECONDS = (NOW - datetime.now(UTC)).total_seconds()
    return NOW
