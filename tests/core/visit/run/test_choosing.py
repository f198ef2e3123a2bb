"""Which ladder: by number, tolerance, reaction, dose, route, regimen, conditions; the slowest unless named or ordered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.product import Preparation
from chairside.core.protocols.schema.safety import NotEncoded, Scope
from chairside.core.protocols.schema.terms import Infusions, Route
from tests.core.visit.therapies import PRACTICE, WORDS, codes, even, phase, q, regimen, run, stepped, therapy

HOUR = even("hour", 60)
EARNED = even("earned", 30, infusions=Infusions(2, after_tolerated=1))
AFTER = even("after", 90, infusions=Infusions(2, after_reaction=True))
NO_FACT = {"infusion_number": 3}


def ladder(decision):
    return decision.value.ladder


def test_the_slowest_is_taken_and_a_faster_one_by_name_or_by_an_order_that_it_fits():
    earned = therapy(HOUR, EARNED)
    tolerated = {"infusion_number": 2, "tolerated": True}
    assert ladder(run(earned, **tolerated)) == "hour"
    assert ladder(run(earned, wanted="earned", **tolerated)) == "earned"
    ordered = run(earned, minutes=Decimal(30), **tolerated)
    assert ordered.allowed
    assert (ladder(ordered), ordered.value.total_minutes) == ("earned", 30)
    assert ladder(run(earned, max_rate=q(400, "mL/h"), **tolerated)) == "earned"
    too_fast = run(earned, minutes=Decimal(29), **tolerated)
    assert too_fast.outcome is Outcome.REFUSED
    assert too_fast.reasons[0].limit == "30 min"


def test_what_was_not_tolerated_or_is_not_known_has_not_been_earned():
    earned = therapy(HOUR, EARNED)
    not_tolerated = run(earned, infusion_number=2, tolerated=False, minutes=Decimal(30))
    assert not_tolerated.outcome is Outcome.REFUSED
    assert ladder(not_tolerated) == "hour"
    quiet = run(earned, infusion_number=2)
    assert quiet.allowed
    assert "not on record" in quiet.working[0]
    asked = run(earned, infusion_number=2, minutes=Decimal(30))
    assert asked.outcome is Outcome.UNKNOWN  # it would be allowed if the first one was tolerated
    assert codes(run(earned, infusion_number=2, max_rate=q(400, "mL/h"))) == ["missing_fact"]
    assert codes(run(earned, infusion_number=2, wanted="earned")) == ["missing_fact"]
    assert codes(run(earned, infusion_number=2, tolerated=False, wanted="earned")) == ["rate_limit"]


@pytest.mark.parametrize(("number", "open_"), [(4, False), (5, True)])
def test_as_many_tolerated_infusions_as_the_ladder_asks_for(number, open_):
    after_four = therapy(HOUR, even("four", 20, infusions=Infusions(2, after_tolerated=4)))
    assert run(after_four, infusion_number=number, tolerated=True, minutes=Decimal(20)).allowed is open_


def test_after_a_reaction_the_ladder_for_it():
    stated = therapy(HOUR, EARNED, AFTER)
    assert ladder(run(stated, infusion_number=3, tolerated=False)) == "after"
    assert ladder(run(stated, infusion_number=3, tolerated=True)) == "hour"
    assert run(stated, infusion_number=3).outcome is Outcome.UNKNOWN
    faster_again = therapy(even("slow", 240), replace(AFTER, least_minutes=120))
    assert ladder(run(faster_again, infusion_number=3, tolerated=False)) == "after"


def test_where_every_later_ladder_must_be_earned_the_first_one_is_shown_for_a_person_to_judge():
    only = therapy(even("first", 60, infusions=Infusions(1, 1)), EARNED)
    assert ladder(run(only)) == "first"
    assert ladder(run(only, infusion_number=2, tolerated=True)) == "earned"
    again = run(only, infusion_number=2, tolerated=False)
    assert (again.outcome, ladder(again)) == (Outcome.REVIEW, "first")
    assert run(only, infusion_number=2, tolerated=False, minutes=Decimal(30)).outcome is Outcome.REFUSED
    assert run(only, infusion_number=2).outcome is Outcome.UNKNOWN


def test_a_dose_without_a_ladder_is_not_laid_to_a_reaction():
    by_dose = therapy(
        even("first", 240, infusions=Infusions(1, 1), dose_up_to=q(400, "mg")),
        even("later", 60, infusions=Infusions(2), dose_from=q(900, "mg")),
    )
    for tolerated in (True, None, False):
        decided = run(by_dose, infusion_number=3, tolerated=tolerated)
        assert (decided.value, decided.outcome, codes(decided)) == (None, Outcome.UNKNOWN, ["not_encoded"])


def test_a_slower_practice_is_kept_unless_a_person_judges_the_order():
    practice = therapy(HOUR, even("practice", 90, layer=PRACTICE))
    assert ladder(run(practice)) == "practice"
    ordered = run(practice, minutes=Decimal(60))
    assert (ordered.outcome, ladder(ordered)) == (Outcome.REVIEW, "hour")
    assert run(practice, minutes=Decimal(59)).outcome is Outcome.REFUSED


def test_a_practice_that_a_site_must_approve_needs_the_approval():
    fast = therapy(HOUR, even("fast", 30, layer=PRACTICE, needs_approval=True))
    approved = frozenset({"fast"})
    assert run(fast, minutes=Decimal(30)).outcome is Outcome.REFUSED
    assert run(fast, minutes=Decimal(30), approved=approved).allowed
    assert ladder(run(fast, approved=approved)) == "hour"
    assert run(fast, wanted="fast").outcome is Outcome.REFUSED
    assert run(fast, wanted="fast", approved=approved).allowed


def test_a_faster_practice_without_approval_never_loosens_the_label():
    assert run(therapy(HOUR, even("fast", 30, layer=PRACTICE)), minutes=Decimal(30)).outcome is Outcome.REFUSED


def test_where_only_a_practice_to_approve_is_stated_a_person_judges_until_it_is():
    only = therapy(even("fast", 30, layer=PRACTICE, needs_approval=True))
    assert run(only).outcome is Outcome.REVIEW
    assert run(only, approved=frozenset({"fast"})).allowed


def test_a_ladder_for_some_doses_counts_from_and_up_to_them():
    dosed = therapy(HOUR, even("large", 90, dose_from=q(400, "mg")), even("small", 120, dose_up_to=q("4.9", "mg/kg")))
    for amount, key in (("391", "small"), ("392", "small"), ("392.1", "hour"), ("399.9", "hour"), ("400", "large")):
        assert ladder(run(dosed, dose=q(amount, "mg"))) == key
    assert run(dosed, dose=q(300, "mg"), patient=Patient()).outcome is Outcome.UNKNOWN
    assert run(dosed, dose=q(300, "[iU]")).outcome is Outcome.UNKNOWN


def test_indication_regimen_phase_and_route_choose():
    scoped = therapy(
        HOUR,
        even("lupus", 90, indications=("lupus",)),
        even("weekly", 120, regimens=("weekly",)),
        even("second", 150, phases=("second",)),
        even("under_skin", 180, routes=(Route.SC,)),
        regimens=(regimen("usual", phase("first"), phase("second")), regimen("weekly", named_only=True)),
    )
    first = {"phase": "first"}
    assert ladder(run(scoped, **first)) == "hour"
    assert ladder(run(scoped, indication="M32.10", **first)) == "lupus"
    assert ladder(run(scoped, regimen="weekly")) == "weekly"
    assert ladder(run(scoped)) == "second"  # not named: it may be the slower one
    assert ladder(run(replace(scoped, routes=(Route.IV, Route.SC)), route=Route.SC, **first)) == "under_skin"


def test_the_route_of_the_phase_comes_before_that_of_the_therapy():
    under_skin = even("under_skin", 30, routes=(Route.SC,))
    phases = regimen("usual", phase("loading"), phase("later", route=Route.SC))
    both = therapy(even("into_vein", 60, routes=(Route.IV,)), under_skin, regimens=(phases,))
    assert ladder(run(both, phase="loading")) == "into_vein"
    assert ladder(run(both, phase="later")) == "under_skin"


def test_an_indication_that_is_not_known_may_be_the_slower_one():
    scoped = therapy(HOUR, even("lupus", 90, indications=("lupus",)))
    decision = run(scoped, indication="")
    assert (decision.outcome, ladder(decision)) == (Outcome.UNKNOWN, "lupus")
    assert run(therapy(HOUR, even("lupus", 30, indications=("lupus",))), indication="").allowed


def test_a_condition_that_may_hold_asks_for_its_fact_only_where_it_would_be_slower():
    low = Condition((Test("lab.egfr", Op.LT, Decimal(30), "mL/min"),))
    slow, fast = even("slow", 90, when=low), even("fast", 30, when=low)
    assert run(therapy(HOUR, slow)).outcome is Outcome.UNKNOWN
    assert run(therapy(HOUR, fast)).allowed
    for value, key in (("29", "slow"), ("30", "hour")):
        fact = Fact(FactKind.LAB, "egfr", date(2026, 11, 20), Decimal(value), "mL/min")
        assert ladder(run(therapy(HOUR, slow), facts=(fact,))) == key


def test_a_ladder_for_a_dose_by_weight_asks_for_the_weight_by_its_name():
    high = therapy(HOUR, even("long", 120, dose_from=q(5, "mg/kg")))
    assert ladder(run(high)) == "long"
    decision = run(high, patient=Patient(date(1980, 1, 1)))
    assert (decision.outcome, ladder(decision)) == (Outcome.UNKNOWN, "long")
    assert [reason.field for reason in decision.reasons] == ["patient.weight_kg"]


def test_of_two_ladders_of_one_length_the_known_one_is_taken_and_nothing_is_asked():
    low = Condition((Test("lab.egfr", Op.LT, Decimal(30), "mL/min"),))
    assert run(therapy(HOUR, even("low", 60, when=low))).allowed
    assert ladder(run(therapy(HOUR, even("low", 60, when=low)))) == "hour"
    assert run(therapy(HOUR, even("low", 61, when=low))).outcome is Outcome.UNKNOWN


def test_a_ladder_that_the_file_does_not_have_is_not_encoded_and_the_ones_it_has_are_named():
    (reason,) = run(therapy(HOUR, EARNED), wanted="nowhere").reasons
    assert (reason.code, reason.outcome, reason.field) == ("not_encoded", Outcome.REFUSED, "ladder")
    assert "nowhere" in reason.message
    assert reason.limit == "hour, earned"
    (unmet,) = run(therapy(HOUR, EARNED), wanted="earned").reasons
    assert (unmet.code, unmet.field, unmet.limit, unmet.source) == ("rate_limit", "ladder", "earned", "label")


def test_steps_for_another_bag_are_not_taken_and_refused_where_there_is_nothing_else():
    steps = stepped("steps", ("20 mL/h", 30), ("60 mL/h", None), bag=q(200, "mL"))
    assert ladder(run(therapy(HOUR, steps))) == "steps"
    assert ladder(run(therapy(HOUR, steps), volume=q(201, "mL"))) == "hour"
    alone = run(therapy(steps), volume=q(201, "mL"))
    assert codes(alone) == ["wrong_concentration"]
    assert alone.value is not None


def test_a_diluted_bag_is_not_pushed():
    push = stepped("push", ("100 mg/min", None), routes=(Route.IV_PUSH,))
    made = therapy(even("infusion", 15), push, routes=(Route.IV, Route.IV_PUSH))
    product = replace(made.products[0], concentration=q(50, "mg/mL"), preparation=Preparation(undiluted_push=True))
    pushed = replace(made, products=(product,))
    assert run(pushed, volume=q(8, "mL"), minutes=Decimal(4)).allowed
    assert run(pushed, volume=q(200, "mL"), minutes=Decimal(4)).outcome is Outcome.REFUSED


def test_what_the_file_says_that_it_does_not_say_is_refused():
    gap = NotEncoded("steps", Scope.LADDER, WORDS, ("hour",))
    assert codes(run(therapy(HOUR, not_encoded=(gap,)))) == ["not_encoded"]
    assert run(therapy(HOUR, not_encoded=(replace(gap, applies_to=("other",)),))).allowed
    assert run(therapy()).outcome is Outcome.UNKNOWN
