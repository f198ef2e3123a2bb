"""What needs somebody now, worst first: reactions, late sets, signs, device entries, holds, checks, pumps to take off.

The charge nurse's list (safety reference 1.7): a set is amber five minutes after it was due, and red after ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from chairside.apps.chart.board_words import Mark, told_due
from chairside.apps.chart.folded import Standing
from chairside.core.visit.monitoring import Lateness

_SETS = ("vitals", "use_by", "unit_end", "finish")


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing about one visit. `rank` orders kinds, `since` orders within; `red` is said at once to whoever listens."""

    visit: UUID
    about: str
    rank: int
    since: datetime
    mark: Mark
    chair: str
    who: str
    nurse: str
    url: str

    @property
    def red(self) -> bool:
        return self.mark.tone == "act"

    @property
    def key(self) -> str:
        """The same while it is the same thing at the same level, so that it is said once."""
        return f"{self.visit} {self.about} {self.mark.tone}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit stands and who has it: what each line about it begins with."""

    visit: UUID
    chair: str
    who: str
    nurse: str
    url: str


def attention(places: Iterable[tuple[Place, Standing]], at: datetime, *, wall: bool) -> tuple[Attention, ...]:
    """All of a site's, worst first; what has waited longest first among equals."""
    found = [
        Attention(place.visit, about, rank, since, mark, place.chair, place.who, place.nurse, place.url)
        for place, standing in places
        for about, rank, since, mark in _of(standing, at, wall)
    ]
    return tuple(sorted(found, key=lambda item: (item.rank, item.since, item.chair)))


_Found = tuple[str, int, datetime, Mark]


def _of(standing: Standing, at: datetime, wall: bool) -> Iterator[_Found]:
    yield from _alerts(standing, at, wall)
    for due in standing.now.due:
        if due.what in _SETS and due.lateness in (Lateness.LATE, Lateness.VERY_LATE):
            red = due.lateness is Lateness.VERY_LATE
            yield f"{due.what} {due.drug}", 2 if red else 4, due.at, told_due(due, at).mark
    state = standing.state
    if state.unclaimed:
        since = next((event.at for event in state.log if event.id in state.unclaimed), at)
        yield "device", 5, since, Mark("entry by a device: claim it", "due", "unknown")
    if standing.now.stage == "held":
        since = next((event.at for event in reversed(state.log) if event.kind == "held"), at)
        yield "held", 6, since, Mark("held" if wall else f"held: {state.held}", "due", "locked")
    yield from _checks(standing, at)
    yield from _pumps(standing, at)


def _alerts(standing: Standing, at: datetime, wall: bool) -> Iterator[_Found]:
    urgent = [alert for alert in standing.now.alerts if alert.level == "act" and alert.about not in _SETS]
    for alert in urgent:
        if alert.about == "reaction":
            yield "reaction", 0, alert.since or at, Mark("reaction open", "act", "reaction")
    signs = [alert for alert in urgent if alert.about != "reaction"]
    if signs:
        since = min(alert.since or at for alert in signs)
        text = "look at the patient" if wall else "; ".join(alert.message.rstrip(".") for alert in signs)
        yield "signs", 1, since, Mark(text, "act", "act")


def _checks(standing: Standing, at: datetime) -> Iterator[_Found]:
    """A bag that waits for the double check. How many have entered theirs, never what (H-014)."""
    for drug in standing.plan.drugs:
        region = standing.state.infusions[drug.key]
        if drug.needs_check and region.stage == "prepared":
            since = region.checks[-1].at if region.checks else _prepared_at(standing, drug.key, at)
            differs = region.compared is not None and not region.compared.agrees
            word = "double check differs" if differs else "second check waits" if region.checks else "double check waits"
            yield f"check {drug.key}", 7, since, Mark(word, "due", "person")


def _prepared_at(standing: Standing, drug: str, at: datetime) -> datetime:
    events = (event for event in reversed(standing.state.log) if event.kind in ("preparation_recorded", "unit_received"))
    return next((event.at for event in events if getattr(event.payload, "drug", "") == drug), at)


def _pumps(standing: Standing, at: datetime) -> Iterator[_Found]:
    """An ambulatory pump that should run empty today, or did before."""
    for drug in standing.now.drugs:
        if drug.stage == "infusing_ambulatory" and drug.finish is not None:
            ends = drug.finish
            local = timezone.localtime(ends)
            if local.date() <= timezone.localtime(at).date():
                over = ends <= at
                word = f"pump empty since {local:%b %-d, %H:%M}" if over else f"pump to take off {local:%H:%M}"
                yield f"pump {drug.key}", 3 if over else 8, ends, Mark(word, "act" if over else "due", "act" if over else "due")
