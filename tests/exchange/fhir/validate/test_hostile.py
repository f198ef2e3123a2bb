"""Whatever JSON comes, the validator answers: a list of issues with sentences, and never a failure of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.fhir.definitions import Element
from chairside.exchange.fhir.text import canonical
from chairside.exchange.fhir.validate import validate
from chairside.exchange.fhir.walk.fault import Check, Context
from chairside.exchange.fhir.walk.resource import Resources
from tests.exchange.fhir.validate.planted import PLANTED
from tests.exchange.fhir.validate.valid import VALID

_SCALARS = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
_NAMES = st.sampled_from(
    ("resourceType", "id", "coding", "system", "code", "reference", "url", "extension", "value", "start", "use")
)
_ANY = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=8
)
_RESOURCES = [*VALID.values(), *(planted.resource for planted in PLANTED)]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every list or object of a value with each of its keys."""
    found: list[tuple[Any, Any]] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += [(value, key), *places(item)]
    return found


@given(st.sampled_from(_RESOURCES), st.integers(min_value=0), _ANY)
def test_anything_at_any_place_is_answered(resource: dict[str, Any], at: int, junk: Any) -> None:
    broken = deepcopy(resource)
    holders = places(broken)
    holder, key = holders[at % len(holders)]
    holder[key] = junk
    before = canonical(broken)
    for issue in validate(broken, invariants=True, profiles="us-core-by-type"):
        assert issue.sentence
        assert issue.kind
    assert canonical(broken) == before


@given(_ANY)
def test_any_json_at_all_is_answered(junk: Any) -> None:
    validate(junk, {"a": "b"}, invariants=True, profiles="us-core")


class Watched(Resources):
    """Notes what other threads could take while a type is being made."""

    def __init__(self) -> None:
        super().__init__()
        self.offered: set[str] = set()

    def element(self, element: Element) -> Check:
        self.offered |= self._whole.keys()
        return super().element(element)


def test_no_other_thread_is_given_a_checker_that_is_half_made() -> None:
    checkers = Watched()
    checkers.object("Patient")
    assert checkers.offered == set()
    assert {"Patient", "Patient.contact", "HumanName", "Extension"} <= checkers._whole.keys()


def test_many_threads_that_begin_at_once_agree() -> None:
    for resource in VALID.values():
        checkers, together = Resources(), Barrier(4)
        with ThreadPoolExecutor(4) as threads:
            found = [threads.submit(_judged, checkers, resource, together) for _ in range(4)]
        assert [answer.result() for answer in found] == [None] * 4


def _judged(checkers: Resources, resource: dict[str, Any], together: Barrier) -> Any:
    together.wait()
    return checkers.resource(resource, Context({}))


@pytest.mark.parametrize("depth", [50, 400, 20_000])
def test_deep_nesting_is_answered(depth: int) -> None:
    item: dict[str, Any] = {"linkId": "x"}
    for _ in range(depth):
        item = {"linkId": "x", "item": [item]}
    issues = validate({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item]}, invariants=True)
    assert [issue.sentence for issue in issues] in ([], ["QuestionnaireResponse: it is nested too deeply to be judged."])
