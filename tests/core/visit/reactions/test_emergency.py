"""The order's dose by weight, at most its maximum, in millilitres."""

from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.reactions.emergency import EPINEPHRINE_IM, emergency_dose


def test_an_adult_gets_the_maximum_and_no_more() -> None:
    found = emergency_dose(EPINEPHRINE_IM, quantity(72, "kg")).value
    assert found is not None
    assert (found.dose, found.volume, found.capped) == (quantity("0.5", "mg"), quantity("0.5", "mL"), True)


def test_a_child_gets_it_by_weight() -> None:
    found = emergency_dose(EPINEPHRINE_IM, quantity(20, "kg")).value
    assert found is not None
    assert (found.dose, found.volume, found.capped) == (quantity("0.2", "mg"), quantity("0.2", "mL"), False)


def test_without_a_weight_it_is_unknown_and_says_not_to_wait() -> None:
    answer = emergency_dose(EPINEPHRINE_IM, None)
    assert answer.outcome is Outcome.UNKNOWN
    assert "Do not wait" in answer.reasons[0].message


@given(st.decimals(min_value="0.5", max_value=300, places=1))
def test_the_dose_never_passes_the_maximum(weight: object) -> None:
    found = emergency_dose(EPINEPHRINE_IM, quantity(str(weight), "kg")).value
    assert found is not None
    assert found.dose <= EPINEPHRINE_IM.most
