"""Where another code or another payment stands for the dose, nothing is billed here, and a person is told."""

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.exchange.questions.table import ask
from tests.formulary.second_reading import DAY, RULES, fact

ADULT = {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "70"}


def dose(protocol: str, indication: str, *facts, **more):
    question = {"protocol": protocol, "indication": indication, "dose_number": 1, "date": DAY, "patient": ADULT}
    return ask("dose", {**question, "facts": list(facts), **more}, RULES)


@pytest.mark.parametrize(
    ("protocol", "indication", "brand", "gap"),
    [
        ("ferumoxytol", "D63.1", "Feraheme", fact("condition", "Z99.2", "present")),
        (
            "epoetin",
            "D63.1",
            "Retacrit",
            fact("answer", "dialysis", "yes", on=DAY),
        ),
    ],
)
def test_on_dialysis_the_usual_code_is_not_billed(protocol, indication, brand, gap):
    more = {"brand": brand, **({"order": {"dose": {"amount": "4000", "unit": "U"}}} if protocol == "epoetin" else {})}
    without, with_gap = (dose(protocol, indication, *facts, **more) for facts in ((), (gap,)))
    assert "billing" in without["value"]
    assert "billing" not in with_gap["value"]
    told = [reason for reason in with_gap["reasons"] if reason["code"] == "not_encoded"]
    assert [(reason["field"], reason["override"]) for reason in told] == [("billing", "pharmacist")]
    assert with_gap["outcome"] == Outcome.REVIEW.word


def test_a_preparation_left_to_the_pharmacist_is_said():
    order = {"order": {"dose": {"amount": "1000", "unit": "mg"}}}
    told = dose("vancomycin", "A41.02", fact("answer", "fluid_restricted", "yes", on=DAY), **order)
    assert "pharmacist" in {reason["override"] for reason in told["reasons"] if reason["code"] == "not_encoded"}


SLOW = {"max_rate": {"amount": "1", "unit": "mg/kg/min"}}


@pytest.mark.parametrize(("order", "outcome"), [({}, "refused"), (SLOW, "review")])
def test_a_rate_left_to_the_prescriber_is_for_review_once_the_order_says_it(order, outcome):
    patient = {"birth_date": "1950-05-01", "sex": "female", "weight_kg": "70", "height_cm": "165"}
    question = {
        "protocol": "ivig_gamunex_c",
        "indication": "D83.9",
        "date": DAY,
        "patient": patient,
        "dose": {"amount": "30", "unit": "g"},
        "volume_ml": "300",
        "infusion_number": 1,
    }
    assert ask("ladder", question | ({"order": order} if order else {}), RULES)["outcome"] == outcome
