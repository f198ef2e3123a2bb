"""Requirements: labs, screening, vaccines, imaging, consents, programs. Which are due for a dose, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from chairside.core.clearance.ask import Ask, ExtraLimit
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.clearance.results import acceptable, count, is_bad, latest_for, unsettled
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.span import day_spelled, months_old
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.standing import Latest, taken_back
from chairside.core.protocols.truth import Truth, evaluate

_ABSENT = {What.VITAL: "missing_fact", What.ANSWER: "missing_fact"}
_OUT = {
    What.LAB: "out_of_range",
    What.VITAL: "out_of_range",
    What.TEST: "out_of_range",
    What.IMAGING: "risk_alert",
    What.ANSWER: "risk_alert",
}


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each requirement that this dose asks for."""
    told: set[str] = set()  # facts whose earlier bad result was told already
    for item in ask.protocol.requirements:
        if item.indications and ask.indication not in item.indications:
            continue
        if item.applies is not None and evaluate(item.applies, ask.known).truth is Truth.FALSE:
            continue
        if is_asked(item, ask):
            judged = _judge(item, ask)
            earlier = unsettled(item, ask) if judged.state is State.MET and item.fact not in told else None
            told |= {item.fact} if earlier is not None else set()
            yield judged if earlier is None else _look_again(item, ask, earlier)
        elif item.when in (Occasion.FIRST_DOSE, Occasion.COURSE):
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
    newest = latest_for(item, ask)
    if newest.doubt is not None and is_bad(item, newest.doubt, ask):
        yield _unmet(item, ask, newest.doubt)
    elif newest.fact is not None and newest.doubt is None:
        truth = Truth.TRUE if item.accept is None else evaluate(item.accept, ask.known).truth
        if taken_back(newest.fact) or truth is Truth.FALSE:
            yield _unmet(item, ask, newest.fact)
        elif truth is Truth.UNKNOWN and len(newest.of_day) > 1:
            yield _unclear(item, ask, newest)


def _repeats(item: Requirement, ask: Ask) -> bool:
    if not ask.course.earlier:
        return False
    months = item.repeat_within_months
    return months is None or months_old(ask.course.earlier[-1].on, ask.day) < months


def _judge(item: Requirement, ask: Ask) -> Item:
    standing = latest_for(item, ask)
    newest = standing.fact
    if standing.doubt is not None:
        return _not_final(item, ask, standing.doubt)
    if newest is None:
        return _missing(item, ask, f"{item.names.en}: not on record.", code=_absent_code(item))
    if taken_back(newest):
        return _unmet(item, ask, newest)
    age = (ask.day - newest.on).days
    fresh, source = _fresh_days(item, ask.extra_limits)
    if fresh is not None and age > fresh:
        message = f"{item.names.en}: the one of {day_spelled(newest.on)} is {age} days old on the day; the limit is {fresh}."
        return _missing(item, ask, message, code="stale_fact", limit=f"{fresh} days", source=source, evidence=(newest,))
    if item.series is not None and count(item, ask) < item.series:
        message = f"{item.names.en}: {count(item, ask)} of {item.series} are on record."
        return _missing(item, ask, message, code=_absent_code(item), limit=str(item.series), evidence=(newest,))
    if item.lead_days is not None and age < item.lead_days:
        message = (
            f"{item.names.en}: {day_spelled(newest.on)} is {age} days before the dose; at least {item.lead_days} are needed."
        )
        return _unmet(item, ask, newest, message, f"{item.lead_days} days")
    truth = acceptable(item, ask, newest)
    if truth is Truth.UNKNOWN:
        return _unclear(item, ask, standing)
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


def _look_again(item: Requirement, ask: Ask, earlier: Fact) -> Item:
    message = (
        f"{item.names.en}: {earlier.shown} on {day_spelled(earlier.on)}, and nothing on record says that it was treated. "
        "A later result alone does not settle it."
    )
    return _unmet(replace(item, unmet=Severity.REVIEW, release=item.release or ("prescriber",)), ask, earlier, message)


def _fresh_days(item: Requirement, extra: Iterable[ExtraLimit]) -> tuple[int | None, str]:
    """The strictest freshness that applies, and who says so."""
    found: tuple[int | None, str] = (item.fresh_days, item.source)
    for limit in extra:
        if limit.fact == item.fact and (found[0] is None or limit.fresh_days < found[0]):
            found = (limit.fresh_days, limit.source)
    return found


def _not_final(item: Requirement, ask: Ask, doubtful: Fact) -> Item:
    """A newer result that is not final: held when it is bad already, else unknown until it is final."""
    if is_bad(item, doubtful, ask):
        message = f"{item.names.en}: {doubtful.shown} on {day_spelled(doubtful.on)} does not meet it ({doubtful.status})."
        return _unmet(item, ask, doubtful, message)
    message = f"{item.names.en}: the one of {day_spelled(doubtful.on)} is not final ({doubtful.status})."
    return _missing(_at_least_review(item), ask, message, code=_absent_code(item), evidence=(doubtful,))


def _unclear(item: Requirement, ask: Ask, standing: Latest) -> Item:
    """On record, and nobody can tell from it whether it is acceptable."""
    shown = " and ".join(dict.fromkeys(fact.shown for fact in standing.of_day))
    why = "of one day do not agree" if len(standing.of_day) > 1 else "cannot be judged (its word, unit or reporting limit)"
    message = f"{item.names.en}: {shown} {why}."
    return _missing(_at_least_review(item), ask, message, code=_absent_code(item), evidence=standing.of_day)


def _at_least_review(item: Requirement) -> Requirement:
    """What is on record and not understood is read by a person, even where nothing at all would only be advice."""
    return replace(item, missing=Severity.REVIEW) if item.missing is Severity.ADVISE else item


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
