"""What a locked device shows and takes: the open visits of its site by chair and initials, a tap on STOP or REACTION."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from chairside.apps.people.devices import device_actor
from chairside.apps.people.models import Device
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.services.gate import event_append
from chairside.core.access import Role
from chairside.core.kernel.decision import Decision
from chairside.core.visit.encoding import from_text
from chairside.core.visit.events import Claimed, Corrected, Paused, ReactionRecorded

TAPS: dict[str, Paused | ReactionRecorded] = {"pause": Paused(), "reaction": ReactionRecorded()}
WORDS = {"paused": "STOP", "reaction_recorded": "REACTION"}
_OVER = ("discharged", "documented", "left_against_advice")
_AT_ANY_HOUR = ("infusing", "paused", "observing")  # a visit that runs past midnight is still open
_RUNS_AGAIN = ("resumed", "infusion_started")
_NO_CHAIR = "No chair yet"


@dataclass(frozen=True, slots=True)
class Tap:
    """An entry that a device took and that no person has said was theirs."""

    event: str
    word: str
    at: datetime
    device: str


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """An open visit as anybody may see it. The keys are made anew for each page, so that a repeated tap is the same entry."""

    visit: UUID
    chair: str
    who: str
    own: bool
    taps: tuple[Tap, ...]
    pause_key: UUID = field(default_factory=uuid4)
    reaction_key: UUID = field(default_factory=uuid4)


def open_visits(device: Device, at: datetime) -> list[OpenVisit]:
    """The open visits at the device's site: that of its own chair first, then by the order of the chairs."""
    day = at.astimezone(device.site.zone).date()
    rows = list(
        Visit.objects.filter(Q(day=day) | Q(stage__in=_AT_ANY_HOUR), site=device.site_id, closed=False)
        .exclude(stage__in=_OVER)
        .select_related("patient", "chair", "appointment__chair")
    )
    taps = unclaimed_taps(rows)
    found = []
    for row in rows:
        chair = row.chair or (row.appointment.chair if row.appointment else None)
        own = chair is not None and chair.pk == device.chair
        shown = OpenVisit(row.pk, chair.name if chair else _NO_CHAIR, row.patient.initials, own, tuple(taps.get(row.pk, ())))
        found.append((not own, chair.place if chair else 1000, str(row.pk), shown))
    return [shown for *_, shown in sorted(found, key=lambda item: item[:3])]


def unclaimed_taps(visits: Iterable[Visit]) -> dict[UUID, list[Tap]]:
    """By visit, the entries of devices that nobody has claimed or marked as an error, oldest first.

    Two queries, however many visits.
    """
    asked = VisitEvent.objects.filter(visit__in=[visit.pk for visit in visits])
    settled = {
        payload.event
        for kind, text in asked.filter(kind__in=(Claimed.kind, Corrected.kind)).values_list("kind", "payload")
        if isinstance(payload := from_text(kind, text), Claimed | Corrected)
    }
    found: dict[UUID, list[Tap]] = {}
    for row in asked.filter(actor_roles=Role.DEVICE.value).order_by("claimed_at", "sequence"):
        if str(row.pk) not in settled:
            tap = Tap(str(row.pk), WORDS.get(row.kind, row.kind.replace("_", " ")), row.claimed_at, row.actor_name)
            found.setdefault(row.visit_id, []).append(tap)
    return found


def device_tap(*, device: Device, visit: Visit, tap: str, key: UUID | None, at: datetime) -> Decision[VisitEvent]:
    """Record a tap as the device's own entry, through the gate. The same key is the same entry.

    Except where the drug was started again since: then an old page must still stop it (H-026), and it is a new entry.
    """
    payload = TAPS[tap]
    if key is None or (isinstance(payload, Paused) and _runs_again_since(visit, key)):
        key = uuid4()
    return event_append(visit=visit, event_id=key, payload=payload, actor=device_actor(device), device=str(device.pk), at=at)


def tap_told(event: VisitEvent) -> str:
    """What the person who tapped is told. The time is the site's."""
    at = f"{timezone.localtime(event.claimed_at):%H:%M}"
    if event.kind == Paused.kind:
        return f"Stop the pump. Recorded {at}."
    return f"Reaction recorded {at}. If a drug runs: stop the pump, then press STOP / PAUSE."


def _runs_again_since(visit: Visit, key: UUID) -> bool:
    before = VisitEvent.objects.filter(visit=visit, pk=key).values_list("sequence", flat=True).first()
    later = VisitEvent.objects.filter(visit=visit, kind__in=_RUNS_AGAIN)
    return before is not None and later.filter(sequence__gt=before).exists()
