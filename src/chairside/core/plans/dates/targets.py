"""Where each dose of a course stands: its phase, its target day and window, one dose after the other from the first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.span import DayWindow
from chairside.core.plans.dates.late import MOVES, phase_again, rule_for
from chairside.core.plans.dates.phases import count_of, numbered, per_cycle
from chairside.core.plans.dates.planned_dose import Basis, PlannedDose, Waiting
from chairside.core.protocols.schema.regimen import Anchor, Cycles, Every, LateAction, Offsets, OnDemand, Phase

__all__ = ["Basis", "PlannedDose", "Waiting", "walk"]

# No course is walked further than this: some years of daily doses.
_MOST = 4000
_DAY = timedelta(days=1)


def walk(basis: Basis) -> Iterator[PlannedDose | Waiting]:
    """Every dose in order; ends with the first that waits for a person, unless it was given already."""
    return _Walk(basis).doses()


@dataclass(slots=True)
class _Walk:
    """One walk along the course: the dose before, how far the grid has moved, and where the present cycle began."""

    basis: Basis
    before: PlannedDose | None = None
    before_phase: Phase | None = None
    moved: timedelta = timedelta()
    phase_from: date | None = None  # the dose before the phase
    again_from: date | None = None  # the dose that began a phase anew
    cycle_start: date | None = None
    given: dict[int, DoseGiven] = field(default_factory=dict)

    def doses(self) -> Iterator[PlannedDose | Waiting]:
        self.given = {dose.dose_number: dose for dose in reversed(self.basis.course.doses)}
        for phase in numbered(self.basis.regimen):
            if self.before is not None:
                self.phase_from = self.before.given_on or self.before.target
            if not isinstance(phase.timing, Cycles) or not isinstance(getattr(self.before_phase, "timing", None), Cycles):
                self.cycle_start = self.basis.first if self.before is None else None
            again: Phase | None = None
            for position in range(1, min(count_of(phase) or _MOST, _MOST) + 1):
                made = self._next(phase, position)
                yield made
                if isinstance(made, Waiting):
                    return
                again = self._given_again(phase, made)
                if again is None:
                    continue
                self.again_from = made.given_on
                for repeated in range(2, (count_of(again) or 1) + 1):
                    more = self._next(again, repeated)
                    yield more
                    if isinstance(more, Waiting):
                        return
                self.again_from = None

    def _next(self, phase: Phase, position: int) -> PlannedDose | Waiting:
        number = self.before.number + 1 if self.before else 1
        done = self.given.get(number)
        span = self._span(phase, position)
        if span is None:
            if done is None:
                return self._waiting(number, phase, position)
            span = done.on, DayWindow(done.on, done.on)
        target, window = span
        key, place = phase.key, position
        again = self._again(phase, target, done)
        if again is not None:
            key, place = again.key, 1
        made = PlannedDose(number, key, place, target, window, done.on if done else None)
        self._remember(phase, position, made)
        return made

    def _again(self, phase: Phase, target: date, done: DoseGiven | None) -> Phase | None:
        """The phase that a dose given too late was given as."""
        if done is None or self.again_from is not None:
            return None
        return phase_again(self.basis.regimen, rule_for(phase, (done.on - target).days))

    def _given_again(self, phase: Phase, made: PlannedDose) -> Phase | None:
        if made.phase == phase.key or made.given_on is None:
            return None
        return next(item for item in self.basis.regimen.phases if item.key == made.phase)

    def _remember(self, phase: Phase, position: int, made: PlannedDose) -> None:
        """What the doses after this one are counted from."""
        if made.given_on is not None:
            rule = rule_for(phase, (made.given_on - made.target).days)
            if rule is not None and rule.action in MOVES:
                self.moved += made.given_on - made.target
        timing = phase.timing
        if isinstance(timing, Cycles) and (position - 1) % per_cycle(timing) == 0:
            self._begin_cycle(timing, phase, made)
        self.before, self.before_phase = made, phase

    def _begin_cycle(self, timing: Cycles, phase: Phase, made: PlannedDose) -> None:
        offset = timedelta(days=timing.on_days[0] - 1)
        kept = made.given_on is None or timing.any_days is not None
        if made.given_on is not None and not kept:
            rule = rule_for(phase, (made.given_on - made.target).days)
            kept = rule is not None and rule.action is LateAction.KEEP_CALENDAR
        self.cycle_start = (made.target if kept or made.given_on is None else made.given_on) - offset

    def _waiting(self, number: int, phase: Phase, position: int) -> Waiting:
        timing = phase.timing
        earliest = None
        if isinstance(timing, Cycles) and timing.earliest_days is not None and self.cycle_start is not None:
            earliest = self.cycle_start + timedelta(days=timing.earliest_days)
        if isinstance(timing, OnDemand):
            earliest = (self.before.given_on or self.before.target) if self.before is not None else self.basis.first
        event = timing.event if isinstance(timing, Offsets) and timing.anchor is Anchor.EVENT else ""
        return Waiting(number, phase, position, earliest, event)

    def _span(self, phase: Phase, position: int) -> tuple[date, DayWindow] | None:
        """Target and window; None where a person sets the day."""
        match phase.timing:
            case Offsets() as offsets:
                target = self._offset(offsets, position)
            case Every() as every:
                target = self._every(every, phase, position)
            case Cycles() as cycles:
                return self._cycle(cycles, phase, position)
            case _:
                return None
        return None if target is None else self._spanned(phase, position, target)

    def _spanned(self, phase: Phase, position: int, target: date) -> tuple[date, DayWindow]:
        """The window around a target, neither of them sooner than the gap to the dose before allows."""
        least = self._least(phase)
        target = target if least is None else max(target, least)
        if position in phase.window.except_doses:
            return target, DayWindow(target, target)
        first = target - phase.window.early_days * _DAY
        return target, DayWindow(first if least is None else max(first, least), target + phase.window.late_days * _DAY)

    def _least(self, phase: Phase) -> date | None:
        """The first day after the dose before, or after the least gap to it."""
        if self.before is None:
            return None
        gap = phase.least_gap_days
        if self.before.given_on is None:
            return self.before.target + gap * _DAY if gap else None
        return self.before.given_on + max(gap or 0, 1) * _DAY

    def _offset(self, timing: Offsets, position: int) -> date | None:
        days = timing.days[position - 1]
        if self.again_from is not None:
            return self.again_from + (days - timing.days[0]) * _DAY
        if timing.anchor is Anchor.EVENT:
            event = self.basis.events.get(timing.event)
            return None if event is None else event + self.moved + days * _DAY
        if timing.anchor is Anchor.LAST_DOSE and self.phase_from is not None:
            return self.phase_from + days * _DAY
        return self.basis.first + self.moved + days * _DAY

    def _every(self, timing: Every, phase: Phase, position: int) -> date:
        step = ((self.basis.interval_days if phase.doses is None else None) or timing.days) * _DAY
        before, first = self.before, self.basis.first
        on_grid = timing.anchor in (Anchor.CALENDAR, Anchor.FIRST_DOSE)
        if position == 1 and timing.first_day is not None and (on_grid or not self._was_late()):
            target = first + (self.moved if on_grid else timedelta()) + timing.first_day * _DAY
        elif before is None:
            target = first
        else:
            target = self._base(on_grid, before) + step
        if on_grid and before is not None and before.given_on is not None:
            while target <= before.given_on:
                target += step
        return target

    def _base(self, on_grid: bool, before: PlannedDose) -> date:
        """The day that the next interval is counted from: the dose before, or the grid that it stands on."""
        if before.given_on is None:
            return before.target
        rule = rule_for(self.before_phase, (before.given_on - before.target).days) if self.before_phase else None
        if rule is not None and rule.action in MOVES:
            return before.given_on
        if on_grid or (rule is not None and rule.action is LateAction.KEEP_CALENDAR):
            return before.target
        return before.given_on

    def _was_late(self) -> bool:
        """True when the dose before was given after its window: the next one counts from it, unless the calendar is kept."""
        before = self.before
        if before is None or before.given_on is None or before.given_on <= before.window.last:
            return False
        rule = rule_for(self.before_phase, (before.given_on - before.target).days) if self.before_phase else None
        return rule is None or rule.action is not LateAction.KEEP_CALENDAR

    def _cycle(self, timing: Cycles, phase: Phase, position: int) -> tuple[date, DayWindow] | None:
        cycle, place = divmod(position - 1, per_cycle(timing))
        start = self.cycle_start
        if place == 0 and start is not None and self.before is not None:
            start = self._next_cycle(timing, cycle)
        if start is None:
            return None
        target, window = self._spanned(phase, position, start + (timing.on_days[place] - 1) * _DAY)
        if timing.any_days is not None:
            latest = start + (timing.on_days[len(timing.on_days) - timing.any_days + place] - 1) * _DAY
            window = DayWindow(target, max(target, latest))
        return target, window

    def _next_cycle(self, timing: Cycles, cycle: int) -> date | None:
        """The start of the next cycle: a fixed length after the start of this one, or when the prescriber says."""
        before = self.before_phase.timing if self.before_phase is not None else None
        ended = timing if cycle else before
        if not isinstance(ended, Cycles) or ended.length_days is None or ended.next_cycle == "judgement":
            return None
        return self.cycle_start + ended.length_days * _DAY if self.cycle_start is not None else None
