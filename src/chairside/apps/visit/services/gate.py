"""THE gate: every event of every visit, from a page, a device or the wire, is accepted or refused here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from chairside.apps.audit.notify import topics_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.clearance.services import clearance_evaluate
from chairside.apps.clearance.staleness import is_outdated
from chairside.apps.people.selectors import system_actor
from chairside.apps.visit.doses import carried_by
from chairside.apps.visit.log import QUEUED, core_events, event_digest, row_for, without_secret
from chairside.apps.visit.lots import with_lots
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services.following import rules_held
from chairside.apps.visit.services.projections import projections_update
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.visit.consequences import consequences
from chairside.core.visit.decide import decide
from chairside.core.visit.encoding import from_text
from chairside.core.visit.events import Event, IncidentOpened, Payload, Resumed
from chairside.core.visit.fold import apply, fold
from chairside.core.visit.near_miss import near_miss
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import BEGINNINGS, VisitState
from chairside.core.visit.values import Mode

# What is true whatever happened meanwhile. A stop pressed on an old page is still a stop (H-026), and a reading is
# still a reading.
ALWAYS_IN_ORDER = frozenset(
    {"provider_notified", "treatment_given", "site_assessed", "transferred", "acknowledged"}
    | {"paused", "reaction_recorded", "symptom_reported", "vitals_recorded", "note_added", "check_entered", "claimed"}
)
# The decisions that rest on the day's clearance (H-006): it is evaluated again where a fact was recorded since.
_ASK_CLEARANCE = BEGINNINGS | {"cleared", "released_to_prepare", "resumed", "overridden"}
_MISSED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """One event as it was sent: what happened, by whom, and which log its sender had seen."""

    event_id: UUID
    payload: Payload
    mode: Mode
    expected_sequence: int | None
    claimed_at: datetime | None
    actor: Actor
    device: str
    at: datetime
    queued: bool = False


def event_append(
    *,
    visit: Visit,
    event_id: UUID,
    payload: Payload,
    actor: Actor,
    at: datetime,
    mode: Mode = Mode.LIVE,
    expected_sequence: int | None = None,
    claimed_at: datetime | None = None,
    device: str = "",
    queued: bool = False,
) -> Decision[VisitEvent]:
    """Accept one event into a visit's log, or refuse it with every reason and write nothing of it.

    The same id with the same content is the same event and gives the same answer; with another content it is refused. A
    live command
    passes every guard. A reported fact is always stored, and opens an incident for each guard that was not met.

    A refusal that came near harm (another person, what is never overridden) opens an incident; the attempt is not recorded.

    queued  it waited on a device for the network: never a live command, whatever its sender says
    """
    if queued and mode is Mode.LIVE:
        return Decision(None, (never_live(),))
    marked = ", ".join(part for part in (device, QUEUED if queued else "") if part)
    proposal = Proposal(event_id, payload, mode, expected_sequence, claimed_at, without_secret(actor), marked, at, queued)
    try:
        with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
            return _append(visit, proposal)
    except IntegrityError as problem:
        if "visit_visitevent_pkey" not in str(problem):
            raise
        return Decision(None, (other_event(),))  # the id is in use where this organization cannot see it


@dataclass(frozen=True, slots=True)
class Locked:
    """A visit whose row is locked, with its log read, its plan, and the state that they add up to."""

    visit: Visit
    rows: list[VisitEvent]
    plan: VisitPlan
    state: VisitState

    def event(self, event_id: UUID) -> VisitEvent | None:
        return next((row for row in self.rows if row.pk == event_id), None)


def visit_lock(visit: Visit) -> Locked:
    """Lock a visit in the caller's transaction and read it: what is decided about it from here on is decided once."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("site", "planned_dose__plan__order_version")
    locked = rows.get(pk=visit.pk)
    log, plan = list(VisitEvent.objects.filter(visit=locked).order_by("sequence")), plan_of(locked)
    state = fold(core_events(log), plan)
    return Locked(locked, log, with_lots(locked, plan, state), state)


def event_write(locked: Locked, event: Event, plan: VisitPlan) -> tuple[VisitEvent, tuple[Event, ...]]:
    """Store an accepted event with what follows from it, and bring the typed tables up to date. Judges nothing."""
    visit, before = locked.visit, locked.state
    after = apply(before, event)
    events = [event, *_numbered(event, consequences(before, after, plan, event))]
    stored = [_store(visit, item) for item in events]
    for item in events[1:]:
        after = apply(after, item)
    projections_update(visit, plan, after, before)
    topics_on_commit(("visit", visit.pk), ("site", visit.site_id))
    return stored[0], tuple(events)


def _append(visit: Visit, proposal: Proposal) -> Decision[VisitEvent]:
    locked = visit_lock(visit)
    known = locked.event(proposal.event_id)
    if known is None and proposal.payload.kind in _ASK_CLEARANCE:
        locked = _cleared_now(locked, proposal.at)
    if known is not None:
        return Decision(known) if _is_same(known, visit, proposal) else Decision(None, (other_event(),))
    accepted, reasons = _judged(proposal, locked.rows, locked.plan, locked.state)
    if reasons or accepted is None:
        rules_held(visit, reasons, proposal.at)
        if proposal.mode is Mode.LIVE and (missed := near_miss(locked.state, proposal.payload, reasons)) is not None:
            _near_miss_write(locked, missed, proposal)
        return Decision(None, reasons)
    event = Event(
        str(proposal.event_id),
        locked.visit.sequence + 1,
        proposal.at,
        proposal.actor,
        accepted,
        proposal.mode,
        proposal.claimed_at if proposal.mode is Mode.REPORTED else None,
        proposal.device,
        _protocol_of(locked, accepted),
    )
    stored, events = event_write(locked, event, locked.plan)
    incidents = tuple(item.payload.detail for item in events if isinstance(item.payload, IncidentOpened))
    return Decision(stored, working=incidents)


