"""Requirements: labs, screening, vaccines, imaging, consents, programs. Which are due for a dose, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chairside.core.clearance.ask import Ask, ExtraLimit
from chairside.core.clearance.item import Item, State, ids
from chairside.core.clearance.occasion import in_force, is_asked
from chairside.core.clearance.requirement_item import absent_code, missing, unmet
from chairside.core.clearance.results import acceptable, compared, is_bad, lacks_earlier, latest_for, unsettled
from chairside.core.clearance.vaccines import lead_lacks, series_lacks
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.standing import Latest, taken_back
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each requirement that this dose asks for."""
    told: set[str] = set()  # facts whose earlier bad result was told already
    for item in in_force(ask):
        if is_asked(item, ask):
            judged = _judge(item, ask)
            earlier = unsettled(item, ask) if judged.state is State.MET and item.fact not in told else None
            told |= {item.fact} if earlier is not None else set()
            yield _eased(item, ask, judged if earlier is None else _look_again(item, ask, earlier))
        elif item.when in (Occasion.FIRST_DOSE, Occasion.COURSE):
            yield from _turned_bad(item, ask)


def _eased(item: Requirement, ask: Ask, judged: Item) -> Item:
    """For review instead of a hold while `unless` holds: the protocol says what makes waiting worse than going on."""
    if item.unless is None or judged.state not in (State.HELD, State.UNKNOWN):
        return judged
    found = evaluate(item.unless, ask.known)
    if found.truth is not Truth.TRUE:
        return judged
    why = ", ".join(f"{name_of(f'{fact.kind.value}.{fact.code}', ask.protocol)}: {fact.shown}" for fact in found.evidence)
    return replace(
        judged,
        state=State.REVIEW,
        message=f"{judged.message} For review instead of a hold ({why}).",
        evidence=tuple(dict.fromkeys((*judged.evidence, *ids(found.evidence)))),
        release=item.release or ("prescriber",),
    )


def _turned_bad(item: Requirement, ask: Ask) -> Iterator[Item]:
    """Asked before the start only; but a result on record that is out of bounds still holds a later dose."""
    newest = latest_for(item, ask)
    if newest.doubt is not None and is_bad(item, newest.doubt, ask):
        yield unmet(item, ask, newest.doubt)
    elif newest.fact is not None and newest.doubt is None:
        truth = Truth.TRUE if item.accept is None else evaluate(item.accept, ask.known).truth
        if taken_back(newest.fact) or truth is Truth.FALSE:
            yield unmet(item, ask, newest.fact)
        elif truth is Truth.UNKNOWN and len(newest.of_day) > 1:
            yield _unclear(item, ask, newest)


def _judge(item: Requirement, ask: Ask) -> Item:
    standing = latest_for(item, ask)
    newest = standing.fact
    if standing.doubt is not None:
        return _not_final(item, ask, standing.doubt)
    if newest is None:
        return missing(item, ask, f"{item.names.en}: not on record.", code=absent_code(item))
    if taken_back(newest):
        return unmet(item, ask, newest)
    age = (ask.day - newest.on).days
    fresh, source = _fresh_days(item, ask.extra_limits)
    if fresh is not None and age > fresh:
        message = f"{item.names.en}: the one of {day_spelled(newest.on)} is {age} days old on the day; the limit is {fresh}."
        return missing(item, ask, message, code="stale_fact", limit=f"{fresh} days", source=source, evidence=(newest,))
    lacking = (
        series_lacks(item, ask) if item.series is not None or item.booster_days is not None else lead_lacks(item, ask, newest)
    )
    if lacking is not None:
        return lacking
    found = acceptable(item, ask, newest)
    if found.truth is Truth.UNKNOWN:
        return _not_comparable(item, ask, newest) if lacks_earlier(item, ask) else _unclear(item, ask, standing)
    earlier = compared(item, newest, found.evidence)
    if found.truth is Truth.FALSE:
        return unmet(item, ask, newest, earlier=earlier)
    return Item(
        item.key,
        item.what.value,
        State.MET,
        f"{item.names.en}: {newest.shown}, {age} days before the dose.",
        source=item.source,
        evidence=ids((newest, *earlier)),
    )


def _look_again(item: Requirement, ask: Ask, earlier: Fact) -> Item:
    message = (
        f"{item.names.en}: {earlier.shown} on {day_spelled(earlier.on)}, and nothing on record says that it was treated. "
        "A later result alone does not settle it."
    )
    return unmet(replace(item, unmet=Severity.REVIEW, release=item.release or ("prescriber",)), ask, earlier, message)


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
        return unmet(item, ask, doubtful, message)
    message = f"{item.names.en}: the one of {day_spelled(doubtful.on)} is not final ({doubtful.status})."
    return missing(_at_least_review(item), ask, message, code=absent_code(item), evidence=(doubtful,))


def _unclear(item: Requirement, ask: Ask, standing: Latest) -> Item:
    """On record, and nobody can tell from it whether it is acceptable."""
    shown = " and ".join(dict.fromkeys(fact.shown for fact in standing.of_day))
    why = "of one day do not agree" if len(standing.of_day) > 1 else "cannot be judged (its word, unit or reporting limit)"
    message = f"{item.names.en}: {shown} {why}."
    return missing(_at_least_review(item), ask, message, code=absent_code(item), evidence=standing.of_day)


def _not_comparable(item: Requirement, ask: Ask, newest: Fact) -> Item:
    """It is about a change, and there is nothing yet that it could have changed from."""
    message = f"{item.names.en}: {newest.shown} on {day_spelled(newest.on)}, and no earlier result to compare it with."
    return missing(item, ask, message, code=absent_code(item), evidence=(newest,))


def _at_least_review(item: Requirement) -> Requirement:
    """What is on record and not understood is read by a person, even where nothing at all would only be advice."""
    return replace(item, missing=Severity.REVIEW) if item.missing is Severity.ADVISE else item
