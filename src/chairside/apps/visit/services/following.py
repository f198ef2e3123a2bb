"""The typed tables of what is worked on after the chair, from the events alone; and the count of rules that held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from chairside.apps.visit.models import FollowUpCall, Incident, RuleHeld, RuleReleased, Visit
from chairside.core.kernel.decision import Outcome, Reason
from chairside.core.visit.events import IncidentOpened, IncidentReported, Overridden
from chairside.core.visit.state import VisitState

CALL_FROM, CALL_UNTIL = timedelta(hours=24), timedelta(hours=72)  # a proposal: the window of the call


def incidents_of(visit: Visit, state: VisitState) -> list[Incident]:
    """Each incident that was opened, with what the newest report says of it."""
    reported = {event.payload.incident: event for event in state.log if isinstance(event.payload, IncidentReported)}
    found = []
    for event in state.log:
        if not isinstance(event.payload, IncidentOpened):
            continue
        report = state.reports.get(event.id)
        found.append(
            Incident(
                organization_id=visit.organization_id,
                visit=visit,
                event=UUID(event.id),
                trigger=event.payload.trigger,
                detail=event.payload.detail,
                opened_at=event.at,
                state=Incident.State.OPEN
                if report is None
                else Incident.State.DONE
                if report.done
                else Incident.State.REPORTED,
                harm=report.harm if report else "",
                reported_at=reported[event.id].at if report else None,
            )
        )
    return found


def calls_of(visit: Visit, state: VisitState) -> list[FollowUpCall]:
    """One call for a visit in which something was given; a patient who was transferred is called as well."""
    if state.discharged_at is None or not state.any_started:
        return []
    reached = [made for made in state.calls if made.entry.reached]
    concerns = dict.fromkeys(concern for made in state.calls for concern in made.entry.concerns)
    return [
        FollowUpCall(
            organization_id=visit.organization_id,
            visit=visit,
            left_at=state.discharged_at,
            due_at=state.discharged_at + CALL_FROM,
            late_at=state.discharged_at + CALL_UNTIL,
            tries=len(state.calls),
            reached_at=reached[0].at if reached else None,
            concerns=", ".join(concerns),
        )
    ]


def releases_of(visit: Visit, state: VisitState) -> list[RuleReleased]:
    """Each release that was not entered in error."""
    return [
        RuleReleased(
            organization_id=visit.organization_id,
            visit=visit,
            event=UUID(event.id),
            rule=event.payload.rule,
            why=event.payload.why,
            by=event.actor.name,
            roles=" ".join(sorted(role.value for role in event.actor.roles)),
            at=event.at,
        )
        for event in state.log
        if isinstance(event.payload, Overridden) and event.id not in state.corrected
    ]


def rules_held(visit: Visit, reasons: Iterable[Reason], at: datetime) -> None:
    """Remember, once a visit, each rule that held a live command and that a named role may release (H-024)."""
    held = {
        reason.field: reason
        for reason in reasons
        if reason.field and reason.override not in ("", "none") and reason.outcome is not Outcome.UNKNOWN
    }
    RuleHeld.objects.bulk_create(
        [
            RuleHeld(
                organization_id=visit.organization_id,
                visit=visit,
                rule=rule[:200],
                code=reason.code,
                message=reason.message,
                override=reason.override,
                at=at,
            )
            for rule, reason in held.items()
        ],
        ignore_conflicts=True,
    )
