"""What a person should know before a dose is booked on a day. It warns and never stops: the visit has its own gates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chairside.apps.clearance.selectors import newest_evaluation
from chairside.apps.clearance.staleness import why_stale
from chairside.apps.coverage.selectors import cover_reasons
from chairside.apps.plans.models import PlannedDose
from chairside.core.kernel.decision import Outcome, Reason, review


def booking_warnings(dose: PlannedDose, day: date, today: date) -> tuple[Reason, ...]:
    """For review: the day is not covered by an approval; the newest clearance holds the dose."""
    covered = cover_reasons(dose.plan.order_version.order, dose.number, day)
    return (*(replace(reason, outcome=Outcome.REVIEW, override="none") for reason in covered), *_held(dose, today))


def _held(dose: PlannedDose, today: date) -> tuple[Reason, ...]:
    newest = newest_evaluation(dose)
    if newest is None or newest.outcome != "held":
        return ()
    released = set(dose.releases.filter(day=newest.day).values_list("requirement", flat=True))
    held = [row for row in newest.results.all() if row.state == "held" and row.requirement not in released]
    if not held:
        return ()
    message = f"The clearance of dose {dose.number} is held: {held[0].message}"
    if why_stale(dose, today):
        message += " It is older than the facts: evaluate it again."
    return (review("risk_alert", message, field="clearance", limit=held[0].limit),)
