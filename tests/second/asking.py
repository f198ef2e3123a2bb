"""Asking the program, and making a question that shows a disagreement as small as it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from re import sub
from typing import Any

from chairside.cli.rulebook import FormularyOnDisk
from chairside.exchange.questions.table import ask
from chairside.exchange.questions.text import InputProblem
from tests.second.comparing import dose_values, ladder_values, outcome
from tests.second.dose import dose
from tests.second.ladder import judge
from tests.second.raw import amount

Question = dict[str, Any]
RULEBOOK = FormularyOnDisk()


@dataclass
class Result:
    """One question compared: what was found, and what the tally counts."""

    disagreements: list[str] = field(default_factory=list)
    outcome: str = "not usable"
    rule: str = ""
    silent: bool = False


def compare_dose(question: Question) -> Result:
    """The program's answer to a dose question against the second engine."""
    try:
        answer = ask("dose", question, RULEBOOK)
    except InputProblem as problem:
        return _not_usable(question, problem)
    given = answer["value"].get("dose")
    opinion = dose(question, amount(given["amount"], given["unit"]).value if given else None)
    found = outcome(answer, opinion) + dose_values(question, answer, opinion)
    return Result(found, answer["outcome"], opinion.rule, bool(opinion.silent))


def compare_ladder(question: Question) -> Result:
    """The program's answer to a ladder question against the second engine."""
    try:
        answer = ask("ladder", question, RULEBOOK)
    except InputProblem as problem:
        return _not_usable(question, problem)
    opinion, way, may = judge(question, answer["value"].get("ladder", ""))
    found = outcome(answer, opinion) + ladder_values(question, answer, opinion, way, may)
    kind = "none" if "steps" not in answer["value"] else ("even" if len(answer["value"]["steps"]) == 1 else "stepped")
    return Result(found, answer["outcome"], kind, bool(opinion.silent))


def _not_usable(question: Question, problem: InputProblem) -> Result:
    """A question that cannot be used is right where a fact has no unit; anything else is a disagreement."""
    right = any("unit" not in item and item["kind"] == "lab" for item in question.get("facts", []))
    right |= any("unit" not in item and item["value"].replace(".", "").isdigit() for item in question.get("facts", []))
    return Result([] if right else [f"not usable: {problem}"])


def smallest(question: Question, compare: Callable[[Question], Result]) -> Question:
    """The same question without whatever does not matter for its disagreements."""
    wanted = set(compare(question).disagreements[:1])
    for key in ("policy", "brand", "order", "phase", "regimen", "risks", "tolerated", "history", "facts"):
        without = {name: value for name, value in question.items() if name != key}
        if key in question and wanted & set(compare(without).disagreements):
            question = without
    for key in ("facts", "history", "patient"):
        for item in list(question.get(key, [])):
            if isinstance(question[key], dict):
                rest: Any = {name: value for name, value in question[key].items() if name != item}
            else:
                rest = [other for other in question[key] if other is not item]
            if wanted & set(compare({**question, key: rest}).disagreements):
                question = {**question, key: rest}
    return question


@dataclass
class Tally:
    """What a run of many questions found."""

    counts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    found: dict[str, list[Question]] = field(default_factory=dict)
    silent: int = 0

    def add(self, question: Question, result: Result) -> None:
        """Count one question."""
        self.counts[result.outcome] += 1
        self.rules[result.rule or "none chosen"] += 1
        self.silent += result.silent
        for text in result.disagreements[:1]:
            kind = sub(r"(?<![a-z_])-?[0-9][0-9./e-]*", "#", text)
            self.found.setdefault(f"{question['protocol']}: {kind}", []).append(question)

    @property
    def disagreeing(self) -> int:
        return sum(len(questions) for questions in self.found.values())

    def told(self) -> str:
        """The figures in one line."""
        total = sum(self.counts.values())
        return (
            f"{total} questions, {total - self.disagreeing} agree; by outcome {dict(self.counts.most_common())}; "
            f"by kind {dict(self.rules.most_common())}; {self.silent} with something that no document settles"
        )
