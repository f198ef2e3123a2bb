"""A bundle read into plain values: exact amounts, days in the site's zone, what was not said left open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chairside.core.intake.referral import Packet, Recorded
from chairside.core.kernel.fact import FactKind
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import packet, read_bundle, received
from chairside.exchange.fhir.text import Json, parse
from chairside.formulary.codes import Codes

REFERRALS = Path(__file__).parents[2] / "data" / "infusion-referrals"
CHICAGO = ZoneInfo("America/Chicago")
DAY = date(2026, 11, 23)


def read(start: str, zone: ZoneInfo = CHICAGO) -> Packet:
    file = next(REFERRALS.glob(f"{start}-*.json"))
    return packet(read_bundle(parse(file.read_bytes()), file.name), codes=Codes(), zone=zone, on=DAY)


def fact(found: Packet, kind: FactKind, code: str) -> Recorded:
    return found.named(kind, code)[0]


def test_an_order_with_its_doses_route_signature_and_diagnosis() -> None:
    (order,) = read("s01").orders
    first = order.dosages[0]
    assert (str(first.ordered), str(first.calculated), first.minutes, first.count, order.route) == (
        "5 mg/kg",
        "357 mg",
        Decimal(120),
        3,
        "IV",
    )
    assert (order.brand, order.status, order.diagnoses) == ("Inflectra", "active", ("K50.80",))
    assert order.signed_by == "Anneliese Brandvold, MD"
    assert order.signed_at is not None


def test_treatment_elsewhere_is_history_and_no_order() -> None:
    found = read("s28")
    assert [order.text for order in found.orders] == ["ferric carboxymaltose (Injectafer) intravenous infusion"]
    stopped = next(item for item in found.medications if item.name == "iron sucrose")
    assert (stopped.active, stopped.not_tolerated, stopped.ended) == (False, True, date(2026, 6, 22))
    reaction = fact(found, FactKind.REACTION, "iron sucrose").fact
    assert reaction.value == "hives after second dose, resolved with antihistamine"


def test_a_treatment_of_which_the_sender_does_not_say_whether_it_is_taken_is_not_called_over() -> None:
    def changed(status: str) -> Recorded:
        file = next(REFERRALS.glob("s28-*.json"))
        raw = parse(file.read_bytes())
        for entry in raw["entry"]:
            if entry["resource"]["resourceType"] == "MedicationStatement":
                entry["resource"]["status"] = status
        return fact(
            packet(read_bundle(raw, file.name), codes=Codes(), zone=CHICAGO, on=DAY), FactKind.MEDICATION, "ferrous sulfate"
        )

    assert changed("unknown").fact.status == "unknown"
    assert changed("completed").fact.status == "taken"


def test_a_diagnosis_that_was_refuted_says_so() -> None:
    file = next(REFERRALS.glob("s28-*.json"))
    raw = parse(file.read_bytes())
    refuted = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "refuted"}]}
    for entry in raw["entry"]:
        if entry["resource"]["resourceType"] == "Condition":
            entry["resource"]["verificationStatus"] = refuted
    found = packet(read_bundle(raw, file.name), codes=Codes(), zone=CHICAGO, on=DAY)
    assert {item.fact.status for item in found.facts if item.fact.kind is FactKind.CONDITION} == {"refuted"}


def test_no_known_allergy_is_a_fact_and_no_allergy() -> None:
    found = [item.fact.code for item in read("s01").facts if item.fact.kind is FactKind.ALLERGY]
    assert found == ["no_known_allergy"]
    sulfite = fact(read("s24"), FactKind.ALLERGY, "sodium metabisulfite").fact
    assert (sulfite.value, sulfite.status) == ("anaphylaxis", "active")


def test_a_weight_in_pounds_becomes_kilograms_exactly_and_says_so() -> None:
    weight = fact(read("s16"), FactKind.VITAL, "weight_kg")
    assert weight.fact.unit == "kg"
    assert weight.fact.note.startswith("received as")
    assert weight.fact.note.endswith("[lb_av]")
    assert round(float(weight.fact.value or 0), 1) == 63.9


def test_digits_survive() -> None:
    assert fact(read("s06"), FactKind.VITAL, "weight_kg").exact == "85.00"


def test_both_parts_of_a_blood_pressure_are_facts() -> None:
    found = read("s01")
    assert fact(found, FactKind.VITAL, "sbp").fact.value == Decimal(118)
    assert fact(found, FactKind.VITAL, "dbp").fact.value == Decimal(74)


def test_the_sites_zone_decides_the_day() -> None:
    here = fact(read("s01"), FactKind.SCREENING, "tb").fact
    assert (here.value, here.on) == ("negative", date(2026, 10, 9))
    early = _observation({"effectiveDateTime": "2026-11-02T03:30:00Z"})
    assert early.fact.on == date(2026, 11, 1)


def test_a_time_without_a_zone_keeps_its_day_and_has_no_moment() -> None:
    weight = fact(read("s19"), FactKind.VITAL, "weight_kg")
    assert (weight.fact.on, weight.at) == (date(2026, 11, 13), None)
    assert [item.path for item in read("s19").irregular] == [
        "Observation.effectiveDateTime",
        "MedicationRequest.authoredOn",
        "ServiceRequest.authoredOn",
    ]


def test_a_partial_birth_date_stays_text() -> None:
    person = read("s35").person
    assert person is not None
    assert (person.birth_text, person.born, person.sex, person.phone) == ("1961", None, "unknown", "")


def test_names_are_whole() -> None:
    person = read("s39").person
    assert person is not None
    assert len(person.family) == 77
    assert person.given == "Maximiliana Theodora Guadalupe Bernadette Wilhelmina Oluwaseun"


def test_a_draft_is_not_signed() -> None:
    (order,) = read("s40").orders
    assert (order.status, order.authored, order.signed_at) == ("draft", None, None)


def test_phlebotomy_has_a_signed_request_and_no_drug_order() -> None:
    found = read("s31")
    assert found.orders == ()
    assert found.request is not None
    assert found.request.signed_at is not None


def test_coverage_knows_its_line_its_card_and_its_government() -> None:
    first, card = read("s37").coverages
    assert (first.line, first.federal, first.assistance) == ("medicare_advantage", True, False)
    assert (card.assistance, card.federal) == (True, False)
    assert [item.federal for item in read("s10").coverages] == [False, False]


def test_a_result_below_the_measuring_range_is_never_taken_as_that_number() -> None:
    below = _observation({"valueQuantity": {"value": 5, "comparator": "<", "unit": "ng/mL"}})
    assert below.fact.value == "<5 ng/mL"


def test_a_result_that_no_protocol_uses_is_kept_under_its_code() -> None:
    other = _observation({"code": {"coding": [{"system": "http://loinc.org", "code": "99999-9"}]}})
    assert (other.fact.kind, other.fact.code) == (FactKind.TEST, "loinc:99999-9")


def test_two_patients_in_one_bundle_are_nobodys_referral() -> None:
    patients = [Entry(at, f"urn:uuid:{at}", {"resourceType": "Patient", "id": f"p{at}"}) for at in range(2)]
    assert packet(received(patients, "x"), codes=Codes(), zone=CHICAGO, on=DAY).person is None


def _observation(changes: Json) -> Recorded:
    resource = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "valueQuantity": {"value": 1, "unit": "1"},
    }
    items = received([Entry(0, "urn:uuid:o", resource | changes)], "test")
    assert items[0].usable, items[0].issues
    return packet(items, codes=Codes(), zone=CHICAGO, on=DAY).facts[0]


@pytest.mark.parametrize(
    ("start", "kind", "code", "word", "received_as"),
    [
        ("s30", FactKind.TEST, "factor_viii_inhibitor", "negative", "received as 0.0 {BethesdaU}/mL, limit 0.6"),
        ("s17", FactKind.SCREENING, "jcv", "negative", "received as 0.14 {index}, limit 0.20"),
        ("s32", FactKind.TEST, "dpyd", "normal", "received as Normal metabolizer (*1/*1)"),
        ("s09", FactKind.TEST, "perennial_allergen", "positive", "received as Class 4, positive"),
        ("s14", FactKind.TEST, "apoe", "e3/e3", ""),
        ("s14", FactKind.TEST, "amyloid_pathology", "Positive", ""),
    ],
)
def test_a_result_sent_by_name_becomes_the_word_that_protocols_ask_for(
    start: str, kind: FactKind, code: str, word: str, received_as: str
) -> None:
    found = fact(read(start), kind, code).fact
    assert (found.value, found.unit, found.note) == (word, "", received_as)


def _inhibitor(value: str, high: str | None) -> Recorded:
    unit = "{BethesdaU}/mL"
    limits = {"referenceRange": [{"high": {"value": Decimal(high), "unit": unit}}]} if high else {}
    named = {"code": {"text": "Factor VIII inhibitor (Nijmegen-Bethesda)"}}
    return _observation({**named, "valueQuantity": {"value": Decimal(value), "unit": unit}, **limits})


@pytest.mark.parametrize(("value", "word"), [("0.59", "negative"), ("0.6", "positive"), ("5", "positive")])
def test_a_number_is_a_word_only_against_the_laboratorys_own_limit(value: str, word: str) -> None:
    assert _inhibitor(value, "0.6").fact.value == word
    assert _inhibitor(value, None).fact.value == Decimal(value)


def test_a_number_in_the_grey_zone_of_an_index_stays_a_number() -> None:
    raw = {
        "code": {"text": "JC virus antibody index, serum"},
        "valueQuantity": {"value": Decimal("0.3"), "unit": "{index}"},
        "referenceRange": [{"high": {"value": Decimal("0.2"), "unit": "{index}"}}],
    }
    assert _observation(raw).fact.value == Decimal("0.3")
