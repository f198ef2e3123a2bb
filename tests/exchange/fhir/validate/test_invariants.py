"""FHIR's invariants: asked without noise and without harm, never passed as checked when they were not, the same natively."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from fhirpathpy.engine.invocations import invocation_registry
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.issue import Severity
from chairside.exchange.fhir.definitions import Invariant, definitions
from chairside.exchange.fhir.invariants.compare import after, more_than
from chairside.exchange.fhir.invariants.fhirpath import Place, holds
from chairside.exchange.fhir.invariants.judge import ask, asked
from chairside.exchange.fhir.invariants.native import NATIVE, is_native, rows
from chairside.exchange.fhir.text import canonical, parse
from chairside.exchange.fhir.validate import validate
from tests.exchange.fhir.validate.cast import BUNDLE, ORDER, QUESTIONNAIRE
from tests.exchange.fhir.validate.planted import PLANTED
from tests.exchange.fhir.validate.valid import VALID

# Where ours answers and HL7's expression has none: dates of different precision, a reference that would have to be fetched.
_DIFFERENT = frozenset(("per-1", "ctm-1", "mdd-1", "inv-1", "rng-2", "que-7"))

_PATHS = [
    path for shape in definitions().types for path in (shape, *(f"{shape}.{name}" for name in definitions().types[shape]))
]


def test_asking_prints_nothing_and_harms_no_decimal(capsys: pytest.CaptureFixture[str]) -> None:
    dose = {"doseAndRate": [{"doseQuantity": {"value": parse("85.00"), "unit": "mg"}}]}
    resource = ORDER | {"dosageInstruction": [dose]}
    before = canonical(resource)
    assert validate(resource, invariants=True) == []
    assert validate(QUESTIONNAIRE, invariants=True) == []  # que-1 traces
    assert canonical(resource) == before
    assert '"value":85.00' in before
    assert capsys.readouterr() == ("", "")


def test_what_could_not_be_judged_is_a_warning_and_never_a_pass() -> None:
    (fault,) = ask(Invariant("x-1", "conformsTo('http://x.example')", "It fits"), Place({}, "Patient", {}, {}), ".name")
    assert fault.severity is Severity.WARNING
    assert fault.mendable
    assert "x-1 could not be judged" in fault.sentence


def test_every_expression_of_r4_can_be_compiled_and_answered_by_something() -> None:
    unanswered = []
    for path in _PATHS:
        for invariant in asked(path):
            try:
                holds(invariant.expression, Place({}, path, {"resourceType": path}, {"resourceType": path}))
            except Exception as failure:
                unanswered.append((path, invariant.key, str(failure)))
    assert unanswered == []


def test_every_function_that_is_asked_for_is_known_to_the_library() -> None:
    expressions = [invariant.expression for path in _PATHS for invariant in asked(path)]
    assert len(expressions) > 100
    used = {
        name for expression in expressions for name in re.findall(r"\b([A-Za-z]+)\(", re.sub(r"'(\\.|[^'])*'", "", expression))
    }
    assert used - {"and", "or", "xor", "implies", "in"} <= {*invocation_registry, "hasValue"}


def test_invariants_are_asked_only_of_a_resource_that_is_otherwise_sound() -> None:
    issues = validate(BUNDLE | {"total": 1, "colour": "red"}, invariants=True)
    assert [issue.path for issue in issues] == ["Bundle.colour"]


def test_every_native_invariant_is_one_of_hl7s_and_is_planted() -> None:
    for shape, key in NATIVE:
        own = [found.key for path in (shape, *_elements(shape)) for found in definitions().invariants(path)]
        assert key in own or key == "ext-1"
    planted = {found.name for found in PLANTED if found.group == "invariant"}
    assert {"ext-1", "qty-3", "per-1", "ref-1", "dom-2", "dom-3", "ait-1", "con-4", "obs-6", "obs-7"} <= planted


def _elements(shape: str) -> Iterator[str]:
    yield from (f"{shape}.{name}" for name in definitions().types[shape])


@pytest.mark.parametrize("resource", [*VALID.values(), *(found.resource for found in PLANTED if found.group == "invariant")])
def test_native_and_fhirpath_agree(resource: dict[str, Any]) -> None:
    for kind, value in _objects(resource, resource["resourceType"]):
        expressions = {found.key: found.expression for found in definitions().invariants(kind)}
        for key, broken, _ in rows(kind):
            if key in expressions and key not in _DIFFERENT:
                place = Place(value, kind, resource, resource)
                assert broken(value) is not holds(expressions[key], place), (kind, key)


def _objects(value: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield kind, value
    elements = definitions().shape(kind).elements
    for name, content in value.items():
        element = elements.get(name)
        for item in content if isinstance(content, list) else [content]:
            if element is not None and isinstance(item, dict) and not element.primitive:
                yield from _objects(item, item["resourceType"] if element.type == "Resource" else element.type)


def test_a_native_invariant_is_not_asked_again() -> None:
    assert is_native("Observation", "obs-6")
    assert "obs-6" not in [found.key for found in asked("Observation")]
    assert "bdl-1" in [found.key for found in asked("Bundle")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2026-11-12", "2026-11-11", True),
        ("2026-11-12", "2026-11-12", False),
        ("2026-12", "2026-11-30", True),
        ("2026-11", "2026-11-01", False),
        ("2027", "2026-12-31T23:59:59Z", True),
        ("2026-11-12T10:00:01Z", "2026-11-12T10:00:00Z", True),
        ("2026-11-12T10:00:00+02:00", "2026-11-12T09:00:00Z", False),
        ("2026-11-12T10:00:00Z", "2026-11-11", False),
        ("2026-11-12T15:00:00Z", "2026-11-11", True),
        ("2026-11-14T10:00:00Z", "2026-11-11", True),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", False),
        (None, "2026", False),
        ("2026", 5, False),
    ],
)
def test_later_is_said_only_when_it_is_certain(first: Any, second: Any, expected: bool) -> None:
    assert after(first, second) is expected


@given(st.datetimes(), st.datetimes())
def test_of_two_moments_at_most_one_is_later(one: Any, other: Any) -> None:
    first, second = f"{one.isoformat(timespec='seconds')}Z", f"{other.isoformat(timespec='seconds')}Z"
    assert after(first, second) == (first > second)
    assert not (after(first[:10], second) and after(second, first[:10]))


@given(st.decimals(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False))
def test_quantities_are_compared_within_one_unit(low: Decimal, high: Decimal) -> None:
    assert more_than({"value": low, "code": "kg"}, {"value": high, "code": "kg"}) == (low > high)
    assert not more_than({"value": low, "code": "kg"}, {"value": high, "code": "g"})
