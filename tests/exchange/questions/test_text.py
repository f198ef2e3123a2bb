"""JSON in and out: every digit kept, nothing twice, and whatever is not JSON is said in one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chairside.exchange.questions.text import InputProblem, parse, shown, write


def test_fractions_keep_every_digit():
    assert parse('{"a": 82.40, "b": 0.1, "c": 7}') == {"a": Decimal("82.40"), "b": Decimal("0.1"), "c": 7}
    assert str(parse('{"a": 82.40}')["a"]) == "82.40"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1, "b": {"c": [{"d": 1, "d": 2}]}}', "b.c[0].d: is given twice"),
        ('{"a": 1, "a": 1}', "a: is given twice"),
        ("{", "question: is not JSON: "),
        ("", "question: is not JSON: "),
        ("dose_mg: 5", "question: is not JSON: "),
        ('{"a": 1} {"a": 2}', "question: is not JSON: "),
        ("[" * 100_000, "question: is nested too deeply"),
        (" " * 4_000_001, "question: is longer than"),
    ],
    ids=["deep", "top", "cut", "empty", "yaml", "two", "nested", "long"],
)
def test_what_is_not_one_json_value_is_refused(text, says):
    with pytest.raises(InputProblem) as raised:
        parse(text)
    assert str(raised.value).startswith(says)
    assert "\n" not in str(raised.value)


def test_a_number_of_thousands_of_digits_is_read_without_a_defect():
    assert parse('{"a": ' + "9" * 5000 + "}")["a"] > 10**4000


def test_not_a_number_is_left_to_the_reader_of_the_field():
    assert parse('{"a": NaN}')["a"].is_nan()


def test_a_byte_order_mark_does_not_matter():
    assert parse('\ufeff{"a": 1}') == {"a": 1}


def test_what_is_quoted_is_short_and_on_one_line():
    assert shown("a\nb\x1b[31m") == "“a b [31m”"
    assert len(shown("x" * 500)) < 50


def test_an_answer_with_a_number_that_is_not_plain_is_a_defect_and_not_a_rounded_number():
    with pytest.raises(TypeError):
        write({"dose_mg": Decimal("0.1")})
