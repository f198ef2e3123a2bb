"""The same substance by vein and under the skin, each seen from the other."""

import pytest

from tests.formulary.second_reading import answer

PAIRS = [
    ("trastuzumab", "trastuzumab_sc", "C50.919", "600"),
    ("ocrelizumab_iv", "ocrelizumab_sc_zunovo", "G35.A", "600"),
]


def seen(of: str, given: str, indication: str, amount: str) -> set[str]:
    history = [{"protocol": given, "dose_number": 1, "date": "2026-04-06", "dose": amount, "unit": "mg"}]
    cleared = answer("clear", of, indication, history=history)["value"]
    return {entry["what"] for entry in (*cleared["held_by"], *cleared["due"])}


@pytest.mark.parametrize(("by_vein", "under_the_skin", "indication", "amount"), PAIRS)
def test_a_dose_by_the_other_way_is_a_duplicate(by_vein: str, under_the_skin: str, indication: str, amount: str) -> None:
    assert "duplicate" in seen(under_the_skin, by_vein, indication, amount)
    assert "duplicate" in seen(by_vein, under_the_skin, indication, amount)
