"""What time it is at the demo's center: a day in progress is only interesting in the middle of the morning."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

CENTER_ZONE = ZoneInfo("America/Chicago")
_MID_MORNING = time(10, 10)


def center_day(day: date | None, zone: ZoneInfo, now: datetime) -> date:
    """The day that was asked for, else today where the center is."""
    return day or now.astimezone(zone).date()


def clock_offset(day: date, zone: ZoneInfo, now: datetime) -> int:
    """Seconds to add to the real clock so that it is mid-morning of `day` at the center as the demo starts."""
    return round((datetime.combine(day, _MID_MORNING, zone) - now).total_seconds())
