"""Each event in a few plain words, for the timeline and the record. Never the entries of a double check (H-014)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chairside.apps.visit.log import QUEUED
from chairside.apps.visit.telling_care import CARE
from chairside.apps.visit.telling_record import RECORD, beside, pressed_by
from chairside.apps.visit.telling_ways import WAYS
from chairside.core.visit import events as e
from chairside.core.visit.encoding import from_text
from chairside.core.visit.guards.leaving import NOT_CORRECTED
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.policy import ADMINISTRATION, TITLES
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Mode

SHORT = {
    "sbp": "systolic",
    "dbp": "diastolic",
    "pulse": "pulse",
    "temp": "temperature",
    "rr": "breathing",
    "spo2": "oxygen",
    "weight_kg": "weight",
    "pain": "pain",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    id: str
    number: int
    at: datetime
    received_at: datetime
    title: str
    detail: str
    who: str
    tone: str
    icon: str
    reported: bool
    corrected: str  # why, when a later entry corrects it
    correctable: bool
    corrected_by: str = ""
    corrected_at: datetime | None = None
    corrected_to: str = ""  # what it says instead; empty where it was entered in error
    corrected_when: datetime | None = None  # when it happened instead


def told(state: VisitState, plan: VisitPlan) -> tuple[Told, ...]:
    """The log, newest first by clinical time."""
    titles = {drug.key: drug.title for drug in plan.drugs} | {item.code: item.title for item in plan.premedications}
    titles |= {item.key: item.title for item in plan.order_set.items} if plan.order_set else {}
    corrections = {event.payload.event: event for event in state.log if isinstance(event.payload, e.Corrected)}
    instead = beside(state, plan, lambda event: _said(event.kind, event.payload, titles))
    pressed = pressed_by(state)
    lines = [
        _told(event, titles, corrections.get(event.id), instead.get(event.id), pressed.get(event.id, "")) for event in state.log
    ]
    return tuple(sorted(lines, key=lambda line: (line.at, line.number), reverse=True))


def _told(
    event: e.Event, titles: dict[str, str], correction: e.Event | None, instead: tuple[str, str, str] | None, pressed: str
) -> Told:
    title, detail, tone = instead or _said(event.kind, event.payload, titles)
    corrected: Any = correction.payload if correction else None
    icon = {"paused": "paused", "reaction_recorded": "reaction", "note_added": "document"}.get(event.kind, tone)
    who = event.actor.name + (pressed or _whence(event))
    return Told(
        event.id,
        event.sequence,
        event.at,
        event.received_at,
        title,
        detail,
        who,
        tone,
        icon,
        event.mode is Mode.REPORTED,
        corrected.reason if corrected else "",
        corrected is None and event.kind not in NOT_CORRECTED,
        correction.actor.name if correction else "",
        correction.received_at if correction else None,
        _instead(event.kind, corrected, titles),
        corrected.claimed_at if corrected else None,
    )


def _whence(event: e.Event) -> str:
    if event.device.endswith(QUEUED):
        return ", sent when the network was back"
    return f", device {event.device}" if event.device not in ("", event.actor.id) else ""


def _said(kind: str, payload: Any, titles: dict[str, str]) -> tuple[str, str, str]:
    return _WORDS[kind](
        payload,
        titles.get(getattr(payload, "drug", "") or getattr(payload, "premedication", "") or getattr(payload, "item", ""), ""),
    )


def _instead(kind: str, corrected: e.Corrected | None, titles: dict[str, str]) -> str:
    """What the entry says now; nothing where it was entered in error."""
    if corrected is None or not corrected.replacement:
        return ""
    title, detail, _ = _said(kind, from_text(kind, corrected.replacement), titles)
    return f"{title}: {detail}" if detail else title


def _vitals(payload: e.VitalsRecorded, drug: str) -> tuple[str, str, str]:
    values = {reading.code: reading.value for reading in payload.readings}
    parts = []
    systolic, diastolic = values.pop("sbp", None), values.pop("dbp", None)
    if systolic is not None and diastolic is not None:
        parts.append(f"{systolic.amount:f}/{diastolic.amount:f} mmHg")
    elif systolic is not None or diastolic is not None:
        only = systolic if systolic is not None else diastolic
        parts.append(f"{'systolic' if systolic is not None else 'diastolic'} {only.spelled() if only else ''}")
    parts += [f"{SHORT[code]} {value.spelled()}" for code, value in values.items() if value is not None]
    parts += [f"{SHORT[item.code]} not taken: {item.unobtainable}" for item in payload.readings if item.value is None]
    if payload.site_ok is not None:
        parts.append("site well" if payload.site_ok else "site not well")
    return "Vitals", ", ".join(parts), "act" if payload.site_ok is False else "plain"


def _prepared(payload: e.PreparationRecorded, drug: str) -> tuple[str, str, str]:
    lots = "; ".join(
        f"{draw.vials} x {draw.strength.spelled()} {draw.product}, lot {draw.lot}, drawn {draw.drawn.spelled()}"
        for draw in payload.draws
    )
    return f"{drug} prepared", f"{lots}; in {payload.volume.spelled()} {payload.diluent}", "plain"


def _compared(payload: e.CheckCompared, drug: str) -> tuple[str, str, str]:
    if payload.agrees:
        return "Double check agrees", _at_stage(payload, drug), "done"
    return "Double check does not agree", ", ".join(TITLES.get(name, name) for name in payload.differs), "act"


def _checked(payload: e.CheckEntered, drug: str) -> tuple[str, str, str]:
    return "One check entered", _at_stage(payload, drug) + (", from another place" if payload.remote else ""), "plain"


def _at_stage(payload: e.CheckEntered | e.CheckCompared, drug: str) -> str:
    return drug if payload.stage == ADMINISTRATION.key else f"{drug}, {payload.stage.replace('_', ' ')}"


def _reaction(payload: e.ReactionRecorded, drug: str) -> tuple[str, str, str]:
    parts = [
        payload.term,
        f"grade {payload.grade} ({payload.criteria})" if payload.grade else "",
        *payload.treatments,
        "settled" if payload.resolved else "",
    ]
    return "Reaction" if not payload.reaction else "Reaction, its course", ", ".join(part for part in parts if part), "act"


def _attempts(count: int) -> str:
    return "1 attempt" if count == 1 else f"{count} attempts"


def _stopped(payload: e.Stopped, drug: str) -> tuple[str, str, str]:
    parts = [
        payload.reason,
        f"pump {payload.pump_volume.spelled()}" if payload.pump_volume else "",
        f"left {payload.residual.spelled()}" if payload.residual else "",
        payload.variance_reason,
    ]
    return f"{drug} stopped", ", ".join(part for part in parts if part), "done" if payload.reason == "complete" else "due"


_WORDS: dict[str, Callable[[Any, str], tuple[str, str, str]]] = {
    "checked_in": lambda p, d: ("Checked in", "name and birth date match the record", "done"),
    "seated": lambda p, d: ("Seated", p.chair, "plain"),
    "vitals_recorded": _vitals,
    "allergies_reviewed": lambda p, d: (
        "Allergies reviewed" + (", medicines too" if p.medicines_reviewed else ""),
        ", ".join(p.reviewed),
        "plain",
    ),
    "questions_answered": lambda p, d: (
        "Questions answered",
        ", ".join(f"{a.question.replace('_', ' ')}: {a.said.value}" for a in p.answers),
        "plain",
    ),
    "cleared": lambda p, d: ("Go", p.note, "done"),
    "held": lambda p, d: ("Held", p.reason, "act"),
    "overridden": lambda p, d: ("Rule released", f"{p.rule}: {p.why}", "due"),
    "replanned": lambda p, d: (
        "Planned again",
        "; ".join((*p.changes, p.why, f"plan {p.before_sha256[:12]} replaced by {p.after_sha256[:12]}")),
        "due",
    ),
    "released_to_prepare": lambda p, d: (f"{d} released to prepare", "", "plain"),
    "access_placed": lambda p, d: (
        "Access in" if p.placed else "Access not placed",
        " ".join(part for part in (p.side, p.site, p.device, p.gauge, _attempts(p.attempts)) if part),
        "plain",
    ),
    "premedication_given": lambda p, d: ("Premedication", f"{d or p.premedication} {p.dose.spelled()} {p.route}", "plain"),
    "preparation_recorded": _prepared,
    "check_entered": _checked,
    "check_compared": _compared,
    "infusion_started": lambda p, d: (f"{d} started", p.rate.spelled(), "now"),
    "step_changed": lambda p, d: (f"{d}: rate", " ".join(part for part in (p.rate.spelled(), p.reason) if part), "now"),
    "paused": lambda p, d: ("Paused", p.reason or "STOP / PAUSE pressed", "due"),
    "resumed": lambda p, d: (f"{d} resumed", f"{p.rate.spelled()}, {p.reason_closed}", "now"),
    "stopped": _stopped,
    "flushed": lambda p, d: ("Line flushed", p.volume.spelled(), "plain"),
    "symptom_reported": lambda p, d: (
        f"Symptom: {p.symptom}" if p.present else f"Symptom gone: {p.symptom}",
        p.note,
        "act" if p.present else "plain",
    ),
    "reaction_recorded": _reaction,
    "observation_started": lambda p, d: ("Observation began", "", "observe"),
    "access_removed": lambda p, d: (
        "Access secured" if p.secured else "Access out",
        "bleeding has stopped" if p.bleeding_stopped else "bleeding has not stopped",
        "plain",
    ),
    **CARE,
    **WAYS,
    **RECORD,
}
