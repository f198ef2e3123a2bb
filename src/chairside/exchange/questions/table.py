"""Which question is answered by which module. Each is imported when it is first asked, so that one never slows another."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from chairside.exchange.questions.text import InputProblem, shown

if TYPE_CHECKING:
    from chairside.exchange.questions.rulebook import Answer, Question, Rulebook

# In the order of the contract. A question whose module is not there yet says so; it is never answered by another.
OPS = ("dose", "ladder", "plan", "clear", "prepare", "restart", "charge", "clock", "policy", "calc", "safety", "red_flags")


class NotBuilt(InputProblem):
    """The question is in the contract, and no rule answers it yet."""


def ask(op: str, question: Question, rulebook: Rulebook) -> Answer:
    """Answer one question. Raises InputProblem when the question or one of its fields cannot be used."""
    if op not in OPS:
        raise InputProblem("OP", f"{shown(op)} is not a question; the questions are {', '.join(OPS)}")
    module = f"{__package__}.{op}"
    if find_spec(module) is None:
        raise NotBuilt("OP", f"{op} is not built yet")
    answer: Callable[[Rulebook, Question], Answer] = import_module(module).answer
    return answer(rulebook, question)
