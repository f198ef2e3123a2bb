"""Limits over time: an earlier dose that was not measured in the unit of the limit is said, never left out of the sum."""

from datetime import timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.dose import Cap, Flat, Per
from chairside.core.protocols.schema.terms import Layer
from tests.core.plans.cast import DAY, mg
from tests.core.plans.small import asked, ruled


@pytest.mark.parametrize(
    ("per", "hours", "days_ago"), [(Per.COURSE, None, 7), (Per.LIFETIME, None, 7), (Per.ROLLING, 48, 1), (Per.ROLLING, 48, 2)]
)
def test_an_earlier_dose_in_another_unit_cannot_be_added_up_and_refuses(per, hours, days_ago):
    made = ruled(Flat(mg(100)), caps=(Cap(mg(1000), per, Layer.LABEL, hours, source="label 2.1"),))
    earlier = DoseGiven("sample", 1, DAY - timedelta(days=days_ago), quantity(500, "[iU]"))
    decision = asked(made, 2, history=[earlier])
    assert decision.outcome is Outcome.REFUSED
    (reason,) = (reason for reason in decision.reasons if "added up" in reason.message)
    assert (reason.code, reason.field, reason.source) == ("mismatch", "history", "label 2.1")
