"""The plan of a course: its doses with their days and windows, the next one, and whether a requested day will do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chairside.core.kernel.decision import Decision, Outcome, refused, review, unknown
from chairside.core.kernel.fact import DoseGiven, Fact, Patient
from chairside.core.kernel.span import DayWindow, day_spelled
from chairside.core.plans import dosing, question
from chairside.core.plans.course import Course, course_of, in_regimen
from chairside.core.plans.dates import choices
from chairside.core.plans.dates.day import waiting_reasons
from chairside.core.plans.dates.events import handover
from chairside.core.plans.dates.phases import last_number, numbered
from chairside.core.plans.dates.schedule import basis_of, judge_date
from chairside.core.plans.dates.targets import Basis, PlannedDose, Waiting, walk
from chairside.core.plans.limits import tiers
from chairside.core.plans.selection import indication_for, without_double
from chairside.core.plans.stated import with_diagnosis
from chairside.core.plans.together.plan_cycles import as_cycles
from chairside.core.plans.trail import Trail
from chairside.core.protocols.schema.dose import Table
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Requested:
    """A dose that somebody wants to give on a day."""

    dose_number: int
    day: date


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """The doses given and to come, a year ahead, and the next of them.

    next    None when the course is complete, or when nothing can be said of the next day yet
    """

    next: PlannedDose | None
    doses: tuple[PlannedDose, ...]
    regimen: str = ""
    interval_days: int | None = None


def plan_course(
    protocol: Protocol,
    *,
    indication: str,
    regimen: str = "",
    start: date | None = None,
    as_of: date | None = None,
    patient: Patient | None = None,
    facts: Iterable[Fact] = (),
    history: Iterable[DoseGiven] = (),
    brand: str = "",
    request: Requested | None = None,
    protocols: Mapping[str, Protocol] | None = None,
) -> Decision[CoursePlan]:
    """Plan a course: number, target and window of each dose, from the doses given.

    start     day of the first dose, where it was not given yet; without it that of a hand-over from another therapy
    as_of     the day of asking; what is later is not known yet. Without it the day requested, else the newest on record
    request   then the outcome is the request's: whether that dose may be given on that day
    protocols   of the items, where the protocol is a plan of several given together
    """
    protocol = as_cycles(protocol, protocols or {})
    told, given = tuple(facts), in_regimen(history, protocol, regimen, request.dose_number if request is not None else 0)
    day = as_of or _today(protocol, request, given, start)
    if day is None:
        message = "Neither a start nor a dose given is on record. Say on which day the course begins."
        return Decision(None, (unknown("missing_fact", message, field="start"),))
    given = tuple(dose for dose in given if dose.on <= day)
    told = tuple(fact for fact in told if fact.on <= day)
    course = course_of(given, protocol.id, _following(given, protocol.id), day)
    known = with_diagnosis(Known(day, patient or Patient(), told, course.everything, protocol.facts), protocol, indication)
    trail = Trail()
    found = indication_for(protocol, indication, known)
    chosen = tiers.regimen_by_weight(protocol, found.value, regimen, known, brand)
    trail.say(*question.person(brand, protocol, known), *without_double(found.reasons, chosen))
    trail.working += found.working
    trail.follow(chosen)
    if chosen.value is None:
        return trail.end(None)
    came = handover(chosen.value, given, day)
    begins = start or (came.earliest if came is not None and not course.doses else None) or day
    interval = _tabled_interval(protocol, chosen.value, indication, brand, known, given, trail)
    basis = basis_of(protocol, chosen.value, begins, given, interval, None, told)
    doses, waiting = _doses(basis, day)
    upcoming = _next(doses, waiting, course)
    if request is not None:
        _judge(protocol, chosen.value, request, basis, given, told, trail)
    else:
        _say_what_waits(chosen.value, upcoming, waiting, course, trail)
    asked_on = request.day if request is not None else upcoming.target if upcoming is not None else day
    trail.say(*choices.due(protocol, chosen.value, regimen, course.doses[0].on if course.doses else None, asked_on))
    return trail.end(CoursePlan(upcoming, doses, chosen.value.key, interval))


def _today(protocol: Protocol, request: Requested | None, given: tuple[DoseGiven, ...], start: date | None) -> date | None:
    if request is not None:
        return request.day
    mine = [dose.on for dose in given if dose.protocol == protocol.id]
    return max([*mine, *([start] if start else [])], default=None)


def _following(given: tuple[DoseGiven, ...], protocol_id: str) -> int:
    """The number after that of the newest dose."""
    mine = [(dose.on, dose.dose_number) for dose in given if dose.protocol == protocol_id and not dose.extra]
    return max(mine)[1] + 1 if mine else 1


def _doses(basis: Basis, day: date) -> tuple[tuple[PlannedDose, ...], Waiting | None]:
    """The doses given and those of the year ahead, and the one that waits for a person where the list ends with it."""
    ahead = max(day, basis.first) + _YEAR
    doses: list[PlannedDose] = []
    last = max((dose.dose_number for dose in basis.course.doses), default=0)
    for item in walk(basis):
        if isinstance(item, Waiting):
            return tuple(doses), item
        if item.number > last + 1 and item.target > ahead:
            break
        doses.append(item)
    return tuple(doses), None


def _next(doses: tuple[PlannedDose, ...], waiting: Waiting | None, course: Course) -> PlannedDose | None:
    """The dose after the last one given; of one that waits, from the earliest day on."""
    last = max((dose.dose_number for dose in course.doses), default=0)
    found = next((item for item in doses if item.number > last), None)
    if found is None and waiting is not None and waiting.earliest is not None:
        day = waiting.earliest
        found = PlannedDose(
            waiting.number,
            waiting.phase.key,
            waiting.position,
            day,
            DayWindow(day, day + timedelta(days=waiting.phase.window.late_days)),
        )
    return found


def _say_what_waits(
    regimen: Regimen, upcoming: PlannedDose | None, waiting: Waiting | None, course: Course, trail: Trail
) -> None:
    """Why there is no next day, or why a person sets it."""
    count = last_number(regimen)
    if upcoming is None and waiting is None and count is not None:
        message = f"All {count} doses of this course are given."
        limit = f"{count} doses"
        trail.say(
            refused("course_complete", message, field="dose_number", limit=limit, source=regimen.source, override="prescriber")
        )
    elif waiting is not None and (upcoming is None or upcoming.number == waiting.number):
        trail.say(*waiting_reasons(waiting, waiting.earliest or date.max, course, ()))


def _judge(
    protocol: Protocol,
    regimen: Regimen,
    request: Requested,
    basis: Basis,
    given: tuple[DoseGiven, ...],
    facts: tuple[Fact, ...],
    trail: Trail,
) -> None:
    """Whether the requested dose may be given on the requested day."""
    number, count = request.dose_number, last_number(regimen)
    if number < 1 or (count is not None and number > count):
        code, message = (
            ("out_of_range", f"Dose {number} cannot be: doses are numbered from 1.")
            if number < 1
            else ("course_complete", f"Dose {number} is beyond the {count} doses of this course.")
        )
        limit = f"{count} doses" if number > 0 else "1"
        trail.say(
            refused(code, message, field="request.dose_number", limit=limit, source=regimen.source, override="prescriber")
        )
        return
    course = course_of(given, protocol.id, number, request.day)
    done = course.numbered(number)
    if done is not None:
        message = f"Dose {number} of this course was given on {day_spelled(done.on)}."
        trail.say(refused("mismatch", message, field="request.dose_number", limit=done.on.isoformat(), source="history"))
        return
    absent = [str(item) for item in range(1, number) if course.numbered(item) is None]
    if absent:
        message = f"Dose {', '.join(absent)} is not on record; dose {number} follows from it."
        trail.say(unknown("missing_fact", message, field="history", source=regimen.source))
    trail.say(*question.new_course(regimen, course, Known(request.day)))
    dated = judge_date(
        protocol,
        regimen=regimen.key,
        dose_number=number,
        day=request.day,
        start=request.day if number == 1 and not basis.course.doses else basis.first,
        history=given,
        interval_days=basis.interval_days,
        facts=facts,
    )
    trail.follow(dated)


def _tabled_interval(
    protocol: Protocol,
    regimen: Regimen,
    indication: str,
    brand: str,
    known: Known,
    given: tuple[DoseGiven, ...],
    trail: Trail,
) -> int | None:
    """The interval that the cell of a dose table states, for phases without an end (every 4 or every 8 weeks by weight)."""
    open_phases = [phase for phase in numbered(regimen) if phase.doses is None and isinstance(phase.dose, Table)]
    tabled = [
        phase for phase in open_phases if isinstance(phase.dose, Table) and any(cell.every_days for cell in phase.dose.cells)
    ]
    if not tabled:
        return None
    before = sum(phase.doses or 0 for phase in numbered(regimen) if phase is not tabled[0])
    asked = dosing.dose(
        protocol,
        indication=indication,
        dose_number=max(before + 1, _following(given, protocol.id)),
        day=known.day,
        patient=known.patient,
        facts=known.facts,
        history=[dose for dose in given if dose.on < known.day or dose.protocol != protocol.id],
        brand=brand,
        regimen=regimen.key,
    )
    if asked.value is not None:
        return asked.value.interval_days
    trail.say(*(reason for reason in asked.reasons if reason.outcome is Outcome.UNKNOWN))
    message = "The interval follows from the dose table, and no cell of it can be told. Doses are planned as the phase states."
    trail.say(review("interval", message, field="interval", source=tabled[0].source, override="prescriber"))
    return None
