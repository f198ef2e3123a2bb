"""A number that protocols ask for as a word becomes it by the laboratory's own limits, and what was sent stays in the note."""

from decimal import Decimal

import pytest

from chairside.core.intake.codes import FactKey
from chairside.core.intake.results import Result, as_asked
from chairside.core.kernel.fact import FactKind

G6PD = FactKey(FactKind.TEST, "g6pd", below_lower="deficient", from_lower="normal")
INHIBITOR = FactKey(FactKind.TEST, "factor_viii_inhibitor", below_limit="negative", from_limit="positive")


def activity(value: str, lower: str | None, upper: str | None = "20.5") -> Result:
    ends = [None if end is None else Decimal(end) for end in (lower, upper)]
    return Result(Decimal(value), "U/g{Hb}", value, *ends)


@pytest.mark.parametrize(("value", "word"), [("6.9", "deficient"), ("7.0", "normal"), ("11.8", "normal"), ("30", "normal")])
def test_by_the_lower_limit(value: str, word: str) -> None:
    result, notes = as_asked(activity(value, "7.0"), G6PD)
    assert (result.value, result.unit) == (word, "")
    assert notes == (f"received as {value} U/g{{Hb}}, lower limit 7.0",)


def test_without_the_limit_the_number_stays() -> None:
    result, _ = as_asked(activity("11.8", None), G6PD)
    assert result.value == Decimal("11.8")


@pytest.mark.parametrize(("value", "word"), [("0.5", "negative"), ("0.6", "positive")])
def test_by_the_upper_limit(value: str, word: str) -> None:
    assert as_asked(Result(Decimal(value), "", value, None, Decimal("0.6")), INHIBITOR)[0].value == word
