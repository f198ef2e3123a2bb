"""Planning a visit again: what must be done again, told by what differs."""

from __future__ import annotations

from dataclasses import replace

from chairside.core.visit.plan import Premedication
from chairside.core.visit.replanning import check_again, differences, prepare_again
from tests.core.visit.test_from_protocol import plan_for
from tests.core.visit.walk import q


def test_another_dose_or_volume_asks_for_another_bag():
    old = plan_for().value
    drug = old.drugs[0]
    for change in ({"dose": q(450, "mg")}, {"volume": q(500, "mL")}, {"products": ("Other",)}):
        new = replace(old, drugs=(replace(drug, **change),))
        assert prepare_again(old, new) == (drug.key,)
        assert check_again(old, new) == ()
        assert len(differences(old, new)) == 1


def test_another_weight_or_ladder_keeps_the_bag_and_asks_for_another_check():
    old = plan_for().value
    drug = old.drugs[0]
    for new in (
        replace(old, dosing_weight=q(90, "kg")),
        replace(old, surface=q("1.9", "m2")),
        replace(old, drugs=(replace(drug, ladder=drug.ladder[:-1]),)),
    ):
        assert prepare_again(old, new) == ()
        assert check_again(old, new) == (drug.key,)
        assert len(differences(old, new)) == 1


def test_a_premedication_more_undoes_nothing():
    old = plan_for().value
    new = replace(old, premedications=(Premedication("a", "a", q(1, "mg"), "oral"),))
    assert (prepare_again(old, new), check_again(old, new)) == ((), ())
    assert differences(old, new) == ("premedications: none becomes a 1 mg oral",)
    assert differences(old, old) == ("the order behind it",)
