"""What a person typed becomes text that nobody misreads, or is refused by the part that is not safe."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.dose_text import UnsafeText, safe


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("5.0 mg", "5 mg"),
        (".5 mg", "0.5 mg"),
        ("1000000 units", "1,000,000 units"),
        ("1,000,000 units", "1,000,000 units"),
        ("100 µg", "100 mcg"),
        ("100 μg", "100 mcg"),
        ("2.50 mL", "2.5 mL"),
        ("5mg", "5 mg"),
        ("5 mg/kg", "5 mg/kg"),
        ("1000 mg / m2", "1,000 mg/m²"),
        ("10 ml/hr", "10 mL/h"),
    ],
)
def test_a_dose_is_written_in_its_one_safe_form(typed: str, written: str) -> None:
    assert safe(typed) == written


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("10 U", "U"),
        ("10 IU", "IU"),
        ("5 U/kg", "U"),
        ("2 MgSO4", "MgSO4"),
        ("5 cc", "cc"),
        ("5,5 mg", "5,5"),
        ("1,00 mg", "1,00"),
        ("5.5.5 mg", "5.5.5"),
        ("5 bananas", "bananas"),
        ("mg", "mg"),
        ("", ""),
    ],
)
def test_what_is_not_safe_is_refused_by_its_part(typed: str, part: str) -> None:
    with pytest.raises(UnsafeText) as refused:
        safe(typed)
    assert refused.value.part == part


@given(st.decimals(min_value=Decimal("0.001"), max_value=Decimal(10) ** 9, places=3))
def test_safe_text_has_no_trailing_zero_and_always_a_leading_one_and_reads_as_itself(number: Decimal) -> None:
    text = safe(f"{number:f} mg")
    shown = text.removesuffix(" mg")
    assert Decimal(shown.replace(",", "")) == number
    assert not shown.startswith(".")
    assert "." not in shown or not shown.endswith(("0", "."))
    assert safe(text) == text
