"""A plan of protocols given together: each item by its own protocol, in sequence, and what a cycle adds up to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.course_plan import plan_course
from chairside.core.plans.together.combined import plan_doses
from chairside.core.protocols.schema.dose import Flat
from chairside.core.protocols.schema.regimen import Cycles, Pump
from chairside.core.protocols.schema.visit import Plan, PlanItem
from tests.core.plans.cast import DAY, MARISOL, codes, mg
from tests.core.plans.small import brand, phase, protocol, regimen

CYCLES = Cycles((1,), 14)
STRONG = (brand(concentration=quantity(50, "mg/mL")),)


def named(key: str, *regimens, **more):
    return replace(protocol(*regimens, **more), id=key, tall_man=key.upper())


FIRST = named("first", regimen(phase(Flat(mg(150)), CYCLES)))
SECOND = named(
    "second",
    regimen(phase(Flat(mg(700)), CYCLES), key="push", named_only=True),
    regimen(phase(Flat(mg(4000)), CYCLES, pump=Pump(46, 12)), key="pump", named_only=True),
    products=STRONG,
)
PROTOCOLS = {"first": FIRST, "second": SECOND}
PLAN = replace(
    protocol(),
    plan=Plan(
        14,
        (
            PlanItem("pump", "second", "pump", (1, 2, 3), 3),
            PlanItem("first", "first", "main", (1,), 1),
            PlanItem("push", "second", "push", (1,), 2),
        ),
        cycles=12,
    ),
)


def asked(number: int = 1, protocols=PROTOCOLS, plan=PLAN, **more):
    return plan_doses(plan, protocols, indication="use", dose_number=number, day=DAY, patient=MARISOL, **more)


def test_items_come_in_their_sequence_each_with_its_own_dose():
    decision = asked()
    assert decision.outcome is Outcome.ALLOWED
    assert [(one.item.key, one.decision.value.amount) for one in decision.value.items] == [
        ("first", mg(150)),
        ("push", mg(700)),
        ("pump", mg(4000)),
    ]


def test_a_pump_over_days_is_one_dose_and_counts_once_in_the_cycle():
    decision = asked()
    pump = decision.value.items[2]
    assert pump.per_cycle == mg(4000)
    assert [(total.protocol, total.amount) for total in decision.value.per_cycle] == [("first", mg(150)), ("second", mg(4700))]
    assert "SECOND (pump): 4,000 mg a dose, 4,000 mg a cycle" in decision.working
    run = pump.decision.value.pump
    assert (run.hours, run.least_hours, round(run.rate.amount, 3)) == (46, 12, round(quantity("80", "mL").amount / 46, 3))


def test_items_of_one_protocol_share_its_history_in_their_order():
    before = DAY - timedelta(days=14)
    history = [DoseGiven("second", 1, before, mg(700)), DoseGiven("second", 2, before, mg(4000))]
    history.append(DoseGiven("first", 1, before, mg(150)))
    assert asked(2, history=history).outcome is Outcome.ALLOWED
    assert (asked(2).value.cycle, asked(2).value.day) == (2, 1)
    today = [replace(dose, on=DAY) for dose in history]
    assert codes(asked(history=today)) == ["mismatch", "mismatch", "mismatch"]


def test_the_strongest_item_decides_and_says_which_it_is():
    strict = named("first", regimen(phase(Flat(mg(150)), replace(CYCLES, cycles=1), doses=1)))
    decision = asked(2, {**PROTOCOLS, "first": strict})
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["course_complete"])
    assert decision.reasons[0].message.startswith("FIRST (first):")
    assert decision.reasons[0].field == "items.first.dose_number"


def test_an_item_that_is_not_encoded_is_refused_and_the_others_are_still_computed():
    decision = asked(protocols={"second": SECOND})
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["not_encoded"])
    assert decision.value.items[1].decision.value.amount == mg(700)


@pytest.mark.parametrize(("number", "code"), [(12, None), (13, "course_complete"), (0, "out_of_range")])
def test_the_plan_ends_with_its_cycles(number, code):
    assert codes(asked(number)) == ([code] if code else [])


def test_a_protocol_that_is_no_plan_says_so():
    assert codes(asked(plan=FIRST)) == ["not_encoded"]


def test_the_days_of_a_plan_are_counted_in_its_cycles():
    given = [DoseGiven(PLAN.id, 1, DAY - timedelta(days=10), mg(1))]
    decision = plan_course(PLAN, indication="use", as_of=DAY, patient=MARISOL, history=given, protocols=PROTOCOLS)
    assert decision.outcome is Outcome.ALLOWED
    assert (decision.value.next.number, (decision.value.next.target - DAY).days) == (2, 4)
    assert len(decision.value.doses) == 12
