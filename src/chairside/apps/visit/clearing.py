"""The day's clearance as the visit reads it: what still holds this dose today, less what a named person has released."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chairside.apps.clearance.models import Evaluation, RequirementResult
from chairside.apps.clearance.releases import releases_of, standing
from chairside.core.kernel.decision import Outcome, Reason

_OUTCOMES = {"held": Outcome.REFUSED, "review": Outcome.REVIEW, "unknown": Outcome.UNKNOWN}
_CODES = {
    "lab": "requires_lab",
    "vaccine": "requires_vaccine",
    "imaging": "requires_imaging",
    "screening": "requires_screening",
    "rems": "requires_rems",
    "consent": "requires_consent",
    "test": "requires_test",
    "interval": "interval",
    "contraindication": "contraindicated",
    "interaction": "interaction",
    "duplicate": "duplicate_therapy",
    "population": "wrong_population",
    "course": "course_complete",
    "vital": "out_of_range",
    "answer": "risk_alert",
}


def open_reasons(planned_dose: UUID, day: date) -> tuple[Reason, ...] | None:
    """What holds a dose on a day, by the newest evaluation for that day; None when it was not evaluated, which holds it too."""
    newest = Evaluation.objects.filter(planned_dose_id=planned_dose, day=day).order_by("-evaluated_at", "-id").first()
    if newest is None:
        return None
    rows = RequirementResult.objects.filter(evaluation=newest, state__in=_OUTCOMES, advice=False).order_by("requirement")
    # What is asked and measured at the chair is left to the visit's own guards.
    held = [row for row in rows if row.evidence or not row.on_the_day]
    if not held:
        return ()
    released = standing(held, releases_of(planned_dose, day))
    return tuple(_reason(row) for row in held if row.pk not in released)


def _reason(row: RequirementResult) -> Reason:
    return Reason(
        _CODES.get(row.what, "risk_alert"),
        row.message,
        _OUTCOMES[row.state],
        field=f"clearance.{row.requirement}",
        source=row.source,
        override=row.release_by or "none",
    )
