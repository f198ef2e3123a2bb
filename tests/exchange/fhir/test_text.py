"""Text in, the same text out: every digit, every character, and nothing that two readers would read differently."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.fhir.text import JsonProblem, Written, canonical, digest, parse

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | TEXTS | NUMBERS.map(Written),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(NUMBERS)
def test_a_number_keeps_every_digit_as_it_was_written(text: str) -> None:
    assert canonical(parse(f"[{text}]")) == f"[{text}]"


@given(VALUES)
def test_the_canonical_text_is_a_fixpoint(value: object) -> None:
    text = canonical(value)
    assert canonical(parse(text)) == text


@given(st.dictionaries(TEXTS, st.integers(), min_size=2, max_size=6))
def test_the_order_of_members_does_not_matter(members: dict[str, int]) -> None:
    assert canonical(members) == canonical(dict(reversed(members.items())))


@pytest.mark.parametrize("number", ["85.00", "1e2", "0.10", "12.90", "1E-22", "-0", "0.0", "1.00000000000000000e-24"])
def test_awkward_numbers(number: str) -> None:
    value = parse(f'{{"value":{number}}}')["value"]
    assert canonical(value) == number
    assert value == Decimal(number)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a":1,"a":2}', "written twice"),
        ('{"a":{"b":1,"b":1}}', "written twice"),
        ("{", "not JSON"),
        ("[NaN]", "not a number"),
        ("[1e5,Infinity]", "not a number"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "not UTF-8"),
        ("", "not JSON"),
    ],
)
def test_unusable_text_is_refused_with_a_sentence(text: str | bytes, says: str) -> None:
    with pytest.raises(JsonProblem, match=says):
        parse(text)


def test_a_text_that_is_too_long_is_refused_and_never_cut() -> None:
    with pytest.raises(JsonProblem, match="at most 10"):
        parse('["123456789"]', limit=10)


def test_half_a_character_stays_storable() -> None:
    text = canonical(parse('{"a":"\\ud800"}'))
    assert text == '{"a":"\\ud800"}'
    assert len(digest(text)) == 64


def test_a_byte_order_mark_is_no_content() -> None:
    assert parse(b'\xef\xbb\xbf{"a":1}') == {"a": 1}
