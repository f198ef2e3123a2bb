"""Every referral of the invented forty judged as its manifest says: nothing missed, and no false hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from chairside.apps.intake.tables import FormularyTables
from chairside.core.intake.completeness import Judgement, judge
from chairside.core.intake.findings import REASON_OF, Finding, Severity
from chairside.core.intake.referral import Amount, Packet
from chairside.core.kernel.decision import REASON_CODES
from chairside.core.kernel.fact import FactKind
from chairside.exchange.fhir.read import packet, read_bundle
from chairside.exchange.fhir.text import parse
from chairside.formulary.loader import known_ids

REFERRALS = Path(__file__).parents[2] / "data" / "infusion-referrals"
MANIFEST: list[dict[str, Any]] = yaml.safe_load((REFERRALS / "manifest.yaml").read_text(encoding="utf-8"))["referrals"]
AS_OF = date(2026, 11, 23)
TABLES = FormularyTables()
PAYER = "the payer's policy for the drug (step therapy, preferred product): coverage"
# Orders beside the therapy for which there is no protocol.
BESIDE_IT = {
    "s33": "the order “prednisone oral” beside the therapy: a pharmacist",
    "s36": "the order “thiamine 100 mg in the first bag” beside the therapy: a pharmacist",
}
# Where intake says the same as the manifest in other words, or more: a review, never a hold.
WORDED = {
    "s04": ["Chest radiograph and a decision on latent or active tuberculosis after a positive test"],
    "s15": ["Report of a recent brain MRI before the first infusion"],
    "s20": ["Meningococcal vaccine B below 10 years: the schedule holds none, the prescriber decides"],
    "s40": ["signed order (2 of the requests still have status draft; no date of signing; no signature)"],
    "s18": ["valid ICD-10-CM code in place of G35 (one of G35.A, G35.B0, G35.B1, G35.B2, G35.C0, G35.C1, G35.C2, G35.D)"],
}
BESIDE = {"s13": [("prior_reaction_same_class", "review")]}  # the protocol asks about any earlier trouble with a bisphosphonate
OF_THE_PAYER = frozenset(("step_therapy_unmet",))  # nobody reads payer policies yet: said in not_judged
OF_ANY_THERAPY = frozenset(
    (
        "icd10_not_valid_on_date",
        "order_not_signed",
        "demographics_incomplete",
        "invalid_datetime",
        "missing_weight",
        "weight_implausible",
        "copay_card_with_federal_payer",
    )
)


def read(name: str) -> Packet:
    file = next(REFERRALS.glob(f"{name}*"))
    return packet(read_bundle(parse(file.read_bytes()), file.name), codes=TABLES, zone=ZoneInfo("America/Chicago"), on=AS_OF)


def judged(found: Packet, day: date = AS_OF) -> Judgement:
    therapies = TABLES.therapies(found)
    return judge(found, TABLES.protocol(therapies), day, codes=TABLES, candidates=therapies, limits=TABLES.limits(found))


def codes_of(judgement: Judgement) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.severity.value) for finding in judgement.findings)


@pytest.mark.parametrize("expected", MANIFEST, ids=[item["file"][:3] for item in MANIFEST])
def test_a_referral_is_judged_as_its_manifest_says(expected: dict[str, Any]) -> None:
    judgement = judged(read(expected["file"]))
    name, therapy = expected["file"][:3], expected["therapy"].removeprefix("plan:")
    whole = therapy in known_ids()
    wanted = [
        (item["code"], item["severity"])
        for item in expected["findings"]
        if (whole or item["code"] in OF_ANY_THERAPY) and item["code"] not in OF_THE_PAYER
    ]
    assert codes_of(judgement) == sorted([*wanted, *BESIDE.get(name, [])])
    assert judgement.therapy == (therapy if whole else "")
    if whole:
        missing = WORDED.get(name, expected["missing"])
        assert (judgement.status, [item.what for item in judgement.missing]) == (expected["expected"], missing)
        insured = expected["coverage"]["line"] != "self_pay"
        assert judgement.not_judged == ()
        beside = (BESIDE_IT[name],) if name in BESIDE_IT else ()
        assert judgement.elsewhere == (*beside, *((PAYER,) if insured else ()))
    else:
        assert len(judgement.not_judged) == 5
        if wanted:
            assert judgement.status == expected["expected"]


def test_every_finding_code_maps_to_one_reason_code_of_the_contract() -> None:
    assert set(REASON_OF.values()) <= REASON_CODES
    with pytest.raises(ValueError, match="not a finding code"):
        Finding("looks_odd", Severity.FIX, "")


def test_the_retired_code_was_right_while_it_was_valid() -> None:
    found = read("s18")
    assert ("icd10_not_valid_on_date", "fix") not in codes_of(judged(found, date(2025, 9, 30)))
    assert ("icd10_not_valid_on_date", "fix") in codes_of(judged(found, date(2025, 10, 1)))


def test_the_payers_limit_counts_to_the_day() -> None:
    found = read("s28")
    drawn = date(2026, 7, 22)
    assert "stale_lab" not in dict(codes_of(judged(found, drawn + timedelta(days=60))))
    assert "stale_lab" in dict(codes_of(judged(found, drawn + timedelta(days=61))))
    without_payer = replace(found, coverages=())
    assert "stale_lab" not in dict(codes_of(judged(without_payer, drawn + timedelta(days=90))))
    later = judged(without_payer, drawn + timedelta(days=91))
    assert [item.what for item in later.missing] == ["CBC, ferritin and transferrin saturation within 90 days"]


def test_a_positive_tuberculosis_test_holds_and_a_missing_one_is_asked_for() -> None:
    found = read("s01")
    positive = tuple(
        replace(item, fact=replace(item.fact, value="positive")) if item.fact.code == "tb" else item for item in found.facts
    )
    assert codes_of(judged(replace(found, facts=positive))) == [("tb_positive", "hold")]
    without = tuple(item for item in found.facts if item.fact.code != "tb")
    judgement = judged(replace(found, facts=without))
    assert judgement.status == "incomplete"
    assert "Tuberculosis" in judgement.missing[0].what


def test_a_weight_that_lost_its_pounds_is_seen_in_both_directions() -> None:
    found = read("s33")
    newest, *earlier = found.named(FactKind.VITAL, "weight_kg")
    swapped = replace(newest, fact=replace(newest.fact, value=earlier[0].fact.value))
    before = replace(earlier[0], fact=replace(earlier[0].fact, value=newest.fact.value))
    rest = tuple(item for item in found.facts if item.fact.code != "weight_kg")
    assert codes_of(judged(replace(found, facts=(*rest, swapped, before)))) == [("weight_implausible", "hold")]
    assert codes_of(judged(replace(found, facts=(*rest, swapped)))) == []


def test_a_flat_dose_needs_no_weight_and_a_dose_by_size_does() -> None:
    for name, codes in (("s28", []), ("s01", [("missing_weight", "hold")])):
        found = read(name)
        bare = replace(found, facts=tuple(item for item in found.facts if item.fact.code != "weight_kg"))
        assert [code for code in codes_of(judged(bare)) if code[0] == "missing_weight"] == codes


def test_every_order_must_be_signed_not_only_the_first() -> None:
    found = read("s32")
    orders = (*found.orders[:-1], replace(found.orders[-1], signed_at=None))
    assert codes_of(judged(replace(found, orders=orders))) == [("order_not_signed", "hold")]


def test_an_order_that_fits_two_protocols_is_ambiguous_and_never_guessed() -> None:
    judgement = judge(read("s13"), None, AS_OF, codes=TABLES, candidates=("zoledronic_5", "zoledronic_4"))
    assert ("therapy_ambiguous", "hold") in codes_of(judgement)
    assert (judgement.status, judgement.therapy) == ("incomplete", "")


def test_a_maximum_is_met_to_the_milligram() -> None:
    found = read("s22")
    (order,) = found.orders
    (line,) = order.dosages
    for amount, codes in (("1200", []), ("1200.1", [("dose_above_maximum", "hold")])):
        said = replace(line, calculated=Amount(Decimal(amount), "mg"))
        assert codes_of(judged(replace(found, orders=(replace(order, dosages=(said,)),)))) == codes


def test_the_clearance_is_computed_from_the_creatinine_and_one_that_was_sent_later_counts() -> None:
    found = read("s13")
    (renal,) = [item for item in judged(found).findings if item.code == "renal_below_minimum"]
    assert "(140 - 81) x 52 kg / (72 x 1.2 mg/dL) x 0.85 = 30.2 mL/min" in renal.detail
    (creatinine,) = found.named(FactKind.LAB, "creatinine")
    sent = replace(creatinine, fact=replace(creatinine.fact, code="crcl", value=Decimal(41), unit="mL/min"))
    assert "renal_below_minimum" not in dict(codes_of(judged(replace(found, facts=(*found.facts, sent)))))


def test_without_a_weight_the_clearance_is_asked_for_and_never_guessed() -> None:
    found = read("s13")
    bare = replace(found, facts=tuple(item for item in found.facts if item.fact.code != "weight_kg"))
    judgement = judged(bare)
    assert [item.what for item in judgement.missing if "clearance" in item.what]
    assert "renal_below_minimum" not in dict(codes_of(judgement))


def test_a_plan_has_the_rules_of_everything_that_it_is_made_of() -> None:
    found = read("s32")
    poor = tuple(
        replace(item, fact=replace(item.fact, value="poor")) if item.fact.code == "dpyd" else item for item in found.facts
    )
    assert codes_of(judged(replace(found, facts=poor))) == [("contraindication", "hold")]
    without = replace(found, facts=tuple(item for item in found.facts if item.fact.code != "dpyd"))
    assert "DPYD" in judged(without).missing[0].what


def test_blood_drawn_for_the_dose_itself_is_not_asked_of_the_referral() -> None:
    found = read("s32")
    no_counts = tuple(item for item in found.facts if item.fact.code not in ("anc", "platelets"))
    assert codes_of(judged(replace(found, facts=no_counts))) == []
    yesterday = tuple(
        replace(item, fact=replace(item.fact, value=Decimal("0.8"), on=AS_OF - timedelta(days=1)))
        if item.fact.code == "anc"
        else item
        for item in found.facts
    )
    assert codes_of(judged(replace(found, facts=yesterday))) == [("contraindication", "hold")]


def test_a_result_that_cannot_be_read_is_neither_good_nor_bad() -> None:
    found = read("s30")
    unclear = tuple(
        replace(item, fact=replace(item.fact, value="see letter")) if item.fact.code == "factor_viii_inhibitor" else item
        for item in found.facts
    )
    judgement = judged(replace(found, facts=unclear))
    assert (judgement.status, codes_of(judgement)) == ("complete", [])
    assert any("see letter" in line for line in judgement.not_judged)


def test_an_order_beside_the_therapy_is_left_to_a_pharmacist() -> None:
    found = read("s28")
    other = replace(found.orders[0], text="thiamine 100 mg", codes=(), brand="")
    judgement = judged(replace(found, orders=(*found.orders, other)))
    assert judgement.therapy == "ferric_carboxymaltose"
    assert "the order “thiamine 100 mg” beside the therapy: a pharmacist" in judgement.elsewhere


def test_two_therapies_in_one_packet_are_two_referrals() -> None:
    found = read("s28")
    other = read("s01").orders[0]
    judgement = judged(replace(found, orders=(*found.orders, other)))
    assert (judgement.therapy, judgement.status) == ("", "incomplete")
    assert ("therapy_ambiguous", "hold") in codes_of(judgement)
    assert [item.what for item in judgement.missing] == [
        "one referral for each therapy, or the name of the plan that holds them"
    ]


def test_an_empty_packet_says_what_it_lacks_and_raises_nothing_else() -> None:
    judgement = judged(Packet())
    assert codes_of(judgement) == [("demographics_incomplete", "hold"), ("order_not_signed", "hold")]
