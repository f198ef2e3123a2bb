"""What is ordered beside a therapy is not taken for it; ordered alone, it is the therapy."""

from __future__ import annotations

import pytest

from chairside.formulary.codes import RXNORM, Codes
from tests.formulary.test_codes import order

CODES = Codes()


@pytest.mark.parametrize(
    ("texts", "diagnosis", "found"),
    [
        (("ocrelizumab 300 mg", "diphenhydramine 25 mg", "methylprednisolone 100 mg"), "G35.A", ("ocrelizumab_iv",)),
        (("carboplatin AUC 5 in 250 mL sodium chloride 0.9%",), "C34.1", ("carboplatin",)),
        (("carboplatin 450 mg", "ondansetron 16 mg", "dexamethasone 12 mg in 50 mL dextrose 5%"), "C34.1", ("carboplatin",)),
        (("ondansetron 8 mg",), "R11.2", ("ondansetron",)),
        (("ondansetron 8 mg in 50 mL sodium chloride 0.9%",), "R11.2", ("ondansetron",)),
        (("sodium chloride 0.9% 1000 mL",), "O21.1", ("sodium_chloride_09",)),
        (("sodium chloride 0.9% 1000 mL", "ondansetron 8 mg"), "O21.1", ("sodium_chloride_09", "ondansetron")),
        (("ketorolac 30 mg", "prochlorperazine 10 mg", "sodium chloride 0.9%"), "G43.709", ("migraine_rescue_infusions",)),
        (("methylprednisolone 1000 mg",), "G35.A", ("methylprednisolone_iv_pulse",)),
        (("methylprednisolone 160 mg",), "G35.A", ("methylprednisolone",)),
        (("methylprednisolone",), "G35.A", ("methylprednisolone", "methylprednisolone_iv_pulse")),
    ],
)
def test_a_companion_makes_way(texts: tuple[str, ...], diagnosis: str, found: tuple[str, ...]) -> None:
    assert set(CODES.recognise(tuple(order(text) for text in texts), (diagnosis,))) == set(found)


def test_one_order_for_two_drugs_is_not_settled_here() -> None:
    asked = order("ondansetron 8 mg before carboplatin", (RXNORM, "26225"))
    assert set(CODES.recognise((asked,), ("C34.1",))) == {"ondansetron", "carboplatin"}
