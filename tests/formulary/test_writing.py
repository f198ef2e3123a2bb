"""What is written is read back as it was: no number becomes text, no text becomes a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.quantity import quantity
from chairside.formulary.reading import read_text
from chairside.formulary.writing import write_text

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
_VALUES = st.one_of(
    _WORDS,
    st.integers(-10_000, 10_000),
    st.booleans(),
    st.none(),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.decimals("-1000", "1000", places=3),
)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.one_of(_VALUES, st.lists(_VALUES, max_size=4)), max_size=5)
)
def test_whatever_is_written_is_read_back(content: dict[str, Any]) -> None:
    assert read_text(write_text(content), "x") == content


@pytest.mark.parametrize("text", ["3 mg/mL", "12", "0.5", "null", "true", "2026-11-02", "- a", "a: b", ""])
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    assert read_text(write_text({"a": text}), "x") == {"a": text}


def test_amounts_keep_their_digits_and_a_day_is_written_twice() -> None:
    day = date(2026, 11, 2)
    written = write_text({"a": Decimal("0.50"), "b": quantity("3", "mg/mL"), "c": day, "d": day})
    assert written == "a: 0.50\nb: 3 mg/mL\nc: 2026-11-02\nd: 2026-11-02\n"
