"""A typical adult, and a child where the label has children: every therapy answers, with no zero and no absurd hours."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chairside.formulary.loader import known_ids, load
from tests.formulary.typical import ADULT, CHILD, Asked, asked

# Where an order or a lot must say what nobody can guess: there is no amount without it.
WITHOUT_AMOUNT = {"factor_viii"}
# Given in minutes or over hours: nothing that a chair gives takes longer.
LONGEST_RUN, LONGEST_VISIT = Decimal(480), 600


def sensible(one: Asked) -> None:
    value = one.dose["value"]
    doses = [value["dose"]] if "dose" in value else [item["value"]["dose"] for item in value.get("items", []) if item["value"]]
    assert doses or one.protocol.id in WITHOUT_AMOUNT, one.dose["reasons"]
    assert all(Decimal(dose["amount"]) > 0 for dose in doses)
    if one.run:
        assert one.minutes or one.run["outcome"] in ("unknown", "refused"), one.run["reasons"]
        assert not one.minutes or 0 < Decimal(one.minutes) <= LONGEST_RUN
    assert one.chair is not None
    assert 20 < one.chair <= LONGEST_VISIT
    assert not one.minutes or one.chair > Decimal(one.minutes)
    assert one.clear["value"]["held_by"], "nothing was on record, and nothing was asked"


@pytest.mark.parametrize("protocol_id", known_ids())
def test_of_an_adult(protocol_id: str) -> None:
    one = asked(load(protocol_id), ADULT)
    assert one is not None
    sensible(one)


@pytest.mark.parametrize("protocol_id", known_ids())
def test_of_a_child(protocol_id: str) -> None:
    one = asked(load(protocol_id), CHILD)
    if one is None:
        return  # the label has no children: what is asked for one is tested of each (test_off_label, vectors)
    assert one.clear["value"]["held_by"]
    if one.dose["value"].get("dose"):
        sensible(one)