def _near_miss_write(locked: Locked, incident: IncidentOpened, proposal: Proposal) -> None:
    """The system's entry about an attempt that was refused. The attempt itself is not in the log: it did not happen."""
    system = Actor(id="system", name="Chairside", organization=proposal.actor.organization, session="system")
    said = replace(incident, detail=f"{incident.detail}; tried by {proposal.actor.name}")
    event = Event(
        str(uuid5(proposal.event_id, "near_miss")),
        locked.visit.sequence + 1,
        proposal.at,
        system,
        said,
        protocol_sha256=locked.visit.protocol_sha256,
    )
    if locked.event(UUID(event.id)) is None:
        event_write(locked, event, locked.plan)


def _protocol_of(locked: Locked, payload: Payload) -> str:
    """The hash of the protocol that the entry's drug is given by; the visit's for everything else."""
    drug = locked.plan.drug(getattr(payload, "drug", ""))
    return (drug.protocol_sha256 if drug else "") or locked.visit.protocol_sha256


def _cleared_now(locked: Locked, at: datetime) -> Locked:
    """The plan with clearance of now: a result that came in after the last evaluation is judged before anything is given."""
    visit = locked.visit
    doses = {one.dose.pk: one.dose for one in carried_by(visit, locked.plan).values()}
    outdated = [dose for dose in doses.values() if is_outdated(dose, visit.day)]
    if not outdated:
        return locked
    for dose in outdated:
        clearance_evaluate(planned_dose=dose, day=visit.day, actor=system_actor(visit.organization_id), at=at)
    return replace(locked, plan=with_lots(visit, plan_of(visit), locked.state))


def _judged(
    proposal: Proposal, rows: list[VisitEvent], plan: VisitPlan, state: VisitState
) -> tuple[Payload | None, tuple[Reason, ...]]:
    decided = decide(
        state,
        plan,
        proposal.payload,
        proposal.actor,
        _judged_at(proposal),
        mode=proposal.mode,
        received_at=proposal.at,
        expected_sequence=None if proposal.payload.kind in ALWAYS_IN_ORDER else proposal.expected_sequence,
    )
    reasons = (*decided.reasons, *_sequence_missing(proposal))
    return decided.value, tuple(_told(reason, rows, proposal) for reason in reasons)


def _judged_at(proposal: Proposal) -> datetime:
    return proposal.claimed_at if proposal.mode is Mode.REPORTED and proposal.claimed_at else proposal.at


def _is_same(known: VisitEvent, visit: Visit, proposal: Proposal) -> bool:
    """A repeated request says the same thing.

    What the rules added to it then (the hold after a restart) is not held against it. A live command whose answer was lost
    comes again as a queued report of the same tap: it stays the live one. Never the other way round: a report is no command.
    """
    payload, stored = proposal.payload, from_text(known.kind, known.payload)
    if isinstance(payload, Resumed) and isinstance(stored, Resumed):
        payload = replace(payload, hold_minutes=stored.hold_minutes)
    return (
        known.visit_id == visit.pk
        and payload == stored
        and (known.mode == proposal.mode.value or proposal.queued)
        and known.actor == proposal.actor.id
    )


def other_event() -> Reason:
    return refused(
        "mismatch",
        "This entry's number was already used for another entry. Nothing was recorded; load the page and enter it again.",
        field="event_id",
    )


def never_live() -> Reason:
    return refused(
        "wrong_state",
        "An entry that waited for the network is never carried out as a command. Nothing was recorded; report what was done.",
        field="mode",
    )


def _sequence_missing(proposal: Proposal) -> tuple[Reason, ...]:
    """A command is held against the log that its sender saw, so it says which one that was."""
    if proposal.mode is Mode.REPORTED or proposal.payload.kind in ALWAYS_IN_ORDER or proposal.expected_sequence is not None:
        return ()
    message = "This entry does not say which state of the visit it was made for. Load the page and enter it again."
    return (refused("sequence_conflict", message, field="sequence"),)


def _told(reason: Reason, rows: list[VisitEvent], proposal: Proposal) -> Reason:
    """A sequence conflict with what happened meanwhile in it, by kind and person, never by content (H-014)."""
    if reason.code != "sequence_conflict" or proposal.expected_sequence is None:
        return reason
    missed = [row for row in rows if row.sequence > proposal.expected_sequence][-_MISSED_SHOWN:]
    told = (
        "; ".join(f"{row.kind.replace('_', ' ')} by {row.actor_name}" for row in missed)
        or "nothing that this page could have seen"
    )
    message = f"Recorded meanwhile: {told}. Look at the visit as it is now, then decide again."
    return replace(reason, message=message, limit="")


def _numbered(event: Event, payloads: tuple[Payload, ...]) -> list[Event]:
    """The system's own entries after an event. Their ids follow from its id, so that a repetition makes no second ones."""
    system = Actor(id="system", name="Chairside", organization=event.actor.organization, session="system")
    return [
        Event(
            str(uuid5(UUID(event.id), f"{number}:{payload.kind}")),
            event.sequence + number,
            event.received_at,
            system,
            payload,
            protocol_sha256=event.protocol_sha256,
        )
        for number, payload in enumerate(payloads, start=1)
    ]


def _store(visit: Visit, event: Event) -> VisitEvent:
    row = row_for(visit, event)
    row.save(force_insert=True)
    entry_record(
        actor=event.actor,
        action=f"visit.{event.kind}",
        subject_type="visit_event",
        subject=row.pk,
        at=event.received_at,
        patient=visit.patient_id,
        digest=event_digest(row),
    )
    visit.sequence = event.sequence
    return row
