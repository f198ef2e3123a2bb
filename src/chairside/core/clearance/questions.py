"""Questions of the day. Answers start blank; "unknown", and a word that was not offered, trip like a "yes"."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.clearance.requirements import Ask
from chairside.core.kernel.fact import Fact
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.requirement import Question
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Truth, evaluate

_USUAL = ("yes", "no", "unknown", "none")


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each question that applies."""
    for question in ask.protocol.questions:
        if question.applies is not None and evaluate(question.applies, ask.known).truth is Truth.FALSE:
            continue
        yield _judge(question, ask)


def _judge(question: Question, ask: Ask) -> Item:
    answer = ask.known.newest(question.fact, within_days=0)
    if answer is None or not isinstance(answer.value, str) or not answer.value:
        return _open(question, ask)
    word = answer.value.casefold()
    offered = {item.casefold() for item in words_of(question.fact, ask.protocol)} | {trip.casefold() for trip in question.trips}
    tripped = word == "unknown" or word not in offered or word in {trip.casefold() for trip in question.trips}
    if not tripped:
        return Item(
            question.key,
            "answer",
            State.MET,
            f"{question.asks.en} {answer.value}.",
            source=question.source,
            evidence=ids((answer,)),
            on_the_day=True,
        )
    return _tripped(question, ask, answer)


def _open(question: Question, ask: Ask) -> Item:
    late = {Severity.HOLD: State.UNKNOWN, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.DUE}[question.severity]
    return Item(
        question.key,
        "answer",
        State.DUE if ask.ahead else late,
        f"To ask on the day: {question.asks.en}",
        "missing_fact",
        question.source,
        (),
        ask.day,
        ask.day,
        ask.dose_number,
        question.release,
        True,
        question.severity is Severity.ADVISE,
    )


def _tripped(question: Question, ask: Ask, answer: Fact) -> Item:
    message = f"{question.asks.en} Answered: {answer.value}."
    return Item(
        question.key,
        "answer",
        by_severity(question.severity),
        message,
        "risk_alert",
        question.source,
        ids((answer,)),
        ask.day,
        None,
        ask.dose_number,
        question.release,
        True,
        question.severity is Severity.ADVISE,
    )


def words_of(fact: str, protocol: Protocol) -> tuple[str, ...]:
    """The words that may answer: those that the protocol declares, else yes, no, unknown, none."""
    return next((item.words for item in protocol.facts if item.fact == fact and item.words), _USUAL)
