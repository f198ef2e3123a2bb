"""The independent double check: two people, two log-ins, each alone, and an answer that tells only where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.access import Role
from chairside.core.visit import events as e
from chairside.core.visit.values import Identifiers
from tests.core.visit.walk import AMY, BEN, DESK, DRUG, ME, PAT, Walk, bag, check, person, q


@pytest.fixture
def prepared():
    walk = Walk().cleared()
    return walk.do(bag(walk.at), PAT)


def use_by(walk):
    return walk.at + timedelta(hours=6)


def codes(decision):
    return {reason.code for reason in decision.reasons}


def compared(walk):
    return walk.state.infusions[DRUG].compared


def test_two_people_who_agree_let_the_drug_start(prepared):
    prepared.do(check(use_by(prepared)), AMY).do(check(use_by(prepared)), PAT)
    assert compared(prepared).agrees
    assert prepared.state.infusions[DRUG].stage == "verified"


def test_the_same_person_cannot_be_both(prepared):
    prepared.do(check(use_by(prepared)), AMY)
    again = prepared.ask(check(use_by(prepared)), replace(AMY, session="another log-in"))
    assert codes(again) == {"not_independent"}
    assert again.reasons[0].override == "none"


def test_the_same_log_in_cannot_be_both(prepared):
    prepared.do(check(use_by(prepared)), AMY)
    assert codes(prepared.ask(check(use_by(prepared)), replace(BEN, session=AMY.session))) == {"not_independent"}


def test_a_person_without_a_known_log_in_cannot_check(prepared):
    assert codes(prepared.ask(check(use_by(prepared)), replace(BEN, session=""))) == {"missing_fact"}


def test_who_may_check_is_site_policy(prepared):
    assert "not_permitted" in codes(prepared.ask(check(use_by(prepared)), DESK))
    policy = replace(prepared.plan.policy, second_verifiers=frozenset({Role.PHARMACIST}))
    prepared.plan = replace(prepared.plan, policy=policy)
    prepared.do(check(use_by(prepared)), AMY)
    refusal = prepared.ask(check(use_by(prepared)), BEN)
    assert [(reason.code, reason.message) for reason in refusal.reasons] == [
        ("not_permitted", "One of the two must be: pharmacist.")
    ]
    assert prepared.ask(check(use_by(prepared)), PAT).allowed


def test_nothing_can_be_checked_before_there_is_a_preparation():
    walk = Walk().cleared()
    assert "wrong_state" in codes(walk.ask(check(use_by(walk)), AMY))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("dose", q(40, "mg")),
        ("dose", q(400, "mL")),
        ("weight", q(81, "kg")),
        ("rate", q(40, "mL/h")),
        ("volume", q(100, "mL")),
        ("pump_rate", q(200, "mL/h")),
        ("pump_volume", q(25, "mL")),
        ("route", "im"),
        ("lots", ("L2",)),
        ("lots", ("L1", "L1")),
        ("product", "Other"),
    ],
)
@pytest.mark.parametrize("who", ["first", "second"])
def test_one_wrong_entry_shows_where_and_never_what(prepared, field, wrong, who):
    bad, good = check(use_by(prepared), **{field: wrong}), check(use_by(prepared))
    first, second = (bad, good) if who == "first" else (good, bad)
    prepared.do(first, AMY).do(second, BEN)
    assert compared(prepared).differs == (field,)
    decision = prepared.ask(prepared.start())
    text = " ".join(reason.message for reason in decision.reasons if reason.field == "check")
    assert "does not agree" in text
    assert str(getattr(wrong, "amount", wrong)) not in text
    assert ("second_check_mismatch", second_event(prepared)) in prepared.state.incidents


def test_pounds_typed_for_kilograms_show_in_the_weight_and_in_the_dose_that_follows_from_it(prepared):
    prepared.do(check(use_by(prepared)), AMY).do(check(use_by(prepared), weight=q(80, "[lb_av]")), BEN)
    assert compared(prepared).differs == ("weight", "dose")


def second_event(walk):
    return [event for event in walk.log if event.kind == "check_entered"][-1].id


def test_two_people_who_make_the_same_mistake_are_found_out_too(prepared):
    wrong = check(use_by(prepared), dose=q(4000, "mg"))
    prepared.do(wrong, AMY).do(wrong, BEN)
    assert compared(prepared).differs == ("dose",)


def test_another_patient_is_a_mismatch(prepared):
    other = Identifiers("Lucia Fernandez Ortiz", ME.born.replace(year=1980))
    prepared.do(check(use_by(prepared)), AMY).do(check(use_by(prepared), identifiers=other), BEN)
    assert compared(prepared).differs == ("patient",)


def test_another_use_by_time_is_a_mismatch(prepared):
    prepared.do(check(use_by(prepared)), AMY).do(check(use_by(prepared) + timedelta(minutes=1)), BEN)
    assert compared(prepared).differs == ("use_by",)


def test_for_a_flat_dose_the_two_weights_must_still_agree(prepared):
    flat = replace(prepared.plan.drugs[0], dose_per=None)
    prepared.plan = replace(prepared.plan, dosing_weight=None, drugs=(flat,))
    prepared.do(check(use_by(prepared), weight=q(80, "kg")), AMY).do(check(use_by(prepared), weight=q(90, "kg")), BEN)
    assert compared(prepared).differs == ("weight",)


def test_after_a_mismatch_both_enter_again(prepared):
    prepared.do(check(use_by(prepared), dose=q(40, "mg")), AMY).do(check(use_by(prepared)), BEN)
    prepared.do(check(use_by(prepared)), BEN)
    assert compared(prepared) is None
    assert codes(prepared.ask(check(use_by(prepared)), BEN)) == {"not_independent"}
    prepared.do(check(use_by(prepared)), AMY)
    assert compared(prepared).agrees


def test_a_new_bag_needs_a_new_check(prepared):
    prepared.do(check(use_by(prepared)), AMY).do(check(use_by(prepared)), BEN)
    prepared.do(bag(prepared.at), PAT)
    assert compared(prepared) is None
    assert prepared.state.infusions[DRUG].stage == "prepared"


def test_only_the_system_writes_a_comparison(prepared):
    made_up = e.CheckCompared(DRUG, "a", "b", True)
    assert codes(prepared.ask(made_up, person("eve", Role.NURSE))) == {"not_permitted"}
