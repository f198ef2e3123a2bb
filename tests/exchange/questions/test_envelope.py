"""Numbers as they are written."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest

from chairside.cli.rulebook import FormularyOnDisk
from chairside.exchange.questions.envelope import to_places
from chairside.exchange.questions.table import ask


@pytest.mark.parametrize(
    ("value", "step", "rounding", "text"),
    [
        ("219.0909090909090909090909091", "0.01", ROUND_CEILING, "219.1"),
        ("219.0909090909090909090909091", "0.001", ROUND_FLOOR, "219.09"),
        ("119.447625", "0.001", ROUND_FLOOR, "119.447625"),  # it ends: nothing is cut
        ("67999.99999999999999999999999", "0.001", ROUND_FLOOR, "68000"),  # a division's last digit is no difference
        ("0.0033333333333333333333333333", "0.001", ROUND_FLOOR, "0.0033333333333333333333333333"),
    ],
)
def test_a_number_without_end_is_cut_or_raised_to_a_step(value, step, rounding, text):
    assert to_places(Decimal(value), step, rounding) == text


def test_a_ladder_is_written_no_faster_and_no_shorter_than_decided():
    question = {
        "protocol": "ivig_octagam_10",
        "indication": "itp",
        "patient": {"birth_date": "1988-05-01", "weight_kg": "33.6"},
        "dose": {"amount": "47500", "unit": "mg"},
        "date": "2026-04-13",
        "infusion_number": 4,
        "volume_ml": "500",
    }
    value = ask("ladder", question, FormularyOnDisk())["value"]
    assert value["start_ml_h"] == "21.221"  # 1 mg/kg/min is 21.22105… mL/h
    assert len(value["total_min"].partition(".")[2]) <= 2
