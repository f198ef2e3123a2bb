"""`calc`: one sum of the trade, `{"op": …, "inputs": {…}}`, by the same rules that doses and rates are decided by."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from chairside.exchange.questions.envelope import envelope
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook
from chairside.exchange.questions.sums import Sum

# The sum, and the module that holds it.
_SUMS = {
    **dict.fromkeys(("bsa_mosteller", "bsa_dubois", "bsa_haycock", "ideal_adjusted_weight", "cockcroft_gault"), "bodies"),
    **dict.fromkeys(("weight_dose_and_vials", "least_waste_vials", "dose_round_to_vial", "weight_tier"), "amounts"),
    **dict.fromkeys(("calvert", "ganzoni", "factor_units", "percent_semantics", "ambulatory_pump"), "amounts"),
    **dict.fromkeys(("gravity_drops", "rate_ml_h"), "rates"),
    **dict.fromkeys(("titration", "titration_with_pause", "titration_across_bag_change"), "titrations"),
    **dict.fromkeys(("two_phase_rate", "min_infusion_time"), "titrations"),
    "dose_text": "texts",
}


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `calc` question. Raises InputProblem naming the field that cannot be used."""
    fields = Fields(question)
    op = fields.needed("op", fields.word("op", _SUMS))
    inputs = fields.needed("inputs", fields.part("inputs"))
    fields.close()
    sum_of: Callable[[Fields], Sum] = getattr(import_module(f"{__package__}.{_SUMS[op]}"), op)
    made = sum_of(inputs)
    inputs.close()
    return envelope(made.decision, made.value)
