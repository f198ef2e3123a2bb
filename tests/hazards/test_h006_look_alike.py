"""H-006 look-alike drug: what is in the bag is what carries out the order; nobody at the chair overrides another product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chairside.core.visit.values import LotDraw
from tests.core.visit.walk import PAT, Walk, bag, draws, q


@pytest.mark.parametrize("product", ["Testora", "testra ", "", "TestRA Hylecta"])
def test_another_product_is_refused_and_nobody_may_release_it(product):
    walk = Walk().cleared()
    other = replace(bag(walk.at), draws=(replace(draws()[0], product=product),))
    (reason,) = [reason for reason in walk.ask(other, PAT).reasons if reason.field == "preparation.product"]
    assert (reason.code, reason.override) == ("wrong_product", "none")


def test_one_right_vial_does_not_excuse_a_wrong_one():
    walk = Walk().cleared()
    mixed = (replace(draws()[0], vials=2, drawn=q(200, "mg")), LotDraw("Other", "L9", q(100, "mg"), 2, q(200, "mg")))
    assert "wrong_product" in [reason.code for reason in walk.ask(replace(bag(walk.at), draws=mixed), PAT).reasons]
