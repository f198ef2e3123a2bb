"""A bag holds what is put into it."""

from dataclasses import replace

from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import OrderedDose
from chairside.core.protocols.schema.dose import Flat, Ordered
from chairside.core.protocols.schema.product import Dilution, Preparation
from tests.core.plans.cast import mg
from tests.core.plans.small import asked, brand, phase, protocol, regimen, vial


def bag(amount: int, **stated):
    """The bag of a dose of a drug of 10 mg/mL."""
    made = brand("Sample", vial(), concentration=quantity(10, "mg/mL"), preparation=Preparation(Dilution((), **stated)))
    return asked(protocol(regimen(phase(Flat(mg(amount)))), products=(made,))).value.supply.bag


def test_a_bag_that_the_drug_alone_would_overfill_is_passed_over():
    sizes = (quantity(100, "mL"), quantity(250, "mL"))
    assert bag(1000, bag_volumes=sizes) == quantity(100, "mL")
    assert bag(1010, bag_volumes=sizes) == quantity(250, "mL")
    assert bag(2510, bag_volumes=sizes) is None


def test_a_final_volume_smaller_than_the_drug_is_no_bag():
    assert bag(1000, final_volume=quantity(100, "mL")) == quantity(100, "mL")
    assert bag(1010, final_volume=quantity(100, "mL")) is None


def test_diluent_alone_may_be_less_than_the_drug():
    assert bag(1010, bag_volumes=(quantity(100, "mL"),), volume_is_total=False) == quantity(100, "mL")


def test_brands_alike_stay_alike_whoever_says_what_they_are():
    told = [
        brand(name, vial(source=source), concentration=quantity(10, "mg/mL"))
        for name, source in (("A", "label"), ("B", "page"))
    ]
    alike = protocol(regimen(phase(Flat(mg(150)))), products=tuple(told))
    assert asked(alike).value.supply.vials.count == 2
    other = replace(told[1], vials=(vial("60 mg"),))
    assert asked(replace(alike, products=(told[0], other))).value.supply.vials is None


def test_an_ordered_dose_by_surface_is_weighed_for_it():
    rule = Ordered(quantity(20, "mg/m2"), quantity(100, "mg/m2"))
    decided = asked(protocol(regimen(phase(rule))))
    assert "Height and weight" not in " ".join(reason.message for reason in decided.reasons)


def test_an_amount_ordered_by_surface_is_computed_where_the_range_is_in_amounts():
    rule = Ordered(mg(500), mg(1000))
    decided = asked(protocol(regimen(phase(rule))), order=OrderedDose(level=quantity(400, "mg/m2")))
    assert decided.allowed
    assert mg(700) < decided.value.amount < mg(750)  # 1.8 m2
