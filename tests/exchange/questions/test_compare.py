"""Comparing an answer with an acceptance vector: what is stated counts, numbers as decimals, and nothing passes by absence."""

from __future__ import annotations

import pytest

from chairside.exchange.questions.compare import misses


def _answer(outcome="allowed", reasons=(), **value):
    reasons = [{"code": code, "message": "m"} for code in reasons]
    return {"outcome": outcome, "value": value, "reasons": reasons, "working": [], "protocol": None}


HELD = [{"what": "lab", "code": "alt"}, {"what": "imaging", "code": "mri"}]
LINES = [{"code": "96413", "units": 1, "modifiers": []}, {"code": "J1745", "units": 8, "modifiers": ["JW"]}]
HOLDS = [
    ({"outcome": "allowed"}, _answer()),
    ({"outcome_in": ["refused", "review"]}, _answer("review")),
    ({"dose_mg": "412"}, _answer(dose_mg="412")),
    ({"dose_mg": "412.0"}, _answer(dose_mg="412")),
    ({"dose_mg": 412}, _answer(dose_mg="412")),
    ({"next": {"dose_number": 4}}, _answer(next={"dose_number": 4, "target": "2026-05-11"})),
    ({"vials": {"100": 5}}, _answer(vials={"100": 5, "400": 1})),
    ({"steps": [{"from_min": "0"}]}, _answer(steps=[{"from_min": "0", "rate_ml_h": "20"}])),
    ({"cap_applied": True}, _answer(cap_applied=True)),
    ({"total": None}, _answer(total=None)),
    ({"total": None}, _answer()),
    ({"at_least": {"total_min": "120"}}, _answer(total_min="120")),
    ({"at_least": {"total_min": "120"}}, _answer("refused")),
    ({"at_most": {"max_ml_h": "360"}}, _answer("review")),
    ({"reasons_include": ["wrong_diluent"]}, _answer("refused", ["wrong_filter", "wrong_diluent"])),
    ({"held_by": ["lab"]}, _answer("refused", held_by=HELD)),
    ({"held_by_any": ["rems", "imaging"]}, _answer("refused", held_by=HELD)),
    ({"not_held_by": ["vaccine"]}, _answer("refused", held_by=HELD)),
    ({"lines": list(reversed(LINES))}, _answer(lines=LINES)),
    ({"due": "2026-03-09T17:00:00-05:00"}, _answer(due="2026-03-09T22:00:00+00:00")),
]
MISSES = [
    ({"outcome": "allowed"}, _answer("unknown"), "outcome"),
    ({"outcome_in": ["refused", "review"]}, _answer("unknown"), "outcome_in"),
    ({"dose_mg": "412"}, _answer(dose_mg="412.1"), "dose_mg"),
    ({"dose_mg": "412"}, _answer(), "dose_mg"),
    ({"dose_mg": "412"}, _answer("refused", ["out_of_range"]), "dose_mg"),
    ({"next": {"dose_number": 4}}, _answer(next={"dose_number": 3}), "next"),
    ({"next": {"dose_number": 4}}, _answer(), "next"),
    ({"vials": {"100": 5}}, _answer(vials={"400": 1}), "vials"),
    ({"steps": [{"from_min": "0"}]}, _answer(steps=[{"from_min": "0"}, {"from_min": "30"}]), "steps"),
    ({"steps": [{"r": "1"}, {"r": "2"}]}, _answer(steps=[{"r": "2"}, {"r": "1"}]), "steps"),
    ({"accepted": True}, _answer(accepted="true"), "accepted"),
    ({"accepted": True}, _answer(accepted=1), "accepted"),
    ({"total": None}, _answer(total="0"), "total"),
    ({"at_least": {"total_min": "120"}}, _answer(total_min="119.99"), "at_least.total_min"),
    ({"at_least": {"total_min": "120"}}, _answer(), "at_least.total_min"),
    ({"at_most": {"max_ml_h": "360"}}, _answer("unknown"), "at_most.max_ml_h"),
    ({"at_most": {"max_ml_h": "360"}}, _answer("refused", max_ml_h="361"), "at_most.max_ml_h"),
    ({"reasons_include": ["wrong_diluent", "wrong_filter"]}, _answer("refused", ["wrong_filter"]), "reasons_include"),
    ({"held_by": ["lab", "rems"]}, _answer("refused", held_by=HELD), "held_by"),
    ({"held_by": ["lab"]}, _answer("refused"), "held_by"),
    ({"held_by_any": ["rems", "vaccine"]}, _answer("refused", held_by=HELD), "held_by_any"),
    ({"not_held_by": ["imaging"]}, _answer("refused", held_by=HELD), "not_held_by"),
    ({"not_held_by": ["imaging"]}, _answer("unknown"), "not_held_by"),
    ({"lines": LINES[:1]}, _answer(lines=LINES), "lines"),
    ({"lines": [LINES[0], LINES[0]]}, _answer(lines=LINES), "lines"),
    ({"drug_lines": [{"code": "J1745", "units": 8}]}, _answer(drug_lines=LINES[1:]), "drug_lines"),
]


@pytest.mark.parametrize(("expected", "answer"), HOLDS, ids=lambda part: str(part)[:40])
def test_what_holds(expected, answer):
    assert misses(expected, answer) == ()


@pytest.mark.parametrize(("expected", "answer", "key"), MISSES, ids=lambda part: str(part)[:40])
def test_what_is_a_miss(expected, answer, key):
    assert [miss.key for miss in misses(expected, answer)] == [key]


def test_every_miss_is_told_with_what_was_expected_and_what_came():
    found = misses({"outcome": "allowed", "dose_mg": "1"}, _answer("refused", ["above_maximum"], dose_mg="2"))
    assert [(miss.key, miss.expected, miss.got) for miss in found] == [
        ("outcome", "allowed", "refused (above_maximum: m)"),
        ("dose_mg", "1", "2"),
    ]
