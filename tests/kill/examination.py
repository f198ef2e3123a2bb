"""What must be true of a visit after all that: each entry once, no gap, what follows from it right, the seals whole."""

from __future__ import annotations

from collections import Counter

from chairside.apps.audit import chain
from chairside.apps.audit.models import AuditEntry
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.models import Fact
from chairside.apps.visit.models import Administration, DoubleCheck, Visit, VisitEvent
from chairside.apps.visit.selectors import altered_events, plan_of, state_of
from chairside.apps.visit.services.projections import projections_rebuild
from tests.apps.visit.cast import Cast
from tests.kill.stream import MEASURED, Stream


def examine(cast: Cast, streams: list[Stream]) -> None:
    """Everything that these people entered at the visit of this center, and nothing else since it was seeded."""
    entries = [entry for stream in streams for entry in stream.entries]
    assert entries
    assert all(entry.acknowledged for entry in entries)
    with organization_scope(cast.organization.pk):
        visit = Visit.objects.get(pk=cast.visit.pk)
        rows = list(VisitEvent.objects.filter(visit=visit).order_by("sequence"))
        assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
        assert visit.sequence == len(rows)
        since = Counter(str(row.pk) for row in rows if row.sequence > cast.visit.sequence)
        assert since == Counter(entry.key for entry in entries)
        _examine_what_follows(visit, rows, [entry.key for entry in entries if entry.name == "vitals"])
        _examine_seals(cast, rows)


def _examine_what_follows(visit: Visit, rows: list[VisitEvent], vitals: list[str]) -> None:
    state = state_of(visit, plan_of(visit))
    assert (state.sequence, len(state.log)) == (len(rows), len(rows))
    sources = [f"visit:{visit.pk}:{key}" for key in vitals]
    facts = Counter(Fact.objects.filter(source__in=sources).values_list("source", flat=True))
    assert facts == Counter(sources * len(MEASURED))
    before = _typed(visit)
    projections_rebuild(visit)
    assert _typed(visit) == before


def _typed(visit: Visit) -> tuple[list[tuple[object, ...]], ...]:
    drugs = Administration.objects.filter(visit=visit).order_by("event")
    checks = DoubleCheck.objects.filter(visit=visit).order_by("event")
    return list(drugs.values_list("event", "started_at", "ended_at", "lots")), list(
        checks.values_list("event", "first", "second")
    )


def _examine_seals(cast: Cast, rows: list[VisitEvent]) -> None:
    chain.seal(str(cast.organization.pk))  # what was committed right before a kill is sealed by whoever comes next
    assert list(chain.breaks(str(cast.organization.pk))) == []
    assert list(altered_events()) == []
    audited = Counter(AuditEntry.objects.filter(subject_type="visit_event").values_list("subject", flat=True))
    assert audited == Counter(str(row.pk) for row in rows)
