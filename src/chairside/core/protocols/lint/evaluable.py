"""Whatever is asked of a patient can be told: facts and words are known, comparisons fit their facts, fields fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from chairside.core.protocols.facts_read import facts_of
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import Node, walk
from chairside.core.protocols.schema.condition import Change, Condition, Limit, Op, Test
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.requirement import Question, Requirement, What
from chairside.core.protocols.schema.terms import Occasion, Severity
from chairside.core.protocols.vocabulary import OPEN_KINDS, known_fact, unit_of
from chairside.core.protocols.words import declared, understood

_NUMERIC = frozenset((Op.LT, Op.LE, Op.GT, Op.GE))
_RESULTS = frozenset(("lab", "test", "screening", "imaging", "vital"))  # one may be named by another's name
_OF_THE_DAY = frozenset(("patient", "history"))  # they have no earlier results
_SEXES = ("female", "male", "other")


def check(protocol: Protocol) -> Iterator[Finding]:
    for node in walk(protocol):
        for fact in facts_of(node.item):
            if not known_fact(fact, protocol):
                yield Finding(Code.UNKNOWN_FACT, node.place, f"“{fact}” is not a common fact and is not declared under `facts`")
        if isinstance(node.item, Condition) and not node.item.all and not node.item.any:
            yield Finding(Code.EMPTY_CONDITION, node.place, "a condition without a test would always hold")
        elif isinstance(node.item, Test):
            yield from _words(node, protocol)
            for message in _shape(node.item, protocol):
                yield Finding(Code.TEST_SHAPE, node.place, message)
        elif isinstance(node.item, Requirement):
            yield from _requirement(node.item, node.place)
        elif isinstance(node.item, Question):
            yield from _question(node.item, node.place, protocol)


def _words(node: Node, protocol: Protocol) -> Iterator[Finding]:
    """A word that nobody declared is read as unknown: a condition that rests on one could never be told."""
    test = node.item
    if test.op not in (Op.IN, Op.NOT_IN):
        return
    offered = _SEXES if test.fact == "patient.sex" else declared(test.fact, protocol.facts)
    for word in test.words:
        if not understood(word, offered):
            yield Finding(Code.UNDECLARED_WORD, node.place, f"“{word}” is not among the words of “{test.fact}”")


def _shape(test: Test, protocol: Protocol) -> Iterator[str]:
    kind = test.fact.partition(".")[0]
    changed = test.change is not Change.NONE
    if (test.op in _NUMERIC) is (test.value is None):
        yield f"“{test.op.value}” {'needs a value' if test.value is None else 'takes no value'}"
    if (test.op in (Op.IN, Op.NOT_IN)) is not bool(test.words):
        yield f"“{test.op.value}” {'takes no words' if test.words else 'needs words'}"
    if test.op in _NUMERIC and (kind in OPEN_KINDS or _holds_words(test.fact, protocol)):
        yield f"“{test.fact}” holds no number to compare"
    if changed and (test.op not in _NUMERIC or kind in _OF_THE_DAY or not _is_numeric(test.fact, protocol)):
        yield f"“{test.fact}” holds no number that changes"
    if changed and test.value is not None and test.value < 0:
        yield "a rise and a fall are positive numbers"
    if changed and test.times is not Limit.NONE:
        yield "a change is not a multiple of the laboratory's limit"
    if test.over_days is not None and (not changed or test.over_days < 1):
        yield "a span of days is for a change, and lasts at least a day"
    if test.times is not Limit.NONE and (kind != "lab" or test.op not in _NUMERIC):
        yield "only a laboratory result has the laboratory's limit"
    if test.within_days is not None and test.within_days < 0:
        yield "an age of negative days"


def _holds_words(fact: str, protocol: Protocol) -> bool:
    return any(item.fact == fact and item.words and not item.unit for item in protocol.facts)


def _is_numeric(fact: str, protocol: Protocol) -> bool:
    if unit_of(fact, protocol):
        return True
    return any(item.fact == fact and not item.words for item in protocol.facts)


def _requirement(item: Requirement, place: str) -> Iterator[Finding]:
    kind = item.fact.partition(".")[0]
    if not (kind in ("answer", item.what.value) or {kind, item.what.value} <= _RESULTS):
        yield Finding(Code.REQUIREMENT_KIND, place, f"a requirement of kind {item.what.value} rests on “{item.fact}”")
    for message in (*_occasion(item), *_series(item), *_ages(item), *_release(item)):
        yield Finding(Code.REQUIREMENT_FIELDS, place, message)


def _release(item: Requirement) -> Iterator[str]:
    if Severity.REVIEW in (item.missing, item.unmet) and not item.release:
        yield "what is for review needs a role in `release` that reviews it"


def _occasion(item: Requirement) -> Iterator[str]:
    if (item.when is Occasion.DOSES) is not bool(item.doses):
        yield "dose numbers go with `when: doses`, and it needs them"
    if list(item.doses) != sorted(set(item.doses)) or any(number < 1 for number in item.doses):
        yield f"dose numbers {list(item.doses)} are not in rising order from 1"
    if item.repeat_within_months is not None and item.when is not Occasion.REPEAT_COURSE:
        yield "`repeat_within_months` goes with `when: repeat_course`"
    if item.accept_continuing is not None and (item.accept is None or item.when is Occasion.FIRST_DOSE):
        yield "`accept_continuing` goes with `accept`, and with an occasion after the first dose"
    if item.unless is not None and Severity.HOLD not in (item.missing, item.unmet):
        yield "`unless` turns a hold into a review, and nothing here holds"


def _series(item: Requirement) -> Iterator[str]:
    if item.series is not None and (item.what is not What.VACCINE or item.series < 1):
        yield "a series is of at least one vaccine"
    if item.apart_days and (item.series is None or len(item.apart_days) != item.series - 1):
        yield f"{len(item.apart_days)} spans lie between {item.series or 0} doses of a series"
    if item.booster_days is not None and item.what is not What.VACCINE:
        yield "a booster is of a vaccine"


def _ages(item: Requirement) -> Iterator[str]:
    for field in fields(item):
        value = getattr(item, field.name)
        if any(isinstance(number, int) and number < 0 for number in (value if isinstance(value, tuple) else (value,))):
            yield f"`{field.name}` is negative"
    if item.lead_days is not None and item.fresh_days is not None and item.lead_days > item.fresh_days:
        yield f"at least {item.lead_days} days old and at most {item.fresh_days}: nothing can be both"


def _question(item: Question, place: str, protocol: Protocol) -> Iterator[Finding]:
    if not item.trips:
        yield Finding(Code.QUESTION_FIELDS, place, "no answer trips it")
    for word in item.trips:
        if not understood(word, declared(item.fact, protocol.facts)):
            yield Finding(Code.UNDECLARED_WORD, place, f"“{word}” is not among the words of “{item.fact}”")
