"""Every number of the second reading stands in the protocol or is explained, and the doses of the protocol stand in it.

One file a therapy, beside this one. `explained` names a number that is in the reading and not in the protocol, or with
`only: file` one that is in the protocol and not in the reading. An explanation that explains nothing is a fault.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chairside.formulary.loader import known_ids, load
from tests.formulary.key_numbers.collecting import KINDS, Numbers, collect, read_as

HERE = Path(__file__).parent
READINGS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml"))}
KEYS = {"protocol", *KINDS, "not_billed", "explained"}


def listed(reading: Mapping[str, Any], kind: str) -> dict[str, object]:
    """The numbers of one kind in the reading, by their one spelling, as the reader wrote them."""
    stated = reading.get(kind) or []
    if kind == "codes" and stated:
        stated = [
            f"{code}: {unit}" for code, units in stated.items() for unit in (units if isinstance(units, list) else [units])
        ]
    return {read_as(kind, number): number for number in stated}


def explained(reading: Mapping[str, Any], kind: str, only: str) -> dict[str, object]:
    said = [item for item in reading.get("explained") or [] if item["kind"] == kind and item.get("only", "record") == only]
    return {read_as(kind, item["number"]): item["number"] for item in said}


def in_reading(number: str, stated: Mapping[str, object]) -> bool:
    """Whether a number of the protocol stands in the reading. A vial read with its volume stands for its strength too."""
    return number in stated or any(key.startswith(f"{number} in ") for key in stated)


def faults(kind: str, reading: Mapping[str, Any], numbers: Numbers) -> list[str]:
    """What does not agree between the reading and the protocol, for one kind."""
    stated = listed(reading, kind)
    missing = {number for number in stated if not numbers.holds(number)}
    extra = {number for number in numbers.demanded if not in_reading(number, stated)}
    for_missing, for_extra = explained(reading, kind, "record"), explained(reading, kind, "file")
    lines = [f"{kind}: {stated[number]} is not in the protocol" for number in missing - set(for_missing)]
    lines += [f"{kind}: {numbers.demanded[number]} is in the protocol only" for number in extra - set(for_extra)]
    lines += [f"{kind}: nothing to explain at {said}" for number, said in for_missing.items() if number not in missing]
    lines += [f"{kind}: nothing to explain at {said} (only: file)" for number, said in for_extra.items() if number not in extra]
    return sorted(lines)


@pytest.mark.parametrize("protocol_id", known_ids())
def test_the_numbers_are_those_of_the_second_reading(protocol_id):
    reading, numbers = READINGS[protocol_id], collect(load(protocol_id))
    assert [line for kind in KINDS for line in faults(kind, reading, numbers[kind])] == []


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_has_its_form(name):
    reading = READINGS[name]
    assert reading["protocol"] == name
    assert name in known_ids()
    assert set(reading) <= KEYS
    assert all(item["kind"] in KINDS for item in reading.get("explained") or [])
    assert all(item.get("only", "record") in ("record", "file") for item in reading.get("explained") or [])
    assert all(len(item["why"].split()) >= 4 for item in reading.get("explained") or [])


@pytest.mark.parametrize("name", READINGS)
def test_a_near_twin_of_a_billing_code_is_not_billed(name):
    billed = {code.code for product in load(name).products for code in product.billing}
    assert billed.isdisjoint(READINGS[name].get("not_billed") or [])
