"""Services of scheduling: an appointment that cannot collide, and what may become of it."""

from chairside.apps.scheduling.services.answer import BookingDecision
from chairside.apps.scheduling.services.booking import appointment_book, book_first_opening
from chairside.apps.scheduling.services.changes import appointment_cancel, appointment_move, appointment_no_show

__all__ = [
    "BookingDecision",
    "appointment_book",
    "appointment_cancel",
    "appointment_move",
    "appointment_no_show",
    "book_first_opening",
]
