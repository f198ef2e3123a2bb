"""Desensitization: bags that deliver the whole dose, one nurse, no step past its bag, an interruption that ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import State
from chairside.core.intake.order import judge_signing
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.protocols.desensitization import NEVER_AFTER, SCHEMES, Step, had_from
from chairside.core.visit import events as e
from chairside.core.visit.desensitization import in_bags, ordered
from chairside.core.visit.infusion import amount_given
from chairside.core.visit.ladder import position
from chairside.core.visit.next_action import next_action
from chairside.formulary.loader import load
from tests.core.intake.test_order import CONTENT
from tests.core.visit.plans_of_ways import PUSH, plan
from tests.core.visit.robot import Robot
from tests.core.visit.walk import A_DRUG, AMY, DRUG, q

KEY = "three_bags_twelve_steps"
BARRED = replace(A_DRUG, dose_per=None, barred="Anaphylaxis to this drug is on record.")


def made():
    decision = ordered(BARRED, KEY, ())
    assert decision.allowed
    return decision.value


def fields(walk: Robot, command: e.Payload) -> list[str]:
    return [reason.field for reason in walk.ask(command, AMY).reasons]


def test_the_bags_deliver_the_whole_dose_and_hold_more():
    drug = made()
    assert [str(bag.dose) for bag in drug.bags[:2]] == ["4 mg", "40 mg"]
    taken = [Decimal("9.25"), Decimal("18.75"), Decimal(250)]  # mL that the steps take: counted by hand
    delivered = sum(bag.dose.amount * part / 250 for bag, part in zip(drug.bags, taken, strict=True))
    assert delivered == 400
    assert str(drug.volume) == "278 mL"
    assert str(drug.prepared_volume) == "750 mL"
    assert drug.prepared_dose.amount > 400


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_every_scheme_comes_to_the_whole_dose(scheme):
    assert in_bags(BARRED, scheme).allowed


def test_a_scheme_that_does_not_come_to_the_dose_is_refused():
    scheme = SCHEMES[KEY]
    short = replace(scheme, pouches=(*scheme.pouches[:2], replace(scheme.pouches[2], part=Decimal("0.9"))))
    assert [reason.code for reason in in_bags(BARRED, short).reasons] == ["mismatch"]
    empty = replace(scheme, steps=(Step(1, q(2000, "mL/h"), Decimal(15)), *scheme.steps[1:]))
    assert [reason.code for reason in in_bags(BARRED, empty).reasons] == ["out_of_range"]
    mixed = replace(scheme, steps=(scheme.steps[4], *scheme.steps[:4], *scheme.steps[5:]))
    assert [reason.code for reason in in_bags(BARRED, mixed).reasons] == ["out_of_range"]
    endless = replace(scheme, steps=(replace(scheme.steps[0], minutes=None), *scheme.steps[1:]))
    assert [reason.code for reason in in_bags(BARRED, endless).reasons] == ["out_of_range"]
    assert [reason.code for reason in in_bags(PUSH, scheme).reasons] == ["wrong_route"]


def test_only_an_order_that_names_the_scheme_lifts_what_bars_the_drug():
    assert made().barred == ""
    barred = Robot(plan(BARRED))
    assert "drug" in [reason.field for reason in barred.ask(e.InfusionStarted(DRUG, barred.me, q(2, "mL/h"))).reasons]
    assert [reason.code for reason in ordered(BARRED, "by ear", ()).reasons] == ["not_encoded"]


@pytest.mark.parametrize("had", NEVER_AFTER)
def test_never_after_a_reaction_that_steps_do_not_protect_from(had):
    decision = ordered(BARRED, KEY, (had,))
    assert decision.value is None
    assert [(reason.code, reason.override) for reason in decision.reasons] == [("contraindicated", "none")]


def ready() -> Robot:
    return Robot(plan(made())).play(until="infusion_started")


def test_it_starts_with_one_nurse_for_one_patient_and_the_kit_checked():
    walk = ready()
    start = e.InfusionStarted(DRUG, walk.me, q(2, "mL/h"), True, True)
    assert fields(walk, start) == ["start.one_to_one", "start.kit_checked"]
    assert fields(walk, replace(start, one_to_one=True, kit_checked=True)) == []
    assert fields(walk, replace(start, one_to_one=True, kit_checked=True, rate=q(5, "mL/h"))) == ["rate"]


def at_the_end_of_bag_1() -> Robot:
    walk = ready().do(e.InfusionStarted(DRUG, ready().me, q(2, "mL/h"), True, True, True, True))
    for rate in (5, 10, 20):
        walk.later(15).do(walk.vitals()).do(e.StepChanged(DRUG, q(rate, "mL/h")))
    return walk


def test_nothing_goes_up_by_itself_and_no_step_goes_past_its_bag():
    walk = at_the_end_of_bag_1().later(60).do(at_the_end_of_bag_1().vitals())
    region = walk.state.infusions[DRUG]
    assert str(region.rate) == "20 mL/h"
    assert position(walk.plan.drugs[0], region, walk.at).next is None
    (reason,) = walk.ask(e.StepChanged(DRUG, q(40, "mL/h"))).reasons
    assert "Change to bag 2 first" in reason.message
    assert next_action(walk.state, walk.plan, walk.at).title == "Testumab: hang bag 2, 5 mL/h"


def test_the_next_bag_hangs_in_order_after_its_time_with_fresh_vitals_at_its_first_rate():
    walk = at_the_end_of_bag_1().later(14)
    nine = q("9.25", "mL")
    hang = e.BagChanged(DRUG, walk.me, "Testra", ("L1",), q(5, "mL/h"), 2, nine)
    assert "step.hold" in fields(walk, hang)
    walk.later(1)
    assert fields(walk, hang) == ["vitals"]
    walk.do(walk.vitals())
    assert fields(walk, replace(hang, bag=3)) == ["bag.number"]
    assert fields(walk, replace(hang, bag=None)) == ["bag.number"]
    assert fields(walk, replace(hang, rate=q(20, "mL/h"))) == ["rate"]
    walk.do(hang)
    assert str(amount_given(walk.plan.drugs[0], walk.state.infusions[DRUG], walk.at)) == "0.148 mg"  # 4 mg / 250 mL x 9.25 mL
    again = e.BagChanged(DRUG, walk.me, "Testra", ("L1",), q(5, "mL/h"), 2, nine)
    assert fields(walk, again) == ["bag.number"]


def test_an_interruption_longer_than_the_scheme_allows_ends_tolerance():
    walk = at_the_end_of_bag_1().do(e.Paused(DRUG, "access lost", q(5, "mL")))
    resumed = e.Resumed(DRUG, q(20, "mL/h"), "new access", q(5, "mL"))
    walk.later(30)
    assert fields(walk, resumed) == []
    walk.later(1)
    (reason,) = walk.ask(resumed).reasons
    assert (reason.field, reason.override) == ("desensitization", "none")


def test_the_whole_dose_by_the_cards():
    walk = Robot(plan(made())).play()
    assert walk.state.signed_at is not None
    region = walk.state.infusions[DRUG]
    assert round(amount_given(walk.plan.drugs[0], region, region.stopped_at).amount, 3) == 400
    assert str(region.stopped.pump_volume + region.stopped.residual) == "750 mL"
    assert [item.entry.bag for item in region.bags] == [2, 3]


# --- the order that names it ---

DAY = date(2026, 11, 23)


def allergy(value: str, code: str = "carboplatin", grade: object = None) -> Fact:
    return Fact(FactKind.ALLERGY, code, date(2025, 3, 1), grade or value, note=value)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Stevens-Johnson syndrome", "sjs"),
        ("TEN on the trunk", "ten"),
        ("DRESS", "dress"),
        ("serum sickness, 10 days later", "serum_sickness"),
        ("acute liver injury", "organ_injury"),
    ],
)
def test_what_the_record_says_of_the_drug_is_read(said, key):
    protocol = load("carboplatin")
    assert had_from([allergy(said)], protocol) == (key,)
    assert had_from([allergy(said, code="penicillin")], protocol) == ()
    assert had_from([allergy("hives, ten minutes after the start; dress soaked")], protocol) == ()


def held(*facts: Fact, scheme: str) -> set[str]:
    cleared = evaluate(
        load("carboplatin"),
        indication="ovarian_cancer",
        dose_number=7,
        day=DAY,
        patient=Patient(date(1968, 1, 1), "female", q(165, "cm"), q(70, "kg")),
        facts=facts,
        desensitization=scheme,
    )
    assert cleared.value is not None
    return {item.key for item in cleared.value.items if item.what == "contraindication" and item.state is State.HELD}


def test_the_signed_order_opens_what_the_allergy_has_closed_and_nothing_else_does():
    immediate = allergy("anaphylaxis")
    assert held(immediate, scheme="")
    assert not held(immediate, scheme=KEY)
    assert held(immediate, scheme="by ear")
    assert held(allergy("DRESS"), scheme=KEY)


def test_the_scheme_is_part_of_what_is_signed_and_other_orders_keep_their_digest():
    named = replace(CONTENT, desensitization=KEY)
    assert "desensitization" not in CONTENT.text()
    assert named.digest() != CONTENT.digest()
    signed = {"draft": True, "newest": True, "missing": (), "findings": ()}
    assert not any(r.field == "order.desensitization" for r in judge_signing(named, seen=named.digest(), **signed).reasons)
    unknown = replace(CONTENT, desensitization="by ear")
    assert any(r.field == "order.desensitization" for r in judge_signing(unknown, seen=unknown.digest(), **signed).reasons)
