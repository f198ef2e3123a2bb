"""The one clock of the shell. The demo moves it, so that its center is always mid-morning; the core is handed the time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=settings.CLOCK_OFFSET_SECONDS)


def today(zone: ZoneInfo) -> date:
    """The calendar day at a site."""
    return now().astimezone(zone).date()
