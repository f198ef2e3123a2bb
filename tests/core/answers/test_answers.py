"""The engine's answers to many questions about every protocol are those on the sheets: no figure and no reason changes unseen.

A line of a sheet is one answer: its outcome, the codes of its reasons, and a digest of all of it but the wording. When a change
is meant, write the sheets again and read the difference; a question and its answer in full are printed by their names:

    python -m tests.core.answers.test_answers
    python -m tests.core.answers.test_answers infliximab_iv dose 7
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chairside.formulary import loader
from tests.core.answers import questions, shown

SHEETS = Path(__file__).parent / "sheets"
EACH = 24
_HINT = "Is this change of the answer meant? Then write the sheets again: python -m tests.core.answers.test_answers"


def asked_about(protocol_id: str) -> Iterator[questions.Asked]:
    protocol = loader.load(protocol_id)
    items = protocol.plan.items if protocol.plan is not None else ()
    return questions.about(protocol, {item.protocol: loader.load(item.protocol) for item in items}, EACH)


def line(asked: questions.Asked) -> str:
    decided = asked.answer()
    digest = hashlib.sha256("\n".join(shown.answer(decided)).encode()).hexdigest()[:10]
    return " ".join((asked.what, decided.outcome.word, digest, *(reason.code for reason in decided.reasons[:6])))


@pytest.mark.parametrize("protocol_id", loader.known_ids())
def test_the_answers_about_a_protocol_are_those_on_its_sheet(protocol_id: str):
    sheet = (SHEETS / f"{protocol_id}.txt").read_text().splitlines()
    for number, asked in enumerate(asked_about(protocol_id)):
        assert line(asked) == sheet[number], "\n".join((_HINT, *in_full(asked)))


def in_full(asked: questions.Asked) -> list[str]:
    return [shown.question(asked.what, asked.words), *shown.answer(asked.answer())]


def main(words: Sequence[str]) -> None:
    for protocol_id in loader.known_ids():
        if not words:
            (SHEETS / f"{protocol_id}.txt").write_text("".join(f"{line(asked)}\n" for asked in asked_about(protocol_id)))
        elif words[0] == protocol_id:
            print("\n".join(in_full(next(one for one in asked_about(protocol_id) if one.what == " ".join(words[1:])))))


if __name__ == "__main__":
    main(sys.argv[1:])
