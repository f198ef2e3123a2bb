"""Edges at the chair: what each grade asks for, word for word, and what a visit plan carries over from its protocol."""

import pytest

from chairside.core.visit.reaction import act
from chairside.formulary.loader import load
from tests.core.visit.test_from_protocol import INFLIXIMAB, IRON, plan_for

_IRR = "infusion_related_reaction"


@pytest.mark.parametrize(
    ("grade", "term", "expected"),
    [
        (None, _IRR, ("pause", False, "when_resolved", False)),
        (0, _IRR, ("pause", False, "when_resolved", False)),
        (1, _IRR, ("slow", False, "continue", False)),
        (2, _IRR, ("pause", False, "when_resolved", False)),
        (3, _IRR, ("stop", False, "forbidden", True)),
        (4, _IRR, ("stop", True, "forbidden", True)),
        (5, _IRR, ("stop", True, "forbidden", True)),
        (None, "anaphylaxis", ("stop", True, "forbidden", True)),
        (1, "anaphylaxis", ("stop", True, "forbidden", True)),
    ],
)
def test_what_each_grade_asks_for_without_a_rule_of_the_protocol(grade, term, expected):
    action = act(grade, term, ())
    assert (action.infusion, action.emergency, action.restart, action.blocked) == expected


@pytest.mark.parametrize("protocol", [INFLIXIMAB, IRON, load("vedolizumab_iv")], ids=lambda protocol: protocol.id)
def test_a_visit_plan_names_the_version_that_it_was_made_from(protocol):
    made = plan_for(protocol).value
    assert (made.protocol_id, made.protocol_version, made.protocol_sha256) == (protocol.id, protocol.version, protocol.sha256)
    product = protocol.products[0]
    assert made.drugs[0].products == (product.brand,)
    assert made.drugs[0].strengths == tuple(vial.strength for vial in product.vials)
    assert made.drugs[0].route == protocol.routes[0].value
    assert made.drugs[0].restarts == protocol.restarts
