"""Coverages of a packet, stored as sent. A copay card is kept too, and marked as what it is by its line and plan."""

from __future__ import annotations

from chairside.apps.coverage.models import Coverage
from chairside.apps.people.models import Patient
from chairside.core.intake import referral as core

_LINES = frozenset(Coverage.Line.values)


def coverages_receive(*, patient: Patient, coverages: tuple[core.Coverage, ...]) -> int:
    """Store the coverages that are not yet stored; how many were new."""
    known = set(Coverage.objects.filter(patient=patient).values_list("source", flat=True))
    new = [_row(patient, item) for item in coverages if item.source not in known]
    Coverage.objects.bulk_create(new)
    return len(new)


def _row(patient: Patient, item: core.Coverage) -> Coverage:
    return Coverage(
        organization_id=patient.organization_id,
        patient=patient,
        payer=item.payer[:200],
        payer_code=item.payer_code[:60],
        line=item.line if item.line in _LINES else Coverage.Line.OTHER,
        plan=(item.plan or item.kind)[:200],
        member=item.member[:80],
        rank=min(max(item.rank, 1), 32767),
        starts_on=item.starts,
        ends_on=item.ends,
        source=item.source,
    )
