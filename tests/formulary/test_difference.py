"""Two protocols are compared by what they say, not by how their files are written."""

from __future__ import annotations

from dataclasses import replace

from chairside.formulary.difference import GROUPS, differences
from chairside.formulary.loader import load, parse, path_of

TEXT = path_of("infliximab_iv").read_text(encoding="utf-8")
BEFORE = load("infliximab_iv")


def after(old: str, new: str):
    assert old in TEXT
    return differences(BEFORE, parse(TEXT.replace(old, new, 1)))


def test_the_same_text_says_the_same() -> None:
    assert differences(BEFORE, parse(TEXT + "\n# a comment\n")) == ()


def test_items_in_another_order_say_the_same() -> None:
    assert differences(BEFORE, replace(BEFORE, requirements=BEFORE.requirements[::-1])) == ()


def test_a_changed_value_is_named_with_its_place_and_group() -> None:
    (one,) = after("amount: 3 mg/kg}", "amount: 4 mg/kg}")
    assert (one.kind, one.group, one.place) == ("changed", "dose", "regimens[ra].phases[induction].dose.amount")
    assert (one.old, one.new) == ("3 mg/kg", "4 mg/kg")


def test_what_is_added_and_what_is_removed() -> None:
    (added,) = after("fresh_days: 365\n  missing: review", "fresh_days: 365\n  lead_days: 3\n  missing: review")
    assert (added.kind, added.group, added.place) == ("added", "gates", "requirements[tb_yearly].lead_days")
    (removed,) = after("  fresh_days: 365\n  missing: review", "  missing: review")
    assert (removed.kind, removed.old) == ("removed", "365")


def test_a_billing_code_is_of_the_codes_and_a_step_of_the_rates() -> None:
    assert {one.group for one in after("code: Q5104", "code: Q5105")} == {"codes"}
    (step,) = after("{rate: 20 mL/h, minutes: 15}", "{rate: 20 mL/h, minutes: 20}")
    assert (step.group, step.place) == ("rates", "ladders[practice_first].steps[20 mL/h].minutes")


def test_an_item_that_is_gone_is_removed_value_by_value() -> None:
    found = differences(BEFORE, replace(BEFORE, questions=BEFORE.questions[1:]))
    assert {one.kind for one in found} == {"removed"}
    assert all(one.place.startswith("questions[active_infection].") for one in found)


def test_groups_stand_in_one_order() -> None:
    text = TEXT.replace("code: Q5104", "code: Q5105", 1).replace("amount: 3 mg/kg}", "amount: 4 mg/kg}", 1)
    groups = [one.group for one in differences(BEFORE, parse(text))]
    assert groups == sorted(groups, key=list(dict.fromkeys(GROUPS.values())).index)
