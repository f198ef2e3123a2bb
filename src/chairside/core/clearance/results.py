"""The results that a requirement rests on: which one stands, is it acceptable, was an earlier bad one ever settled (H-008)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from chairside.core.clearance.ask import Ask
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.condition import Change, Condition
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Occasion
from chairside.core.protocols.standing import Latest, latest, said
from chairside.core.protocols.truth import Finding, Truth, evaluate
from chairside.core.protocols.vocabulary import unit_of
from chairside.core.protocols.words import declared, plain, understood

_BY_BEING_THERE = frozenset((What.IMAGING, What.VACCINE, What.REMS, What.CONSENT))
_OPPOSITE = "negative"


def _wanted(item: Requirement, ask: Ask) -> Condition | None:
    return item.accept_continuing if ask.dose_number > 1 and item.accept_continuing is not None else item.accept


def acceptable(item: Requirement, ask: Ask, newest: Fact) -> Finding:
    """Whether the fact is acceptable. To be on record is enough only for one that says something: "pending" does not."""
    wanted = _wanted(item, ask)
    if wanted is not None:
        return evaluate(wanted, ask.known)
    return Finding(Truth.TRUE if _says_something(item, ask, newest) else Truth.UNKNOWN, (newest,))


def lacks_earlier(item: Requirement, ask: Ask) -> bool:
    """True when it compares a result with an earlier one, and there is only the one."""
    wanted = _wanted(item, ask)
    tests = (*wanted.all, *wanted.any) if wanted is not None else ()
    if not any(test.fact == item.fact and test.change is not Change.NONE for test in tests):
        return False
    newest = ask.known.latest(item.fact)
    return newest.fact is not None and latest(ask.known.of(item.fact), newest.fact.on - timedelta(days=1)).fact is None


def compared(item: Requirement, newest: Fact, evidence: Iterable[Fact]) -> tuple[Fact, ...]:
    """The earlier results of the same kind that the newest one was compared with."""
    return tuple(fact for fact in evidence if f"{fact.kind.value}.{fact.code}" == item.fact and fact.on < newest.on)


def _says_something(item: Requirement, ask: Ask, fact: Fact) -> bool:
    kept = unit_of(item.fact, ask.protocol)
    if kept:
        try:
            return isinstance(fact.value, Decimal) and bool(fact.unit) and unit(fact.unit).comparable(unit(kept))
        except UnitError:
            return False
    offered = declared(item.fact, ask.protocol.facts)
    if offered:
        return understood(said(fact) or "", offered)
    return item.what in _BY_BEING_THERE or fact.value is not None


def is_bad(item: Requirement, doubtful: Fact, ask: Ask) -> bool:
    """Whether a result that is not final would not be acceptable if it were."""
    wanted = _wanted(item, ask)
    alone = replace(ask.known, facts=(replace(doubtful, status="final"),))
    return wanted is not None and evaluate(wanted, alone).truth is Truth.FALSE


def unsettled(item: Requirement, ask: Ask) -> Fact | None:
    """A screening that was not acceptable once, since the dose before, with nothing after it but a plain opposite.

    A word that says more than the opposite (that it was treated) settles it.
    """
    wanted = _wanted(item, ask)
    if item.what is not What.SCREENING or wanted is None:
        return None
    given = ask.course.everything
    found: Fact | None = None
    for fact in sorted(ask.known.of(item.fact), key=lambda fact: fact.on):
        truth = evaluate(wanted, replace(ask.known, facts=(fact,))).truth
        if truth is Truth.FALSE and (not given or given[-1].on < fact.on):
            found = fact
        elif truth is Truth.TRUE and plain(said(fact) or "") != _OPPOSITE:
            found = None
    return found


def latest_for(item: Requirement, ask: Ask) -> Latest:
    if item.when is Occasion.EVERY_VISIT:
        return latest((fact for fact in ask.known.of(item.fact) if fact.on == ask.day), ask.day)
    if item.when is not Occasion.DOSES:
        return ask.known.latest(item.fact)
    # Asked again before given doses: one made for this dose, or one made since the dose before.
    before = ask.course.latest
    since = (
        fact
        for fact in ask.known.of(item.fact)
        if fact.before_dose == ask.dose_number or (fact.before_dose is None and (before is None or before.on < fact.on))
    )
    return latest(since, ask.day)
