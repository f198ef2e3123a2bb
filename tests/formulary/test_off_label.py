"""A use that no label holds is for a named person, whatever the therapy: no such use passes in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.dosing import dose
from chairside.core.protocols.schema.indication import LabelStatus
from chairside.core.protocols.schema.terms import Layer
from chairside.formulary.loader import load, load_all

ADULT = Patient(born=date(1976, 5, 1), sex="female", weight=quantity(70, "kg"), height=quantity(165, "cm"))
USES = [
    (protocol.id, item.key) for protocol in load_all() for item in protocol.indications if item.status is LabelStatus.OFF_LABEL
]
PRACTICES = [
    (protocol.id, regimen.key, key)
    for protocol in load_all()
    for regimen in protocol.regimens
    if regimen.named_only and regimen.layer is Layer.PRACTICE
    for key in regimen.indications
]


def test_there_are_such_uses() -> None:
    assert len(USES) >= 5
    assert len(PRACTICES) >= 5


def said(protocol: str, indication: str, regimen: str = "") -> set[tuple[str, Outcome]]:
    answer = dose(load(protocol), indication=indication, dose_number=1, day=date(2026, 4, 13), patient=ADULT, regimen=regimen)
    assert answer.outcome is not Outcome.ALLOWED
    return {(reason.code, reason.outcome) for reason in answer.reasons}


@pytest.mark.parametrize(("protocol", "indication"), USES)
def test_an_indication_off_the_label_is_for_review(protocol: str, indication: str) -> None:
    assert ("off_label", Outcome.REVIEW) in said(protocol, indication)


@pytest.mark.parametrize(("protocol", "regimen", "indication"), PRACTICES)
def test_a_practice_that_an_order_names_is_for_review(protocol: str, regimen: str, indication: str) -> None:
    assert ("off_label", Outcome.REVIEW) in said(protocol, indication, regimen)


@pytest.mark.parametrize(
    ("since", "until", "reviewed"), [(0, None, False), (1, None, True), (None, 0, False), (None, -1, True)]
)
def test_a_use_that_the_label_does_not_hold_on_the_day_is_for_review(
    since: int | None, until: int | None, reviewed: bool
) -> None:
    protocol, day = load("infliximab_iv"), date(2026, 4, 13)
    ends = [None if days is None else day + timedelta(days=days) for days in (since, until)]
    dated = replace(protocol.indications[0], valid_from=ends[0], valid_until=ends[1])
    only = replace(protocol, indications=(dated, *protocol.indications[1:]))
    answer = dose(only, indication=dated.key, dose_number=1, day=day, patient=ADULT)
    assert ("off_label" in [reason.code for reason in answer.reasons]) is reviewed
