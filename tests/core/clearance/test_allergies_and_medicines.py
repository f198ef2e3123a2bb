"""An allergy that is recognised, and a second drug of the same kind (H-028, H-029)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.naming import names, names_nothing_else
from chairside.core.protocols.schema.safety import Interaction
from chairside.core.protocols.schema.terms import Layer, Severity
from tests.core.clearance.small import EMPTY, clear, fact, words
from tests.core.clearance.test_evaluate import ANSWERED, IRON_ANSWERS, IRON_LABS, SCREENED, held, infliximab, iron, item
from tests.core.plans.cast import DAY, INFLIXIMAB, MARISOL, codes


def allergy(code: str, value=None, status: str = "active") -> Fact:
    return Fact(FactKind.ALLERGY, code, DAY - timedelta(days=900), value, status=status, id="allergy")


def medicine(code: str, status: str = "active") -> Fact:
    return Fact(FactKind.MEDICATION, code, DAY - timedelta(days=20), status=status, id=f"m-{code}")


def with_infliximab(*facts: Fact):
    return infliximab([*SCREENED, *ANSWERED, *facts])


def with_iron(*facts: Fact):
    return iron([*IRON_LABS, *IRON_ANSWERS, *facts])


@pytest.mark.parametrize(
    "name", ["iron", "IV iron", "IV-iron", "parenteral iron", "Iron infusion", "iron infusions", "Venofer"]
)
def test_an_allergy_to_iron_in_plain_words_is_for_review(name):
    decision = with_iron(allergy(name))
    assert (decision.outcome, held(decision)) == (Outcome.REVIEW, {"any_iv_iron"})


@pytest.mark.parametrize("name", ["Ferinject", "ferric-carboxymaltose", "Injectafer 750 mg"])
def test_another_name_of_the_same_iron_is_held(name):
    assert "ferric_carboxymaltose" in held(with_iron(allergy(name, Decimal(4))))
    assert with_iron(allergy(name, Decimal(4))).outcome is Outcome.REFUSED


@pytest.mark.parametrize("name", ["Zymfentra", "Ixifi", "mouse proteins", "murine proteins", "Infliximab-DYYB"])
def test_another_name_of_infliximab_or_its_ingredient_is_held(name):
    assert with_infliximab(allergy(name, Decimal(3))).outcome is Outcome.REFUSED


def test_an_allergy_to_the_class_is_for_review():
    assert held(with_infliximab(allergy("anti-TNF"))) == {"other_tnf_blocker"}


def test_an_allergy_that_no_rule_knows_is_read_by_a_person():
    decision = with_infliximab(allergy("yeast"), allergy("Yeast"))
    assert (decision.outcome, held(decision)) == (Outcome.REVIEW, {"allergy_not_recognised"})
    assert len([found for found in decision.value.items if found.key == "allergy_not_recognised"]) == 1
    assert item(decision, "allergy_not_recognised").release == ("prescriber",)


@pytest.mark.parametrize(
    "name", ["penicillin", "Penicillins", "penicillin G", "latex", "penicillin, latex and cat dander", "peanuts"]
)
def test_an_allergy_that_the_protocol_calls_unrelated_is_told_and_holds_nothing(name):
    for decision in (with_infliximab(allergy(name, Decimal(4))), with_iron(allergy(name, Decimal(4)))):
        assert decision.outcome is Outcome.ALLOWED
        assert item(decision, "not_related").advice


@pytest.mark.parametrize(
    ("name", "key"), [("penicillin, iron", "any_iv_iron"), ("penicillin and yeast", "allergy_not_recognised")]
)
def test_an_unrelated_name_does_not_hide_another_one_beside_it(name, key):
    assert held(with_iron(allergy(name))) == {key}


@pytest.mark.parametrize("name", ["no_known_allergy", "No known allergies", "NKDA"])
def test_no_known_allergy_is_no_allergy(name):
    assert with_infliximab(allergy(name, "yes")).outcome is Outcome.ALLOWED


def test_no_known_allergy_except_one_is_read():
    assert held(with_infliximab(allergy("no known allergies except yeast"))) == {"allergy_not_recognised"}


@pytest.mark.parametrize("status", ["refuted", "entered_in_error", "entered-in-error", "inactive", "resolved"])
def test_an_allergy_that_is_over_is_not_told(status):
    assert with_infliximab(allergy("yeast", status=status)).outcome is Outcome.ALLOWED


# Medicines


@pytest.mark.parametrize("name", ["Humira", "Stelara", "adalimumab-atto", "HYRIMOZ pen", "rinvoq"])
def test_a_brand_is_the_medicine(name):
    decision = with_infliximab(medicine(name))
    assert (decision.outcome, codes(decision)) == (Outcome.REFUSED, ["duplicate_therapy"])


@pytest.mark.parametrize("status", ["", "unknown", "on-hold", "final", "intended"])
def test_a_medicine_of_which_nobody_said_whether_it_is_taken_is_for_review(status):
    decision = with_infliximab(medicine("adalimumab", status))
    assert (decision.outcome, held(decision)) == (Outcome.REVIEW, {"other_biologic"})


@pytest.mark.parametrize("status", ["stopped", "completed", "taken", "not-taken", "entered-in-error"])
def test_a_medicine_that_is_over_holds_nothing(status):
    assert with_infliximab(medicine("adalimumab", status)).outcome is Outcome.ALLOWED


def test_medicines_that_no_rule_judges_are_listed_and_hold_nothing():
    decision = with_infliximab(medicine("methotrexate"), medicine("prednisone", "unknown"), medicine("mesalamine", "stopped"))
    assert decision.outcome is Outcome.ALLOWED
    found = item(decision, "medicines_not_judged")
    assert (found.state, found.advice, found.evidence) == (State.DUE, True, ("m-methotrexate", "m-prednisone"))
    assert "methotrexate, prednisone" in found.message


def test_names_are_whole_words():
    assert names("iron  sucrose", ["iron sucrose"])
    assert not names("environment", ["iron"])
    assert not names("anything", [""])
    assert not names_nothing_else("", ["iron"])


@pytest.mark.parametrize(
    ("regimens", "expected"),
    [((), {"infliximab_or_ingredient"}), (("cd_uc_psa_pso",), {"infliximab_or_ingredient"}), (("ra",), set())],
)
def test_an_allergy_to_another_component_of_a_menu_is_not_about_this_one(regimens, expected):
    rules = [
        replace(rule, regimens=regimens) for rule in INFLIXIMAB.hypersensitivities if rule.key == "infliximab_or_ingredient"
    ]
    asked = {"indication": "K50.80", "dose_number": 1, "day": DAY, "patient": MARISOL, "regimen": "cd_uc_psa_pso"}
    protocol = replace(INFLIXIMAB, hypersensitivities=tuple(rules))
    decision = evaluate(protocol, facts=[*SCREENED, *ANSWERED, allergy("Remicade", Decimal(4))], **asked)
    assert held(decision) == expected


@pytest.mark.parametrize(("days_ago", "outcome"), [(0, Outcome.REFUSED), (1, Outcome.REVIEW), (2, Outcome.ALLOWED)])
def test_a_washout_of_one_day_is_24_hours_and_the_day_before_may_lie_within_them(days_ago, outcome):
    triptans = Interaction(
        "triptan", words("A triptan"), ("sumatriptan", "triptan"), Severity.HOLD, Layer.LABEL, washout_days=1
    )
    taken = fact("medication.Sumatriptan 50 mg", None, days_ago, "taken")
    decision = clear(replace(EMPTY, interactions=(triptans,)), [taken])
    assert decision.outcome is outcome
    if outcome is not Outcome.ALLOWED:
        assert {found.what for found in decision.value.held_by} == {"interaction"}
