"""A way on when dose or order were changed while the patient waits: the same visit, its plan made again, the change in its log.

Closing this visit and opening a second would split one stay over two records, lose baseline, access and premedications that
were given, and ask for check-in twice. An event keeps one log: it holds the plan that was, exactly, and names both by digest.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from chairside.apps.audit.services import digest
from chairside.apps.clearance.services import clearance_evaluate
from chairside.apps.people.selectors import system_actor
from chairside.apps.visit import plan_text
from chairside.apps.visit.log import without_secret
from chairside.apps.visit.models import FurtherDose, Visit, VisitEvent
from chairside.apps.visit.planning import replanned
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services.gate import Locked, event_write, other_event, visit_lock
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.visit import replanning
from chairside.core.visit.events import Event, Replanned


def visit_replan(
    *, visit: Visit, event_id: UUID, why: str, expected_sequence: int | None, actor: Actor, at: datetime
) -> Decision[VisitEvent]:
    """Make the visit's plan again from the dose and order that hold now, until a drug has been started.

    What was given and found stays. The go decision and every release are asked for again; a bag that is not the dose any more
    is prepared again, and a double check whose numbers changed is done again. The same id again is the same event.
    """
    try:
        with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
            return _replan(visit_lock(visit), event_id, why, expected_sequence, without_secret(actor), at)
    except IntegrityError as problem:
        if "visit_visitevent_pkey" not in str(problem):
            raise
        return Decision(None, (other_event(),))


def _replan(locked: Locked, event_id: UUID, why: str, expected: int | None, actor: Actor, at: datetime) -> Decision[VisitEvent]:
    visit, known = locked.visit, locked.event(event_id)
    if known is not None:
        same = known.kind == Replanned.kind and known.actor == actor.id
        return Decision(known) if same else Decision(None, (other_event(),))
    reasons = [*replanning.replan_reasons(locked.state, actor, why), *_seen(expected, visit)]
    decided, planned = replanned(visit, at)
    reasons += planned.reasons
    if reasons or planned.value is None or decided is None:
        return Decision(None, tuple(reasons), planned.working)
    new = planned.value.plan
    old, before, after = plan_text.from_text(visit.plan_text), visit.plan_text, plan_text.to_text(new)
    if before == after:
        message = "Dose and order are as they were when this visit was planned. There is nothing to take over."
        return Decision(None, (refused("wrong_state", message, field="replan"),))
    payload = Replanned(
        why=why.strip(),
        changes=replanning.differences(old, new),
        before=before,
        before_sha256=digest(before),
        after_sha256=digest(after),
        prepare_again=replanning.prepare_again(old, new),
        check_again=replanning.check_again(old, new),
    )
    visit.plan_text, visit.dose_decision, visit.protocol_sha256 = after, decided, new.protocol_sha256
    visit.save(update_fields=["plan_text", "dose_decision", "protocol_sha256"])
    for drug, decision in planned.value.further:
        FurtherDose.objects.filter(visit=visit, drug=drug).update(dose_decision=decision)
    for one in (decided, *(decision for _, decision in planned.value.further)):
        clearance_evaluate(planned_dose=one.planned_dose, day=visit.day, actor=system_actor(visit.organization_id), at=at)
    event = Event(str(event_id), visit.sequence + 1, at, actor, payload, protocol_sha256=visit.protocol_sha256)
    stored, _ = event_write(locked, event, plan_of(visit))
    return Decision(stored, working=payload.changes)


def _seen(expected: int | None, visit: Visit) -> tuple[Reason, ...]:
    if expected == visit.sequence:
        return ()
    message = "Somebody else has recorded something since you opened this page. Look again."
    return (refused("sequence_conflict", message, field="sequence", limit=str(visit.sequence)),)
