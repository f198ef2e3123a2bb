"""Which release still stands: one holds for the very result that it was given for, and for no newer or different fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from chairside.apps.clearance.models import HoldRelease, RequirementResult

Ground = tuple[str, str, str, str, frozenset[str]]


def releases_of(planned_dose: UUID, day: date) -> dict[Ground, HoldRelease]:
    """The releases of a dose for a day, by what each was given for."""
    rows = HoldRelease.objects.filter(planned_dose_id=planned_dose, day=day).select_related("result", "released_by")
    return {ground(row.result): row for row in rows.order_by("at", "id") if row.result is not None}


def ground(result: RequirementResult) -> Ground:
    """What a release of this result rests on. Without the number in its key: that follows from the order of the facts."""
    key = result.requirement.partition(".")[0]
    return (key, result.what, result.state, result.message, frozenset(result.evidence.splitlines()))


def standing(results: Iterable[RequirementResult], releases: dict[Ground, HoldRelease]) -> dict[UUID, HoldRelease]:
    """The release that stands for each result, by the result's id. Nobody releases what is not known."""
    return {
        result.pk: releases[ground(result)] for result in results if result.state != "unknown" and ground(result) in releases
    }
