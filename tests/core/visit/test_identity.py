"""Two identifiers as the patient says them."""

from __future__ import annotations

from datetime import date

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit.identity import compare
from chairside.core.visit.plan import Subject
from chairside.core.visit.values import Identifiers

LUCIA = Subject("Lucía Fernández-Ortiz", date(1979, 4, 2), "M-100")
BORN = date(1979, 4, 2)


@pytest.mark.parametrize("said", ["Lucia Fernandez Ortiz", "FERNÁNDEZ ORTIZ, Lucía", "lucía  fernández-ortiz", "Lucia Ortiz"])
def test_accents_case_order_and_middle_names_do_not_matter(said):
    assert compare(LUCIA, Identifiers(said, BORN)).allowed


@pytest.mark.parametrize(
    "said", ["Lucia", "Lucia Fernandez", "Luisa Fernandez Ortiz", "Fernandez Ortiz", "Lucia Maria Fernandez Ortiz"]
)
def test_a_first_or_last_name_that_is_missing_or_other_is_another_person(said):
    decision = compare(LUCIA, Identifiers(said, BORN))
    assert decision.outcome is Outcome.REFUSED
    assert decision.reasons[0].code == "wrong_person"
    assert decision.reasons[0].override == "none"


def test_a_birth_date_one_day_off_is_another_person():
    assert compare(LUCIA, Identifiers("Lucia Fernandez Ortiz", date(1979, 4, 3))).outcome is Outcome.REFUSED


def test_the_answer_never_tells_what_the_record_says():
    decision = compare(LUCIA, Identifiers("Someone Else", date(1980, 1, 1)))
    text = " ".join(reason.message for reason in decision.reasons)
    assert "Luc" not in text
    assert "1979" not in text


def test_a_wristband_of_another_record_stops_even_when_name_and_date_agree():
    assert compare(LUCIA, Identifiers("Lucia Ortiz", BORN, band="M-100")).allowed
    assert compare(LUCIA, Identifiers("Lucia Ortiz", BORN, band="M-101")).outcome is Outcome.REFUSED


def test_nothing_said_is_unknown_and_an_incomplete_record_is_unknown_too():
    assert compare(LUCIA, Identifiers("", None)).outcome is Outcome.UNKNOWN
    assert compare(Subject("Lucia Ortiz", None), Identifiers("Lucia Ortiz", BORN)).outcome is Outcome.UNKNOWN
