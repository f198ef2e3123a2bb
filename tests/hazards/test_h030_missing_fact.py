"""H-030 a decision rests on a missing fact: unknown outranks review, and nobody releases an unknown."""

from __future__ import annotations

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Said
from tests.core.visit.walk import DESK, DOC, ME, Walk, vitals
from tests.exchange.questions.asking import GONE, GOOD, answered, spoiled


@pytest.mark.parametrize("path", ["patient.weight_kg", "patient.birth_date"])
def test_what_is_missing_is_unknown_and_never_a_default(path):
    question = spoiled(GOOD["dose"], path, GONE)
    question.pop("order")
    made = answered("dose", question)
    assert made["outcome"] in ("unknown", "refused")
    assert "missing_fact" in [reason["code"] for reason in made["reasons"]]


def test_an_answer_of_unknown_holds_as_a_yes_does_and_a_blank_is_no_answer():
    walk = Walk().do(e.CheckedIn(ME, True), DESK).do(e.Seated("4")).do(vitals(weight=80)).do(e.AllergiesReviewed((), True))
    (blank,) = walk.ask(e.Cleared()).reasons
    assert blank.outcome is Outcome.UNKNOWN
    assert not walk.ask(e.Overridden(blank.field, "it is fine"), DOC).allowed
    walk.do(e.QuestionsAnswered((Answer("infection", Said.UNKNOWN),)))
    assert not walk.ask(e.Cleared()).allowed
