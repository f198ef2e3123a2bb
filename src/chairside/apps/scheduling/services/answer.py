"""What booking answers: the appointment, or the reasons with the next openings in words and as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chairside.apps.organizations.models import Site
from chairside.apps.scheduling.models import Appointment
from chairside.apps.scheduling.reading import DoseToBook, open_days, read_book
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.scheduling.day_book import Place
from chairside.core.scheduling.openings import Opening, next_openings, spell_openings
from chairside.engines.booking.center_day import earliest

_ELSEWHERE_MAY_BE_FREE = frozenset({"slot_taken", "not_available"})


@dataclass(frozen=True, slots=True)
class BookingDecision(Decision[Appointment]):
    """A decision about an appointment; beside a refusal, the next openings for the same dose.

    `warnings` are for review by whoever answers for payment or clearance; they stop nothing.
    """

    openings: tuple[Opening, ...] = ()
    warnings: tuple[Reason, ...] = ()


def refusal(reasons: tuple[Reason, ...]) -> BookingDecision:
    return BookingDecision(None, reasons)


def with_openings(
    answer: BookingDecision, site: Site, dose: DoseToBook, place: Place, at: datetime, moving: Appointment | None = None
) -> BookingDecision:
    """Tell someone who was refused a place which ones there are: from it on, in the dose's window. Read without a lock."""
    if not any(reason.code in _ELSEWHERE_MAY_BE_FREE for reason in answer.reasons) or dose.shape.value is None:
        return answer
    days = open_days(dose.row, at.astimezone(site.zone).date())
    if days is None:
        return answer
    book, request = read_book(site, days, dose.patient), dose.request(at, moving)
    found = next_openings(book, request, max(place.start, at), earliest) or next_openings(book, request, at, earliest)
    first, *rest = answer.reasons
    told = replace(first, message=f"{first.message} {spell_openings(book, found)}")
    return replace(answer, reasons=(told, *rest), openings=found)
