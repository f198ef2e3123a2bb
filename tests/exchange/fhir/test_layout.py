"""A resource laid out for people keeps every digit, and each element is found on its line however the text is laid out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.fhir.layout import indented, line_for, lines_of
from chairside.exchange.fhir.text import canonical, parse

REFERRALS = Path(__file__).parents[2] / "data" / "infusion-referrals"
TEXT = """{"resourceType": "Coverage",
  "status": "alive",
  "class": [
    {"value": "1"},
    {
      "type": {"code": "a, {b: \\"c\\"}"},
      "value": "2"
    }
  ],
  "valueQuantity": {"value": 85.00}
}"""


def test_each_element_is_found_on_its_line() -> None:
    lines = lines_of(TEXT, "Coverage")
    expected = {
        "Coverage": 1,
        "Coverage.status": 2,
        "Coverage.class": 3,
        "Coverage.class[0].value": 4,
        "Coverage.class[1]": 5,
        "Coverage.class[1].type.code": 6,
        "Coverage.class[1].value": 7,
        "Coverage.valueQuantity.value": 10,
    }
    assert {path: lines[path] for path in expected} == expected


def test_what_is_missing_is_shown_where_it_would_stand() -> None:
    lines = lines_of(TEXT, "Coverage")
    assert line_for("Coverage.class[1].type.system", lines) == 6
    assert line_for("Coverage.payor", lines) == 1
    assert line_for("Coverage.value", lines) == 10
    assert line_for("Patient.name", lines) is None
    assert line_for("", lines) is None


def test_every_referral_is_laid_out_and_read_back_digit_for_digit() -> None:
    for file in REFERRALS.glob("*.json"):
        value = parse(file.read_bytes())
        text = indented(value)
        assert canonical(parse(text)) == canonical(value)
    assert indented(parse('{"b":[],"a":{},"c":[1.50,{"d":"é"}]}')) == (
        '{\n  "b": [],\n  "a": {},\n  "c": [\n    1.50,\n    {\n      "d": "é"\n    }\n  ]\n}'
    )


def _paths(value: Any, path: str) -> list[tuple[str, Any]]:
    found = [(path, value)]
    for name, inner in value.items() if isinstance(value, dict) else ():
        found += _paths(inner, f"{path}.{name}")
    for at, inner in enumerate(value if isinstance(value, list) else ()):
        found += _paths(inner, f"{path}[{at}]")
    return found


names = st.text(alphabet="abcé_", min_size=1, max_size=4)
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)


@given(st.dictionaries(names, values, max_size=4))
def test_any_value_is_found_again_line_by_line(value: dict[str, Any]) -> None:
    text = indented(value)
    lines, content = lines_of(text, "R"), text.split("\n")
    for path, inner in _paths(value, "R"):
        line = content[lines[path] - 1]
        shown = canonical(inner) if not isinstance(inner, (dict, list)) or not inner else canonical(inner)[:1]
        assert shown in line
    assert set(lines) == {path for path, _ in _paths(value, "R")}
    assert json.loads(text) == value
