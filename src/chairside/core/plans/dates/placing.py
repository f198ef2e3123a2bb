"""The phase that a dose is given from: by its number, by how late it is, or because of an event that was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.span import day_spelled
from chairside.core.plans.course import Course
from chairside.core.plans.dates.events import day_of, days_of_events
from chairside.core.plans.dates.late import phase_again, reloads, rule_for
from chairside.core.plans.dates.targets import Basis, PlannedDose, walk
from chairside.core.plans.selection import Place, phase_for
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import LateAction, Phase, Regimen, Triggered
from chairside.core.protocols.truth import Known


def is_extra(protocol: Protocol, phase: str) -> bool:
    """True when the phase that was asked for is an extra dose after an event: it has no number of its own."""
    return bool(phase) and any(
        item.key == phase and isinstance(item.timing, Triggered) for regimen in protocol.regimens for item in regimen.phases
    )


def place_for(regimen: Regimen, dose_number: int, asked: str, course: Course, known: Known) -> Decision[Place]:
    """The phase of the dose and its position in it. A late rule may put the course back into an earlier phase."""
    extra = next((phase for phase in regimen.phases if phase.key == asked and isinstance(phase.timing, Triggered)), None)
    if extra is not None:
        return Decision(Place(extra, 1), tuple(_trigger(extra, known)))
    by_number = phase_for(regimen, dose_number)
    if by_number.value is None or dose_number == 1 or not _depends_on_lateness(regimen, by_number.value.phase):
        return phase_for(regimen, dose_number, asked)
    if course.numbered(dose_number - 1) is None:
        absent = dose_number - 1
        message = f"Dose {absent} is not on record. Whether dose {dose_number} is late, and what it then is, depends on it."
        return phase_for(regimen, dose_number, asked).because(
            unknown("missing_fact", message, field="history", source=by_number.value.phase.source)
        )
    return _by_lateness(regimen, dose_number, asked, course, known)


def _depends_on_lateness(regimen: Regimen, phase: Phase) -> bool:
    return reloads(regimen) or any(rule.action is LateAction.ASK for rule in phase.late)


def _by_lateness(regimen: Regimen, dose_number: int, asked: str, course: Course, known: Known) -> Decision[Place]:
    """The place as the days given make it: the target of this dose, how late it is, and the late rule that fits."""
    planned = _target(regimen, dose_number, course, known)
    if planned is None:
        return phase_for(regimen, dose_number, asked)
    phase = next(phase for phase in regimen.phases if phase.key == planned.phase)
    days = (known.day - planned.target).days
    rule = rule_for(phase, days)
    again = phase_again(regimen, rule)
    place = Place(again, 1) if again is not None else Place(phase, planned.position)
    said = phase_for(regimen, dose_number, asked) if asked and asked != place.phase.key else Decision(place)
    if asked and asked != place.phase.key and not said.reasons:
        message = f"By the days given dose {dose_number} belongs to “{place.phase.key}”, not to “{asked}”."
        said = said.because(review("mismatch", message, field="phase", source=phase.source, override="prescriber"))
    if rule is None:
        return said
    late = f"{days} days after its target ({day_spelled(planned.target)}), more than {rule.more_than_days}"
    if again is not None:
        return replace(said, working=(*said.working, f"{late}: “{again.key}” is given again"))
    if rule.action is not LateAction.ASK or known.day in planned.window:
        return said
    message = f"Dose {dose_number} comes {late}. The prescriber says how the course goes on."
    reason = review(
        "too_late",
        message,
        field="date",
        limit=f"{rule.more_than_days} days",
        source=rule.source or phase.source,
        override="prescriber",
    )
    return said.because(reason)


def _target(regimen: Regimen, dose_number: int, course: Course, known: Known) -> PlannedDose | None:
    first = course.doses[0]
    began = first.on if first.dose_number == 1 else known.day - timedelta(days=1)
    before = replace(course, doses=tuple(dose for dose in course.doses if dose.on < known.day))
    basis = Basis(regimen, began, before, events=days_of_events(regimen, known))
    item = next((item for item in walk(basis) if item.number == dose_number), None)
    return item if isinstance(item, PlannedDose) else None


def _trigger(phase: Phase, known: Known) -> Iterator[Reason]:
    """An extra dose needs its event on record, and comes within so many hours after it (days are all that is recorded)."""
    if not isinstance(phase.timing, Triggered):
        return
    event, hours = phase.timing.event, phase.timing.within_hours
    day: date | None = day_of(event, known)
    if day is None:
        message = f"{known.called(event)} is not on record; this extra dose is given only after it."
        yield unknown("missing_fact", message, field=event, source=phase.source)
    elif (known.day - day).days * 24 > hours:
        message = f"{known.called(event)} was on {day_spelled(day)}; this extra dose is given within {hours} hours after it."
        yield refused("too_late", message, field="date", limit=f"{hours} hours", source=phase.source, override="prescriber")
