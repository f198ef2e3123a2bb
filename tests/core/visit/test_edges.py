"""Edges at the chair: what each grade asks for, word for word, and what a visit plan carries over from its protocol."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.plan import LadderStep
from chairside.core.visit.reactions.emergency import EPINEPHRINE_IM, emergency_dose
from chairside.core.visit.reactions.reaction import act
from chairside.core.visit.reactions.site_scale import phlebitis
from chairside.core.visit.run.titration import titration_with_pause
from chairside.formulary.loader import load
from tests.core.visit.test_from_protocol import INFLIXIMAB, IRON, plan_for
from tests.core.visit.walk import q

_IRR = "infusion_related_reaction"


@pytest.mark.parametrize(
    ("grade", "term", "expected"),
    [
        (None, _IRR, ("pause", False, "when_resolved", False)),
        (0, _IRR, ("pause", False, "when_resolved", False)),
        (1, _IRR, ("slow", False, "continue", False)),
        (2, _IRR, ("pause", False, "when_resolved", False)),
        (3, _IRR, ("stop", False, "forbidden", False)),
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


@pytest.mark.parametrize("weight", ["0", "-1"])
def test_an_emergency_dose_for_no_weight_is_refused_and_says_which_field(weight):
    found = emergency_dose(EPINEPHRINE_IM, q(weight, "kg"))
    assert (found.outcome, found.value) == (Outcome.REFUSED, None)
    assert [(reason.code, reason.field) for reason in found.reasons] == [("out_of_range", "weight_kg")]
    assert emergency_dose(EPINEPHRINE_IM, q("0.1", "kg")).allowed


def test_a_cord_that_nobody_measured_is_asked_for_in_a_sentence():
    (reason,) = phlebitis({"cord": True}).reasons
    assert (reason.code, reason.field) == ("missing_fact", "cord_cm")
    assert reason.message.startswith("Measure the cord")


@pytest.mark.parametrize(
    ("volume", "minutes"),
    [("50", "30"), ("100", "60"), ("200", "90"), ("300", "120"), ("301", "120.3")],
)
def test_a_ladder_without_an_open_last_step_goes_on_at_its_last_rate(volume, minutes):
    steps = (LadderStep(q(100, "mL/h"), Decimal(60)), LadderStep(q(200, "mL/h"), Decimal(60)))
    assert total_minutes(steps, q(volume, "mL")) == Decimal(minutes)


@pytest.mark.parametrize("percent", [50, 100])
def test_a_titration_may_go_on_at_half_and_at_the_whole_rate_after_a_pause_and_never_faster(percent):
    numbers = [Decimal(number) for number in (500, 50, 50, 30, 400)]
    after = {"pause_at": Decimal(45), "pause": Decimal(20), "hold": Decimal(30)}
    assert titration_with_pause(*numbers, percent=Decimal(percent), **after)
    with pytest.raises(ValueError, match="faster"):
        titration_with_pause(*numbers, percent=Decimal(101), **after)
