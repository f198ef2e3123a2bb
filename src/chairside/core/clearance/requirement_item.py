"""The item of a requirement that is not met: what it does while not known, and what it does when known to be out of bounds."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.clearance.occasion import lead_days
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Occasion, Severity

_ABSENT = {What.VITAL: "missing_fact", What.ANSWER: "missing_fact"}
_OUT = {
    What.LAB: "out_of_range",
    What.VITAL: "out_of_range",
    What.TEST: "out_of_range",
    What.IMAGING: "risk_alert",
    What.ANSWER: "risk_alert",
}


def missing(
    item: Requirement, ask: Ask, message: str, *, code: str, limit: str = "", source: str = "", evidence: tuple[Fact, ...] = ()
) -> Item:
    """Not known (any more): due while there is time, else unknown where it holds, for review where that is enough."""
    planned = next(
        (fact for fact in ask.known.facts if fact.status == "planned" and f"{fact.kind.value}.{fact.code}" == item.fact), None
    )
    if planned is not None:
        message += f" One is planned for {day_spelled(planned.on)}."
    late = {Severity.HOLD: State.UNKNOWN, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.DUE}[item.missing]
    by = ask.day - timedelta(days=lead_days(item, ask))
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


def unmet(
    item: Requirement, ask: Ask, newest: Fact, message: str = "", limit: str = "", earlier: tuple[Fact, ...] = ()
) -> Item:
    """Known, and not acceptable. `earlier` results are those that it was compared with."""
    after = " after " + " and ".join(f"{fact.shown} on {day_spelled(fact.on)}" for fact in earlier) if earlier else ""
    message = message or f"{item.names.en}: {newest.shown} on {day_spelled(newest.on)}{after} does not meet it."
    return Item(
        item.key,
        item.what.value,
        State.REVIEW if item.unmet is Severity.ADVISE else by_severity(item.unmet),  # told, and never called met
        message,
        _OUT.get(item.what, f"requires_{item.what.value}"),
        item.source,
        ids((newest, *earlier)),
        ask.day,
        None,
        ask.dose_number,
        item.release,
        item.when is Occasion.EVERY_VISIT,
        item.unmet is Severity.ADVISE,
        limit,
    )


def absent_code(item: Requirement) -> str:
    return _ABSENT.get(item.what, f"requires_{item.what.value}")
