"""What is signed is one exact text; whatever is open, changed or missing refuses the signature with its reason."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.order import OrderContent, judge_signing
from chairside.core.kernel.decision import Decision, Outcome

CONTENT = OrderContent(
    patient="p",
    protocol="infliximab_iv",
    protocol_sha256="a" * 64,
    brand="Inflectra",
    indication="K50.80",
    regimen="",
    dose_amount=Decimal(5),
    dose_unit="mg/kg",
    dosing_weight_kg=Decimal("71.4"),
    dosing_weight_on=date(2026, 11, 6),
    start_on=None,
    ends_on=None,
    instructions="",
    prescriber="d",
)


def sign(content: OrderContent = CONTENT, **changes: object) -> Decision[str]:
    asked: dict[str, object] = {"seen": content.digest(), "draft": True, "newest": True, "missing": (), "findings": ()}
    return judge_signing(content, **(asked | changes))  # type: ignore[arg-type]


def test_a_complete_order_may_be_signed() -> None:
    assert sign().allowed
    assert sign().value == CONTENT.digest()


@pytest.mark.parametrize("name", [item.name for item in fields(OrderContent)])
def test_every_part_of_the_order_is_under_the_signature(name: str) -> None:
    other = {"dose_amount": Decimal(6), "dosing_weight_kg": Decimal(72)}.get(name, "changed")
    changed = replace(CONTENT, **{name: other})  # type: ignore[arg-type]
    assert changed.digest() != CONTENT.digest()


def test_the_same_amount_written_otherwise_is_the_same_order() -> None:
    assert replace(CONTENT, dose_amount=Decimal("5.000000")).digest() == CONTENT.digest()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seen": "0" * 64}, "mismatch"),
        ({"draft": False}, "wrong_state"),
        ({"newest": False}, "wrong_state"),
        ({"missing": ("body weight",)}, "missing_fact"),
        ({"findings": (Finding("tb_positive", Severity.HOLD, "positive"),)}, "requires_screening"),
    ],
)
def test_what_stands_against_a_signature_refuses_it(changes: dict[str, object], code: str) -> None:
    decision = sign(CONTENT, **changes)
    assert decision.outcome is Outcome.REFUSED
    assert [reason.code for reason in decision.reasons] == [code]


@pytest.mark.parametrize("gap", [{"dose_amount": None}, {"dosing_weight_kg": None}, {"indication": ""}])
def test_what_the_order_does_not_say_is_unknown(gap: dict[str, object]) -> None:
    assert sign(replace(CONTENT, **gap)).outcome is Outcome.UNKNOWN  # type: ignore[arg-type]


def test_a_flat_dose_needs_no_dosing_weight() -> None:
    assert sign(replace(CONTENT, dose_unit="mg", dosing_weight_kg=None)).allowed


def test_the_missing_signature_is_settled_by_signing_and_fixes_do_not_stand_against_it() -> None:
    found = (Finding("order_not_signed", Severity.HOLD, "draft"), Finding("invalid_datetime", Severity.FIX, "no zone"))
    assert sign(findings=found).allowed


def test_a_finding_for_review_asks_for_a_person() -> None:
    assert sign(findings=(Finding("prior_reaction_same_class", Severity.REVIEW, "hives"),)).outcome is Outcome.REVIEW
