"""What the system records right after an accepted entry: the comparison of two checks, and incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from chairside.core.kernel.decision import Outcome, Reason
from chairside.core.visit import events as e
from chairside.core.visit.decide import GUARDS, standing, unmet
from chairside.core.visit.double_check import compare
from chairside.core.visit.fold import fold
from chairside.core.visit.guards import correcting
from chairside.core.visit.happened import incidents
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.site import is_extravasation, vesicants
from chairside.core.visit.settling import settled
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Mode

_HARD = frozenset({"prescriber", "medical_director"})


def consequences(before: VisitState, after: VisitState, plan: VisitPlan, event: e.Event) -> tuple[e.Payload, ...]:
    """What the system records right after an accepted event: the comparison of two checks, and incidents.

    A reported fact is judged by what was known at its own time, so a check that came later does not excuse a start.
    """
    made: list[e.Payload] = []
    plan = settled(plan, after)
    missed = _missed(before, plan, event) if event.mode is Mode.REPORTED and event.kind in GUARDS else []
    # A check that was reported past its guards (by the same person, say) is compared with nothing (H-013).
    if isinstance(event.payload, e.CheckEntered) and not missed and (drug := plan.drug(event.payload.drug)) is not None:
        compared = compare(plan, drug, after.infusions[drug.key])
        if compared is not None:
            made.append(compared)
            if not compared.agrees:
                made.append(e.IncidentOpened("second_check_mismatch", event.id, ", ".join(compared.differs)))
    if missed:
        made.append(e.IncidentOpened("reported_without_guard", event.id, _in_words(missed)))
    if isinstance(event.payload, e.Paused) and event.payload.pump_volume is not None and not _reading_taken(after, event.id):
        made.append(e.IncidentOpened("pump_reading", event.id, f"not possible: {event.payload.pump_volume.spelled()}"))
    made.extend(incidents(after, plan, event))
    if isinstance(event.payload, e.Corrected):
        made.extend(_corrected(before, plan, event.payload))
    if isinstance(event.payload, e.ReactionRecorded) and (event.payload.grade or 0) >= 3:
        key = event.payload.reaction or event.id
        if not any(trigger == "severe_reaction" and about == key for trigger, about in after.incidents):
            made.append(e.IncidentOpened("severe_reaction", key, f"grade {event.payload.grade}"))
    made.extend(_of_care(before, plan, event))
    return tuple(made)


def _of_care(before: VisitState, plan: VisitPlan, event: e.Event) -> list[e.Payload]:
    """A leak, and the release of a rule that refused, are looked at again afterwards."""
    payload = event.payload
    if isinstance(payload, e.SiteAssessed) and is_extravasation(before, plan, payload):
        return [e.IncidentOpened("extravasation", event.id, ", ".join(drug.title for drug in vesicants(before, plan)))]
    if isinstance(payload, e.Overridden):
        found = [reason for reason in standing(before, plan, event.at) if reason.field == payload.rule]
        if any(reason.outcome is Outcome.REFUSED and reason.override in _HARD for reason in found):
            return [e.IncidentOpened("override", event.id, payload.rule)]
    return []


def _missed(before: VisitState, plan: VisitPlan, event: e.Event) -> list[Reason]:
    """The guards that a reported fact did not meet at its own time, resting only on what met its own."""
    then = replace(fold([entry for entry in before.log if entry.at <= event.at], plan), unproven=before.unproven)
    return [
        reason
        for reason in unmet(then, plan, event.payload, event.actor, event.at)
        if reason.field not in ("reaction.grade", "reaction.criteria")
    ]


def _corrected(before: VisitState, plan: VisitPlan, command: e.Corrected) -> list[e.Payload]:
    """What a correction opens: it took away what protects or what a running drug rests on; or it says what no guard allowed."""
    old = next(entry for entry in before.log if entry.id == command.event)
    made: list[e.Payload] = []
    if trigger := correcting.incident(before, plan, old):
        made.append(e.IncidentOpened(trigger, old.id, f"{old.kind}: {command.reason}"))
    if missed := correcting.replaced(before, plan, command, unmet):
        made.append(e.IncidentOpened("reported_without_guard", old.id, _in_words(missed)))
    return made


def _in_words(missed: Sequence[Reason]) -> str:
    """The guards that were not met, as a person is told. Of an entry that only rests on another one: which that is."""
    own = list(takewhile(lambda reason: reason.field != "reported", missed))
    words = list(dict.fromkeys(reason.message for reason in own))
    if len(own) < len(missed):
        words.append(f"It rests on what did not meet its own guards: {missed[len(own)].limit}.")
    return " ".join(words)


def _reading_taken(state: VisitState, event: str) -> bool:
    return any(reading.event == event for region in state.infusions.values() for reading in region.pump)
