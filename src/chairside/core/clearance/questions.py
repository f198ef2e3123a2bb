"""Questions of the day. Answers start blank; "unknown", and a word that was not offered, trip like a "yes"."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity, ids
from chairside.core.kernel.fact import Fact
from chairside.core.protocols.schema.requirement import Question
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.words import declared, understood


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each question that applies."""
    for question in for_regimen(ask.protocol.questions, ask.regimen):
        if question.applies is not None and evaluate(question.applies, ask.known).truth is Truth.FALSE:
            continue
        yield _judge(question, ask)


def _judge(question: Question, ask: Ask) -> Item:
    newest = ask.known.latest(question.fact)
    answers = [fact for fact in newest.of_day if fact.on == ask.day]
    answer = answers[-1] if answers and newest.doubt is None else None
    if answer is None or not isinstance(answer.value, str) or not answer.value.strip():
        return _open(question, ask)
    # Of two answers of one day that differ, the one that trips is not overruled by the one written last.
    answer = next((fact for fact in answers if _trips(question, fact, ask)), answer)
    if not _trips(question, answer, ask):
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


def _trips(question: Question, answer: Fact, ask: Ask) -> bool:
    """True for an answer among `trips`, for "unknown", and for a word that was not offered."""
    word = answer.value if isinstance(answer.value, str) else ""
    safe = [item for item in declared(question.fact, ask.protocol.facts) if not understood(item, question.trips)]
    return not understood(word, safe)


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
