"""Names in a packet as a referring office writes them; rules of other regimens, jurisdictions and days."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.core.intake.referral import Medication, Packet, Recorded
from chairside.core.intake.therapy_rules import FreshLimit, duplicates, reactions, requirements
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.schema.requirement import What
from chairside.core.protocols.schema.terms import Occasion
from chairside.formulary.loader import load
from tests.core.clearance.small import EMPTY, requirement

DAY = date(2026, 11, 23)
INFLIXIMAB, IRON = load("infliximab_iv"), load("ferric_carboxymaltose")


def allergic(code: str, status: str = "active") -> Packet:
    return Packet(facts=(Recorded(Fact(FactKind.ALLERGY, code, DAY, "rash", status=status), "a"),))


def taking(name: str, text: str = "", active: bool = True) -> Packet:
    return Packet(medications=(Medication("m", name, text or name, active),))


@pytest.mark.parametrize(
    "said", ["Remicade", "infliximab-dyyb", "Infliximab (Inflectra) 100 mg", "mouse proteins", "Murine_protein"]
)
def test_an_allergy_is_recognised_as_clearance_recognises_it(said):
    assert [found.code for found in reactions(allergic(said), INFLIXIMAB).findings] == ["allergy_conflict"]


@pytest.mark.parametrize("said", ["IV-iron", "iron infusions", "Venofer"])
def test_another_member_of_the_class_is_found_by_any_of_its_names(said):
    assert [found.code for found in reactions(allergic(said), IRON).findings] == ["prior_reaction_same_class"]


@pytest.mark.parametrize("said", ["environmental", "penicillin", "latex", ""])
def test_other_words_are_not_taken_for_it(said):
    assert reactions(allergic(said), IRON).findings == ()


@pytest.mark.parametrize(
    ("status", "counts"), [("active", True), ("", True), ("unconfirmed", True), ("refuted", False), ("entered-in-error", False)]
)
def test_an_allergy_counts_until_it_is_said_to_be_over(status, counts):
    assert bool(reactions(allergic("Remicade", status), INFLIXIMAB).findings) is counts


@pytest.mark.parametrize(
    "packet", [taking("adalimumab"), taking("Humira"), taking("HYRIMOZ pen"), taking("unknown", "adalimumab-atto 40 mg weekly")]
)
def test_an_active_medicine_is_duplicate_therapy_by_any_of_its_names(packet):
    assert [found.code for found in duplicates(packet, INFLIXIMAB).findings] == ["duplicate_therapy"]


def test_a_medicine_that_is_not_active_is_not():
    assert duplicates(taking("Humira", active=False), INFLIXIMAB).findings == ()


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        ({}, True),
        ({"jurisdiction": "CA"}, False),
        ({"valid_from": DAY + timedelta(days=1)}, False),
        ({"valid_until": DAY - timedelta(days=1)}, False),
        ({"valid_from": DAY, "valid_until": DAY}, True),
        ({"regimens": ("ra",)}, False),
    ],
)
def test_only_rules_that_stand_are_asked_of_a_packet(scope, asked):
    protocol = replace(EMPTY, requirements=(requirement("lab.alt", when=Occasion.FIRST_DOSE, **scope),))
    assert bool(requirements(Packet(), protocol, DAY).missing) is asked


@pytest.mark.parametrize(("fact", "asked"), [("screening.tb", True), ("screening.own_question", False)])
def test_a_screening_that_only_the_protocol_knows_is_asked_here_and_not_of_the_office(fact, asked):
    protocol = replace(EMPTY, requirements=(requirement(fact, what=What.SCREENING, when=Occasion.FIRST_DOSE),))
    assert bool(requirements(Packet(), protocol, DAY).missing) is asked


def result(on: date) -> Packet:
    return Packet(facts=(Recorded(Fact(FactKind.LAB, "alt", on, Decimal(20), "U/L"), "a"),))


OLD = result(DAY - timedelta(days=40))


@pytest.mark.parametrize(
    ("fresh", "ask", "when", "wanted"),
    [
        (7, 7, Occasion.EVERY_DOSE, False),  # drawn for the dose itself
        (3, 7, Occasion.EVERY_DOSE, False),
        (30, 14, Occasion.EVERY_DOSE, True),
        (7, 7, Occasion.FIRST_DOSE, True),  # once, before the start: it can be sent
        (None, 14, Occasion.EVERY_DOSE, False),
    ],
)
def test_what_is_drawn_for_the_dose_is_not_chased_when_it_is_old(fresh, ask, when, wanted):
    protocol = replace(EMPTY, requirements=(requirement("lab.alt", when=when, fresh_days=fresh, ask_days=ask),))
    assert bool(requirements(OLD, protocol, DAY).missing) is wanted


def test_a_payer_may_want_even_that_in_the_referral():
    protocol = replace(EMPTY, requirements=(requirement("lab.alt", when=Occasion.EVERY_DOSE, fresh_days=7, ask_days=7),))
    for days, wanted in ((39, True), (40, False)):
        judged = requirements(OLD, protocol, DAY, (FreshLimit("lab.alt", days, "a policy"),))
        assert bool(judged.missing) is wanted


def test_a_look_at_the_patient_is_not_asked_of_the_office():
    rule = requirement("screening.thrombosis_risk", what=What.SCREENING, when=Occasion.FIRST_DOSE)
    assert requirements(Packet(), replace(EMPTY, requirements=(rule,)), DAY).missing == ()
