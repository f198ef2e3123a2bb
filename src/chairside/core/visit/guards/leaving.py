"""Leaving and the record: observation, access out, discharge, signature, corrections, entries made by a device."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chairside.core.access import Actor, Role
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.visit import discharge as criteria
from chairside.core.visit import events as e
from chairside.core.visit.encoding import PayloadError, from_text
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

NOT_CORRECTED = ("corrected", "check_compared", "incident_opened", "signed", "claimed", "replanned")


def observe(
    state: VisitState, plan: VisitPlan, command: e.ObservationStarted, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    if not state.any_started or any(
        region.timeline and not region.stopped and not region.connected for region in state.infusions.values()
    ):
        return (refused("wrong_state", "Observation begins when every drug has been stopped.", field="observation"),)
    return ()


def remove_access(
    state: VisitState, plan: VisitPlan, command: e.AccessRemoved, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    if state.access_site is None:
        return (refused("wrong_state", "There is no access on record.", field="access"),)
    if any(region.running or region.connected for region in state.infusions.values()):
        return (refused("wrong_state", "A drug is still running.", field="access"),)
    return ()


def leave(state: VisitState, plan: VisitPlan, command: e.Discharged, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Discharge by the criteria. Who leaves against advice is not held back, but no drug may be left running."""
    if state.discharged_at:
        return (refused("wrong_state", "The patient has been discharged already.", field="discharge"),)
    if command.against_advice:
        return tuple(_against_advice(state, command))
    return (*criteria.ready(state, plan, at), *criteria.leaving(state, plan, command))


def _against_advice(state: VisitState, command: e.Discharged) -> Iterator[Reason]:
    """What was advised, and whether they signed that they were told. Nobody is held back; no drug goes with them unseen."""
    if not command.advised.strip():
        yield unknown("missing_fact", "Say what the patient was advised, and what they were told may happen.", field="advised")
    if command.form_signed is None:
        yield unknown("missing_fact", "Did they sign that they leave against advice, or refuse to sign?", field="form_signed")
    for region in state.infusions.values():
        if region.running and not region.connected:
            yield refused("wrong_state", "Stop the drug first and record the pump reading.", field="infusion")


def note(state: VisitState, plan: VisitPlan, command: e.NoteAdded, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return () if command.text.strip() else (unknown("missing_fact", "The note is empty.", field="note"),)


def standing_sign(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    """What the record lacks before it can be signed."""
    reasons = []
    if state.discharged_at is None:
        reasons.append(refused("wrong_state", "The patient has not been discharged.", field="discharge"))
    if state.signed_at is not None:
        reasons.append(refused("wrong_state", "The record has been signed already.", field="signature"))
    for region in state.infusions.values():
        if region.connected:
            message = "The pump is still on. It is signed when the pump has been taken off."
            reasons.append(refused("wrong_state", message, field=f"infusion.{region.drug}.stop"))
        elif region.timeline and (
            region.stopped is None or region.stopped.pump_volume is None or region.stopped.residual is None
        ):
            reasons.append(
                unknown(
                    "missing_fact",
                    "The stop of a drug, its pump reading or its residual is missing.",
                    field=f"infusion.{region.drug}.stop",
                )
            )
    if any(item.worst is None for item in state.reactions.values()):
        reasons.append(unknown("missing_fact", "A reaction has no grade.", field="reaction.grade"))
    if state.unclaimed:
        reasons.append(unknown("missing_fact", "An entry made by a device has not been claimed by a person.", field="device"))
    return tuple(reasons)


def sign(state: VisitState, plan: VisitPlan, command: e.Signed, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return standing_sign(state, plan)


def correct(state: VisitState, plan: VisitPlan, command: e.Corrected, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """A correction names an old entry, says why, and replaces it by one of its own kind. The old one stays readable."""
    old = next((entry for entry in state.log if entry.id == command.event), None)
    if old is None:
        return (refused("wrong_state", "The entry to correct is not in this visit.", field="correction.event"),)
    reasons = []
    if old.kind in NOT_CORRECTED:
        reasons.append(
            refused("wrong_state", f"An entry of the kind “{old.kind}” is not corrected; add a note.", field="correction.event")
        )
    if not command.reason.strip():
        reasons.append(unknown("missing_fact", "Say why the entry is corrected.", field="correction.reason"))
    if command.replacement:
        try:
            from_text(old.kind, command.replacement)
        except PayloadError as problem:
            reasons.append(refused("out_of_range", f"{problem}.", field="correction.replacement"))
    return tuple(reasons)


def claim(state: VisitState, plan: VisitPlan, command: e.Claimed, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    if command.event not in state.unclaimed:
        return (refused("wrong_state", "That entry does not wait for a person.", field="claim"),)
    if not actor.roles - {Role.DEVICE, Role.SYSTEM}:
        return (refused("not_permitted", "A person claims a device's entry.", field="actor"),)
    return ()


def defer(state: VisitState, plan: VisitPlan, command: e.Deferred, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Not today. What runs is stopped first; what was given stays given."""
    reasons: list[Reason] = []
    if not command.reason.strip():
        reasons.append(unknown("missing_fact", "Say why it is not given today.", field="deferred.reason"))
    if command.drug and command.drug not in state.infusions:
        reasons.append(refused("wrong_product", f"“{command.drug}” is not a drug of this visit.", field="drug"))
    concerned = [region for key, region in state.infusions.items() if command.drug in ("", key)]
    if any(region.running or region.paused for region in concerned):
        reasons.append(refused("wrong_state", "Stop the drug first and record the pump reading.", field="infusion"))
    elif concerned and all(region.timeline or region.deferred for region in concerned):
        reasons.append(refused("wrong_state", "It has been given, or deferred already.", field="infusion"))
    return tuple(reasons)


def transfer(state: VisitState, plan: VisitPlan, command: e.Transferred, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Nobody who is taken to a hospital is held back by a form: to whom, and why."""
    reasons: list[Reason] = []
    if not command.to.strip():
        reasons.append(unknown("missing_fact", "Who took the patient over?", field="transfer.to"))
    if not command.reason.strip():
        reasons.append(unknown("missing_fact", "Say why the patient was transferred.", field="transfer.reason"))
    if state.transferred or state.discharged_at:
        reasons.append(refused("wrong_state", "The patient has left already.", field="discharge"))
    return tuple(reasons)


def call(state: VisitState, plan: VisitPlan, command: e.CallMade, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    if state.discharged_at is None:
        return (refused("wrong_state", "The call follows the visit.", field="call"),)
    return ()


HARM = ("A", "B", "C", "D", "E", "F", "G", "H", "I")  # NCC MERP categories
PHASES = ("order", "preparation", "administration", "monitoring")


def report_incident(
    state: VisitState, plan: VisitPlan, command: e.IncidentReported, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if not any(entry.id == command.incident and entry.kind == "incident_opened" for entry in state.log):
        reasons.append(refused("wrong_state", "That incident is not of this visit.", field="incident"))
    if command.harm not in HARM:
        reasons.append(unknown("missing_fact", "Choose the harm category, A to I.", field="incident.harm"))
    if command.phase not in PHASES:
        reasons.append(unknown("missing_fact", "In which phase did it happen?", field="incident.phase"))
    if not command.what.strip():
        reasons.append(unknown("missing_fact", "Say what happened.", field="incident.what"))
    if command.done and command.disclosed is None:
        reasons.append(unknown("missing_fact", "Was the patient told?", field="incident.disclosed"))
    return tuple(reasons)
