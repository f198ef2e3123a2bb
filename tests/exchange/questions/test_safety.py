"""`safety`: scores, grades and actions through the question."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.cli.rulebook import FormularyOnDisk
from chairside.core.visit import alerts, ladder
from chairside.core.visit.cards import protecting
from chairside.core.visit.reactions import grading, order_set, site, symptoms
from chairside.exchange.questions import safety as questions
from chairside.exchange.questions.table import ask
from chairside.exchange.questions.text import InputProblem

RULEBOOK = FormularyOnDisk(None)


def safety(op: str, **inputs: Any) -> dict[str, Any]:
    return ask("safety", {"op": op, "inputs": inputs}, RULEBOOK)


def test_a_grade_names_what_could_still_raise_it() -> None:
    value = safety("ctcae_grade", term="infusion_related_reaction", infusion_interrupted=True)["value"]
    assert value["grade"] == 2
    assert "recurred_after_improvement" in value["may_rise_by"]
    assert value["version"] == "CTCAE 5.0"


def test_signs_that_nobody_spoke_of_are_named_while_the_criteria_are_not_met() -> None:
    value = safety("anaphylaxis_criteria", skin_mucosal=True, sbp=118, baseline_sbp=124)["value"]
    assert value["meets"] is False
    assert set(value["unanswered"]) == {"respiratory", "severe_gut", "laryngeal", "bronchospasm", "likely_allergen"}


def test_without_a_rule_of_the_drug_the_fallback_table_decides() -> None:
    second = safety("reaction_action", term="infusion_related_reaction", grade=2, rate_ml_h="120")["value"]
    assert (second["infusion"], second["restart_rate_ml_h"]) == ("pause", "60")
    third = safety("reaction_action", term="infusion_related_reaction", grade=3, rate_ml_h="120")["value"]
    assert (third["infusion"], third["restart_today"]) == ("stop", "forbidden")
    assert "restart_rate_ml_h" not in third


@pytest.mark.parametrize(("term", "grade"), [("infusion_related_reaction", 4), ("anaphylaxis", 3)])
def test_a_life_threatening_reaction_calls_for_help_and_blocks_the_drug_whatever_its_rule_says(term: str, grade: int) -> None:
    value = safety("reaction_action", term=term, grade=grade, rate_ml_h="100", drug_rule={"restart_fraction": "0.5"})["value"]
    assert (value["infusion"], value["epinephrine_prompt"], value["emergency_services"]) == ("stop", True, True)
    assert (value["restart_today"], value["permanent_block"]) == ("forbidden", True)


def test_a_reaction_that_came_back_does_not_start_again() -> None:
    value = safety("reaction_action", term="infusion_related_reaction", grade=2, rate_ml_h="120", count_this_visit=2)["value"]
    assert value.get("restart_today") == "forbidden"
    assert "restart_rate_ml_h" not in value


def test_a_rate_that_was_not_stated_leaves_the_restart_open_without_a_rate() -> None:
    value = safety("reaction_action", term="infusion_related_reaction", grade=2)["value"]
    assert value["restart_today"] == "allowed_when_resolved"
    assert "restart_rate_ml_h" not in value


def test_an_epinephrine_dose_without_a_weight_is_unknown_and_says_not_to_wait() -> None:
    answer = safety("epinephrine_im")
    assert answer["outcome"] == "unknown"
    assert "Do not wait" in answer["reasons"][0]["message"]


@pytest.mark.parametrize(
    ("op", "inputs", "says"),
    [
        ("news2", {"rr": "sixteen"}, "inputs.rr"),
        ("news2", {"acvpu": "X"}, "inputs.acvpu"),
        ("ctcae_grade", {"term": "sadness"}, "inputs.term"),
        ("ctcae_grade", {"term": "chills", "whole_body_tremor": "yes"}, "inputs.whole_body_tremor"),
        ("reaction_action", {"term": "x", "grade": 6}, "inputs.grade"),
        ("reaction_action", {"term": "x", "grade": 2, "drug_rule": {"restart_fraction": "1.5"}}, "drug_rule.restart_fraction"),
        ("reaction_action", {"term": "x", "grade": 2, "drug_rule": {"permanent_discontinue_grades": ["three"]}}, "drug_rule"),
        ("epinephrine_im", {"weight_kg": "-4"}, "inputs.weight_kg"),
        ("infiltration_grade", {"edema_cm": "-1"}, "inputs.edema_cm"),
    ],
)
def test_what_cannot_be_used_is_named(op: str, inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(InputProblem) as problem:
        safety(op, **inputs)
    assert says in str(problem.value)


def test_the_vectors_ask_the_very_functions_that_the_screens_ask() -> None:
    assert questions.score is alerts.news2
    assert questions.ctcae.grade is grading.ctcae.grade
    assert questions.criteria is symptoms.anaphylaxis
    assert (questions.act, questions.restart) == (protecting.reactions.act, ladder.restart)
    assert (questions.emergency_dose, questions.EPINEPHRINE_IM) == (order_set.emergency_dose, order_set.EPINEPHRINE_IM)
    assert questions.site_scale.infiltration is site.site_scale.infiltration
