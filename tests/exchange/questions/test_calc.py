"""`calc`: the sums of the trade through the question, and what cannot be used in them."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.cli.rulebook import FormularyOnDisk
from chairside.exchange.questions.table import ask
from chairside.exchange.questions.text import InputProblem

RULEBOOK = FormularyOnDisk(None)
TABLE = [
    {"from": "1.2", "to": "3", "reduce_by_percent": "50"},
    {"from": "3.1", "to": "5", "reduce_by_percent": "75"},
    {"above": "5", "action": "do not give"},
]


def calc(op: str, **inputs: Any) -> dict[str, Any]:
    return ask("calc", {"op": op, "inputs": inputs}, RULEBOOK)


def test_a_carboplatin_dose_below_the_cap_is_not_capped() -> None:
    assert calc("calvert", auc="5", gfr_ml_min="80", gfr_cap="125")["value"] == {"dose_mg": "525", "cap_applied": False}


def test_both_sides_of_the_cap() -> None:
    at, above = (calc("calvert", auc="6", gfr_ml_min=gfr, gfr_cap="125")["value"] for gfr in ("125", "125.1"))
    assert (at["dose_mg"], at["cap_applied"], above["dose_mg"], above["cap_applied"]) == ("900", False, "900", True)


def test_no_deficit_is_refused_and_never_a_negative_dose() -> None:
    answer = calc("ganzoni", weight_kg="70", target_hb_g_dl="15", actual_hb_g_dl="15.5", stores_mg="500")
    assert answer["outcome"] == "refused"
    assert answer["value"] == {}


def test_a_short_person_has_no_stated_ideal_weight() -> None:
    answer = calc("ideal_adjusted_weight", height_cm="150", weight_kg="60", sex="female")
    assert (answer["outcome"], answer["value"]) == ("unknown", {})


@pytest.mark.parametrize(
    ("bilirubin", "outcome", "value"),
    [
        ("1.1", "allowed", {"full_mg": "105", "dose_mg": "105"}),
        ("1.2", "allowed", {"full_mg": "105", "dose_mg": "52.5"}),
        ("3.1", "allowed", {"full_mg": "105", "dose_mg": "26.25"}),
        ("5", "allowed", {"full_mg": "105", "dose_mg": "26.25"}),
        ("5.1", "refused", {"full_mg": "105"}),
        ("3.05", "refused", {"full_mg": "105"}),
    ],
)
def test_a_table_of_reductions_takes_off_what_it_names_and_has_no_gap_to_fall_through(
    bilirubin: str, outcome: str, value: dict[str, str]
) -> None:
    answer = calc("percent_semantics", base_mg_m2="60", bsa_m2="1.75", bilirubin_mg_dl=bilirubin, table=TABLE)
    assert (answer["outcome"], answer["value"]) == (outcome, value)


def test_a_weight_between_two_tiers_is_refused() -> None:
    tiers = [{"below_kg": "60", "dose_mg": "500"}, {"from_kg": "61", "to_kg": "100", "dose_mg": "750"}]
    answer = calc("weight_tier", tiers=tiers, weights_kg=["59.9", "60.5"])
    assert answer["outcome"] == "refused"
    assert answer["value"]["dose_mg"] == ["500", None]


def test_a_daily_level_over_part_of_a_day_asks_which_total_is_meant() -> None:
    answer = calc("ambulatory_pump", mg_m2_per_day="1200", bsa_m2="1.82", hours="46")
    assert answer["outcome"] == "unknown"
    assert answer["value"]["conflict"] is True


def test_a_rate_by_weight_without_a_weight_is_unknown() -> None:
    assert calc("rate_ml_h", rate="1", rate_unit="mg/kg/min", concentration_mg_ml="100")["outcome"] == "unknown"


def test_a_rounding_beyond_its_percent_is_not_accepted() -> None:
    value = calc("dose_round_to_vial", dose_mg="630", vial_step_mg="100", limit_percent="4")["value"]
    assert (value["rounded_mg"], value["accepted"]) == ("600", False)


@pytest.mark.parametrize(
    ("op", "inputs", "says"),
    [
        ("bsa_mosteller", {"height_cm": "170"}, "inputs.weight_kg: is missing"),
        ("bsa_mosteller", {"height_cm": "170", "weight_kg": "0"}, "inputs.weight_kg"),
        ("bsa_mosteller", {"height_cm": "1,70", "weight_kg": "70"}, "inputs.height_cm"),
        ("bsa_mosteller", {"height_cm": "170", "weight_kg": "70", "wieght": "1"}, "inputs.wieght"),
        ("cockcroft_gault", {"age_y": "-1", "weight_kg": "62", "scr_mg_dl": "0.9", "sex": "female"}, "inputs.age_y"),
        ("rate_ml_h", {"rate": "1", "rate_unit": "mg/parsec", "concentration_mg_ml": "1"}, "inputs.rate_unit"),
        ("least_waste_vials", {"dose_mg": "630", "vial_mg": []}, "inputs.vial_mg"),
        ("least_waste_vials", {"dose_mg": "630", "vial_mg": ["0"]}, "inputs.vial_mg"),
        ("percent_semantics", {"base_mg_m2": "60", "bsa_m2": "1", "bilirubin_mg_dl": "1",
                               "table": [{"from": "1", "to": "2", "reduce_by_percent": "101"}]}, "table[0].reduce_by_percent"),
        ("titration", {"total_mg": "700", "start_mg_h": "500", "step_mg_h": "50", "every_min": "30", "max_mg_h": "400"},
         "inputs.start"),
        ("two_phase_rate", {"bag_ml": "500", "phases": [{"fraction_percent": "20", "minutes": "30"}]}, "inputs.phases"),
        ("no_such_sum", {}, "op"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(op: str, inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(InputProblem) as problem:
        calc(op, **inputs)
    assert says in str(problem.value)


def test_every_sum_is_there() -> None:
    from importlib import import_module

    from chairside.exchange.questions import calc as package

    for op, module in package._SUMS.items():
        assert callable(getattr(import_module(f"{package.__name__}.{module}"), op))
