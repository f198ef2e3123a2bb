"""The hazard log and the code agree: every hazard has a control that exists and a test that cites it."""

from __future__ import annotations

import pytest

from tests.hazards.trace import TRACE, Hazard, cited, hazards, place_of, trace

OF_THE_REFERENCE = {f"H-{number:03}" for number in range(1, 28)}


def test_the_log_holds_the_hazards_that_it_must():
    numbers = [hazard.number for hazard in hazards()]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) >= OF_THE_REFERENCE


@pytest.mark.parametrize("hazard", hazards(), ids=lambda hazard: hazard.number)
def test_each_hazard_has_a_control_that_exists_and_a_test(hazard: Hazard):
    assert hazard.rules, "the log names no place in the code"
    for rule in hazard.rules:
        assert place_of(rule).exists(), f"{rule} is not in the house"
    tests = cited("tests").get(hazard.number, [])
    assert tests, "no test cites it"
    if hazard.number in OF_THE_REFERENCE:
        name = f"test_h{hazard.number.removeprefix('H-')}_"
        assert any(test.startswith(f"tests/hazards/{name}") for test in tests), "it has no file of its own"


def test_no_code_cites_a_hazard_that_is_not_in_the_log():
    known = {hazard.number for hazard in hazards()}
    strangers = {number: files for under in ("src", "tests") for number, files in cited(under).items() if number not in known}
    assert strangers == {}


def test_the_trace_is_what_the_code_says():
    assert TRACE.exists(), "python -m tests.hazards.trace"
    assert TRACE.read_text() == trace(), "python -m tests.hazards.trace"
