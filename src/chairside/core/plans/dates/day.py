"""What speaks against a day for a dose: too close to the dose before, outside its window, or a day that a person sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chairside.core.kernel.decision import Reason, refused, review, unknown
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.span import day_spelled
from chairside.core.plans.course import Course
from chairside.core.plans.dates.events import Handover, anchor_event
from chairside.core.plans.dates.late import rule_for
from chairside.core.plans.dates.targets import PlannedDose, Waiting
from chairside.core.protocols.schema.regimen import Cycles, LateAction, OnDemand, Phase
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.vocabulary import name_of


def dated_reasons(phase: Phase, item: PlannedDose, day: date, course: Course, came: Handover | None) -> Iterator[Reason]:
    """Reasons against the day of a dose whose target is known."""
    yield from gap_reasons(phase, item.number, day, course)
    if came is not None:
        yield from _after_other(came, day)
    if item.number > 1 or anchor_event(phase):
        yield from _window(phase, item, day)
    rule = rule_for(phase, (day - item.target).days)
    if rule is not None and rule.action is LateAction.ASK and day not in item.window:
        days = (day - item.target).days
        message = f"Dose {item.number} is {days} days late ({day_spelled(item.target)}). The prescriber says how to go on."
        limit = f"{rule.more_than_days} days"
        yield review("too_late", message, field="date", limit=limit, source=rule.source or phase.source, override="prescriber")


def waiting_reasons(item: Waiting, day: date, course: Course, same_day: tuple[DoseGiven, ...]) -> Iterator[Reason]:
    """Reasons against the day of a dose whose day a person sets."""
    phase = item.phase
    yield from gap_reasons(phase, item.number, day, course)
    if item.event:
        message = f"{name_of(item.event)} is not on record; dose {item.number} is counted from that day."
        yield unknown("missing_fact", message, field=item.event, source=phase.source)
    elif item.earliest is not None and day < item.earliest:
        message = (
            f"Dose {item.number} begins not before {day_spelled(item.earliest)}; {day_spelled(day)} was asked for. "
            "The prescriber decides."
        )
        yield refused(
            "too_early", message, field="date", limit=item.earliest.isoformat(), source=phase.source, override="prescriber"
        )
    elif isinstance(phase.timing, OnDemand):
        yield from _repeats(phase.timing, phase, same_day)
    else:
        what = "when the next cycle begins" if isinstance(phase.timing, Cycles) else f"the day of dose {item.number}"
        message = f"The prescriber decides {what}."
        limit = item.earliest.isoformat() if item.earliest else ""
        yield review("interval", message, field="date", limit=limit, source=phase.source, override="prescriber")


def gap_reasons(phase: Phase, dose_number: int, day: date, course: Course) -> Iterator[Reason]:
    """Too close to the dose before. One that is not on record leaves it unknown."""
    if phase.least_gap_days is None or (dose_number == 1 and not course.earlier):
        return
    last = course.earlier[-1] if dose_number == 1 else course.latest
    if last is None:
        message = f"The dose before dose {dose_number} is not on record; at least {phase.least_gap_days} days must lie between."
        yield unknown("missing_fact", message, field="history", limit=f"{phase.least_gap_days} days", source=phase.source)
    elif (day - last.on).days < phase.least_gap_days:
        days = (day - last.on).days
        message = f"Only {days} days after the dose of {day_spelled(last.on)}; at least {phase.least_gap_days} are needed."
        yield refused("too_early", message, field="date", limit=f"{phase.least_gap_days} days", source=phase.source)


def _window(phase: Phase, item: PlannedDose, day: date) -> Iterator[Reason]:
    """Outside the window. A label's window refuses until a prescriber decides; a practice window asks for review."""
    if day in item.window:
        return
    early = day < item.window.first
    judge = refused if phase.window.layer is Layer.LABEL and early else review
    by = (item.window.first - day).days if early else (day - item.window.last).days
    message = (
        f"{by} {'day' if by == 1 else 'days'} {'before' if early else 'after'} the window of dose {item.number} "
        f"({day_spelled(item.window.first)} to {day_spelled(item.window.last)}, target {day_spelled(item.target)})."
    )
    limit = f"{item.window.first.isoformat()} to {item.window.last.isoformat()}"
    yield judge(
        "too_early" if early else "too_late",
        message,
        field="date",
        limit=limit,
        source=phase.window.source,
        override="prescriber",
    )


def _after_other(came: Handover, day: date) -> Iterator[Reason]:
    """Begun too soon after another therapy."""
    if day >= came.earliest:
        return
    days = (day - came.last.on).days
    message = (
        f"{days} days after the last dose of {came.last.protocol.replace('_', ' ')} ({day_spelled(came.last.on)}); "
        f"the first dose is due {came.after_days} days after it, on {day_spelled(came.earliest)}."
    )
    judge = refused if came.layer is Layer.LABEL else review
    limit = f"{came.after_days} days"
    yield judge("too_early", message, field="date", limit=limit, source=came.source, override="prescriber")


def _repeats(timing: OnDemand, phase: Phase, same_day: tuple[DoseGiven, ...]) -> Iterator[Reason]:
    """More repeats within one day than are stated."""
    if timing.most_repeats is None or len(same_day) <= timing.most_repeats:
        return
    message = f"{len(same_day)} doses were given on this day; at most {timing.most_repeats} repeats are stated."
    limit = f"{timing.most_repeats} repeats"
    yield refused("above_maximum", message, field="dose_number", limit=limit, source=phase.source, override="prescriber")
