"""A small site for the scheduling tests: two chairs and a bed, two nurses, one zone with clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling.day_book import Booking, Chair, Clinic, DayBook, Shift, VisitRequest
from chairside.core.scheduling.visit_shape import HandsOn, HandsOnKind, VisitShape

CHICAGO = ZoneInfo("America/Chicago")
MONDAY = date(2026, 11, 23)
CLINIC = Clinic(CHICAGO, time(8), time(17))
CHAIRS = (Chair("c1", "Chair 1", "chair"), Chair("c2", "Chair 2", "chair"), Chair("b1", "Bed 1", "bed"))


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), CHICAGO)


def span(start: str, end: str, day: date = MONDAY) -> Span:
    return Span(at(start, day).astimezone(UTC), at(end, day).astimezone(UTC))


def shape(minutes: int = 120, start: int = 20, end: int = 10) -> VisitShape:
    length = timedelta(minutes=minutes)
    first = HandsOn(timedelta(), timedelta(minutes=start), HandsOnKind.START)
    last = HandsOn(length - timedelta(minutes=end), timedelta(minutes=end), HandsOnKind.END)
    return VisitShape(length, (first, last))


def request(patient: str = "new", window: tuple[date, date] = (MONDAY, MONDAY), **changes) -> VisitRequest:
    given = {"shape": shape(), "target": MONDAY, "not_before": at("06:00", window[0]), **changes}
    return VisitRequest(patient, window=DayWindow(*window), **given)


def booking(number: int, start: datetime, chair: str = "c1", nurse: str = "n1", of: VisitShape | None = None) -> Booking:
    made = request(f"p{number}", shape=of or shape())
    return Booking(f"a{number}", chair, nurse, f"p{number}", made.span(start), made.hands_on(start))


def book(*bookings: Booking, days: tuple[date, date] = (MONDAY, MONDAY), limit: int = 2, shifts=None, clinic=CLINIC) -> DayBook:
    window = DayWindow(*days)
    if shifts is None:
        count = (window.last - window.first).days + 1
        each = [window.first + timedelta(days=n) for n in range(count)]
        shifts = [
            Shift(n, name, span("08:00", "17:00", day), limit) for day in each for n, name in (("n1", "Ana"), ("n2", "Ben"))
        ]
    return DayBook(clinic, window, CHAIRS, tuple(shifts), bookings)
