"""Requirements: labs, screening, vaccines, imaging, consents, programs. Which are due for a dose, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.span import day_spelled
from chairside.core.plans.course import Course
from chairside.core.plans.people import months_old
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.truth import Known, Truth, evaluate

_ABSENT = {What.VITAL: "missing_fact", What.ANSWER: "missing_fact"}
_OUT = {
    What.LAB: "out_of_range",
    What.VITAL: "out_of_range",
    What.TEST: "out_of_range",
    What.IMAGING: "risk_alert",
    What.ANSWER: "risk_alert",
}


@dataclass(frozen=True, slots=True)
class ExtraLimit:
    """A stricter freshness than the protocol's, from outside it (a payer's policy). A looser one changes nothing."""

    fact: str
    fresh_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The dose that is judged."""

    protocol: Protocol
    indication: str
    dose_number: int
    day: date
    as_of: date
    known: Known  # facts up to as_of, judged on the day of the dose
    course: Course
    extra_limits: tuple[ExtraLimit, ...] = ()

    @property
    def ahead(self) -> bool:
        return self.as_of < self.day


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each requirement that this dose asks for."""
    for item in ask.protocol.requirements:
        if item.indications and ask.indication not in item.indications:
            continue
        if item.applies is not None and evaluate(item.applies, ask.known).truth is Truth.FALSE:
            continue
        if is_asked(item, ask):
            yield _judge(item, ask)
        elif item.accept is not None and item.when in (Occasion.FIRST_DOSE, Occasion.COURSE):
            yield from _turned_bad(item, ask)


def is_asked(item: Requirement, ask: Ask) -> bool:
    """Whether the occasion of the requirement is this dose."""
    match item.when:
        case Occasion.EVERY_DOSE | Occasion.EVERY_VISIT:
            return True
        case Occasion.DOSES:
            return ask.dose_number in item.doses
        case Occasion.COURSE:
            return ask.dose_number == 1
        case Occasion.FIRST_DOSE:
            return ask.dose_number == 1 and not ask.course.earlier
        case Occasion.REPEAT_COURSE:
            return ask.dose_number == 1 and _repeats(item, ask)


def _turned_bad(item: Requirement, ask: Ask) -> Iterator[Item]:
    """Asked before the start only; but a result on record that is out of bounds still holds a later dose."""
    newest = _newest(item, ask)
    if newest is not None and item.accept is not None and evaluate(item.accept, ask.known).truth is Truth.FALSE:
        yield _unmet(item, ask, newest)


def _repeats(item: Requirement, ask: Ask) -> bool:
    if not ask.course.earlier:
        return False
    months = item.repeat_within_months
    return months is None or months_old(ask.course.earlier[-1].on, ask.day) < months


def _judge(item: Requirement, ask: Ask) -> Item:
    newest = _newest(item, ask)
    if newest is None:
        return _missing(item, ask, f"{item.names.en}: not on record.", code=_absent_code(item))
    age = (ask.day - newest.on).days
    fresh, source = _fresh_days(item, ask.extra_limits)
    if fresh is not None and age > fresh:
        message = f"{item.names.en}: the one of {day_spelled(newest.on)} is {age} days old on the day; the limit is {fresh}."
        return _missing(item, ask, message, code="stale_fact", limit=f"{fresh} days", source=source, evidence=(newest,))
    if item.series is not None and _count(item, ask) < item.series:
        message = f"{item.names.en}: {_count(item, ask)} of {item.series} are on record."
        return _missing(item, ask, message, code=_absent_code(item), limit=str(item.series), evidence=(newest,))
    if item.lead_days is not None and age < item.lead_days:
        message = (
            f"{item.names.en}: {day_spelled(newest.on)} is {age} days before the dose; at least {item.lead_days} are needed."
        )
        return _unmet(item, ask, newest, message, f"{item.lead_days} days")
    wanted = item.accept_continuing if ask.dose_number > 1 and item.accept_continuing is not None else item.accept
    if wanted is not None:
        truth = evaluate(wanted, ask.known).truth
        if truth is Truth.UNKNOWN:
            message = f"{item.names.en}: {newest.shown} cannot be judged (unit or reporting limit is missing)."
            return _missing(item, ask, message, code=_absent_code(item), evidence=(newest,))
        if truth is Truth.FALSE:
            return _unmet(item, ask, newest)
    return Item(
        item.key,
        item.what.value,
        State.MET,
        f"{item.names.en}: {newest.shown}, {age} days before the dose.",
        source=item.source,
        evidence=ids((newest,)),
    )


def _newest(item: Requirement, ask: Ask) -> Fact | None:
    if item.when is Occasion.EVERY_VISIT:
        return ask.known.newest(item.fact, within_days=0)
    if item.when is not Occasion.DOSES:
        return ask.known.newest(item.fact)
    # Asked again before given doses: one made for this dose, or one made since the dose before.
    latest = ask.course.latest
    since = [
        fact
        for fact in ask.known.of(item.fact)
        if fact.before_dose == ask.dose_number or (fact.before_dose is None and (latest is None or latest.on < fact.on))
    ]
    return Known(ask.day, facts=tuple(since)).newest(item.fact)


def _count(item: Requirement, ask: Ask) -> int:
    return len({(fact.value, fact.on) for fact in ask.known.of(item.fact) if fact.status in ("given", "final")})


def _fresh_days(item: Requirement, extra: Iterable[ExtraLimit]) -> tuple[int | None, str]:
    """The strictest freshness that applies, and who says so."""
    found: tuple[int | None, str] = (item.fresh_days, item.source)
    for limit in extra:
        if limit.fact == item.fact and (found[0] is None or limit.fresh_days < found[0]):
            found = (limit.fresh_days, limit.source)
    return found


def _missing(
    item: Requirement, ask: Ask, message: str, *, code: str, limit: str = "", source: str = "", evidence: tuple[Fact, ...] = ()
) -> Item:
    """Not known (any more): due while there is time, else unknown where it holds, for review where that is enough."""
    planned = next(
        (fact for fact in ask.known.facts if fact.status == "planned" and f"{fact.kind.value}.{fact.code}" == item.fact), None
    )
    if planned is not None:
        message += f" One is planned for {day_spelled(planned.on)}."
    late = {Severity.HOLD: State.UNKNOWN, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.DUE}[item.missing]
    by = ask.day - timedelta(days=item.lead_days or 0)
    return Item(
        item.key,
        item.what.value,
        State.DUE if ask.ahead and ask.as_of <= by else late,
        message,
        code,
        source or item.source,
        ids(evidence),
        by,
        ask.day - timedelta(days=item.ask_days),
        ask.dose_number,
        item.release,
        item.when is Occasion.EVERY_VISIT,
        item.missing is Severity.ADVISE,
        limit,
    )


def _unmet(item: Requirement, ask: Ask, newest: Fact, message: str = "", limit: str = "") -> Item:
    """Known, and not acceptable."""
    message = message or f"{item.names.en}: {newest.shown} on {day_spelled(newest.on)} does not meet it."
    return Item(
        item.key,
        item.what.value,
        by_severity(item.unmet),
        message,
        _OUT.get(item.what, f"requires_{item.what.value}"),
        item.source,
        ids((newest,)),
        ask.day,
        None,
        ask.dose_number,
        item.release,
        item.when is Occasion.EVERY_VISIT,
        item.unmet is Severity.ADVISE,
        limit,
    )


def _absent_code(item: Requirement) -> str:
    return _ABSENT.get(item.what, f"requires_{item.what.value}")
