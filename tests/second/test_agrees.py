"""The program and the second engine answer the same questions alike."""

from collections.abc import Callable
from json import dumps
from random import Random

import pytest

from tests.second.asking import Question, Result, Tally, compare_dose, compare_ladder, smallest
from tests.second.making import IDS, RARE, dose_question
from tests.second.making_ladders import LADDER_IDS, STEPPED, ladder_question

OUTCOMES = ("allowed", "refused", "review", "unknown")
RULES = ("flat", "per_kg", "per_m2", "table", "calvert", "wanted_rise", "deficit", "replacement", "from_product", "ordered")


Make = Callable[[Random, tuple[str, ...]], Question]


def run(make: Make, compare: Callable[[Question], Result], ids: tuple[str, ...], seed: int, rounds: int) -> Tally:
    """Ask each protocol once a round and compare each answer."""
    rng, tally = Random(seed), Tally()
    for protocol in ids * rounds:
        question = make(rng, (protocol,))
        tally.add(question, compare(question))
    print(tally.told())
    return tally


def no_disagreement(tally: Tally, compare: Callable[[Question], Result]) -> None:
    """Fail with the smallest question of each kind of disagreement."""
    worst = sorted(tally.found.items(), key=lambda item: -len(item[1]))[:40]
    lines = [f"{len(found)} x {text}\n    {dumps(smallest(found[0], compare))}" for text, found in worst]
    assert not lines, f"{tally.disagreeing} disagreements. {tally.told()}\n" + "\n".join(lines)


def interesting(tally: Tally, kinds: tuple[str, ...], share: int) -> None:
    """Each outcome in at least one of 25 questions, and each kind in one of `share`."""
    total = sum(tally.counts.values())
    assert all(tally.counts[name] * 25 >= total for name in OUTCOMES), tally.told()
    assert all(tally.rules[name] * share >= total for name in kinds), tally.told()
    assert tally.silent * 6 <= total, tally.told()
    assert tally.counts["not usable"] * 40 <= total, tally.told()


def test_doses_agree() -> None:
    tally = run(dose_question, compare_dose, IDS + RARE, seed=20260413, rounds=6)
    interesting(tally, RULES, share=250)
    no_disagreement(tally, compare_dose)


def test_ladders_agree() -> None:
    tally = run(ladder_question, compare_ladder, LADDER_IDS + STEPPED, seed=20260414, rounds=8)
    interesting(tally, ("even", "stepped", "none"), share=30)
    no_disagreement(tally, compare_ladder)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_fifty_thousand_doses_agree() -> None:
    tally = run(dose_question, compare_dose, IDS + RARE, seed=1, rounds=400)
    interesting(tally, RULES, share=250)
    no_disagreement(tally, compare_dose)


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_fifty_thousand_ladders_agree() -> None:
    tally = run(ladder_question, compare_ladder, LADDER_IDS + STEPPED, seed=2, rounds=343)
    interesting(tally, ("even", "stepped", "none"), share=30)
    no_disagreement(tally, compare_ladder)
