"""Every referral of the invented forty judged as its manifest says: nothing missed, and no false hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from chairside.apps.intake.tables import FormularyTables
from chairside.core.intake.completeness import Judgement, judge
from chairside.core.intake.findings import REASON_OF, Finding, Severity
from chairside.core.intake.referral import Packet
from chairside.core.kernel.decision import REASON_CODES
from chairside.core.kernel.fact import FactKind
from chairside.exchange.fhir.read import packet, read_bundle
from chairside.exchange.fhir.text import parse

REFERRALS = Path(__file__).parents[2] / "data" / "infusion-referrals"
MANIFEST: list[dict[str, Any]] = yaml.safe_load((REFERRALS / "manifest.yaml").read_text(encoding="utf-8"))["referrals"]
AS_OF = date(2026, 11, 23)
TABLES = FormularyTables()
WITH_PROTOCOL = frozenset(("infliximab_iv", "ferric_carboxymaltose"))
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
    whole = expected["therapy"] in WITH_PROTOCOL
    wanted = sorted(
        (item["code"], item["severity"]) for item in expected["findings"] if whole or item["code"] in OF_ANY_THERAPY
    )
    assert codes_of(judgement) == wanted
    assert judgement.therapy == (expected["therapy"] if whole else "")
    if whole:
        assert (judgement.status, [item.what for item in judgement.missing]) == (expected["expected"], expected["missing"])
        assert judgement.not_judged == ()
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


def test_an_empty_packet_says_what_it_lacks_and_raises_nothing_else() -> None:
    judgement = judged(Packet())
    assert codes_of(judgement) == [("demographics_incomplete", "hold"), ("order_not_signed", "hold")]
