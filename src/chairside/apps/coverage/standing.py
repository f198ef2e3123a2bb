"""In words: how the next dose of an order in the coverage queue stands with its payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.dateformat import format as spelled

from chairside.apps.coverage.models import Authorization


def standing(row: Any) -> tuple[str, str]:
    """Tone and words for a row of `selectors.coverage_queue`. The payer's newest answer holds."""
    if row.finished:
        return "locked", "Course stopped" if row.course == "stopped" else "Course finished"
    if row.not_required:
        return "done", "No authorization required"
    if row.approved:
        return "done", f"Approved for dose {row.next_dose}" if row.next_dose else "Approved, no dose planned yet"
    if row.answer == Authorization.Status.PENDING:
        return "due", "Waiting for the payer"
    if row.answer == Authorization.Status.DENIED:
        return "act", "Denied"
    approvals = [item for item in row.newest_first if item.status == Authorization.Status.APPROVED]
    if approvals:
        dose = f"dose {row.next_dose}" if row.next_dose else ""
        return "act", _beside(approvals, row.needed_on, row.asked_on, dose)
    return ("act", "No authorization") if row.insured else ("act", "No insurance on record")


def _beside(approvals: Sequence[Authorization], needed: date, today: date, dose: str) -> str:
    """There are approvals and none holds on the day that needs one: which ends before it, or else begins after it."""
    before = max((item.ends_on for item in approvals if item.ends_on and item.ends_on < needed), default=None)
    if before is not None:
        ends = f"Approval {'ended' if before < today else 'ends'} {_day(before, needed)}, "
        return ends + (f"before {dose}" if dose else "no dose planned yet")
    after = min(item.starts_on for item in approvals if item.starts_on)
    return f"Approval begins {_day(after, needed)}, " + (f"after {dose}" if dose else "no dose planned yet")


def _day(day: date, needed: date) -> str:
    """May 29; with its year where that is another than the dose's."""
    return spelled(day, "M j" if day.year == needed.year else "M j, Y")
