import re
from decimal import Decimal
from pathlib import Path

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.terms import Status
from chairside.formulary import loader
from chairside.formulary.loader import canonical_sha256, known_ids, load, parse, path_of
from chairside.formulary.reading import FormularyError

TEXT = path_of("infliximab_iv").read_text(encoding="utf-8")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def problem(text: str) -> str:
    with pytest.raises(FormularyError) as raised:
        parse(text, "infliximab_iv.yaml")
    return str(raised.value)


def test_the_formulary_holds_the_two_protocols():
    assert {"ferric_carboxymaltose", "infliximab_iv"} <= set(known_ids())


def test_quantities_come_out_exact():
    protocol = load("infliximab_iv")
    assert protocol.regimens[0].phases[0].dose.amount == quantity(5, "mg/kg")
    assert protocol.products[0].preparation.filter.most_micron == Decimal("1.2")


def test_no_protocol_is_approved_without_a_signature():
    assert {load(name).status for name in ("infliximab_iv", "ferric_carboxymaltose")} == {Status.DRAFT}


def test_an_unknown_protocol_is_named_with_those_that_are_known():
    with pytest.raises(KeyError, match="infliximab_iv"):
        load("no_such")


def test_a_key_that_the_schema_does_not_know_is_an_error_at_its_place():
    assert "regimens[0].phases[0].typo: unexpected" in problem(
        changed("  - key: induction\n", "  - key: induction\n    typo: 1\n")
    )


def test_a_wrong_kind_of_value_names_its_place_only():
    lines = problem(changed("amount: 5 mg/kg}", "amount: five}")).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["regimens[0].phases[0].dose.amount"]


def test_a_rule_that_is_not_known_says_which_are():
    assert "regimens[0].phases[0].dose" in problem(changed("rule: per_kg", "rule: per_mile"))


def test_another_schema_version_is_not_read():
    assert "schema 4" in problem(changed("schema: 3", "schema: 4"))
    assert "schema true" in problem(changed("schema: 3", "schema: true")).lower()


def test_a_field_left_out_is_named():
    assert "status: field required" in problem(changed("status: draft\n", ""))


def test_the_hash_is_of_what_is_written_not_of_line_ends():
    assert canonical_sha256("a: 1\nb: 2\n") == canonical_sha256("a: 1  \r\nb: 2\r\n\r\n")
    assert canonical_sha256("a: 1\n") != canonical_sha256("a: 2\n")
    assert re.fullmatch(r"[0-9a-f]{64}", load("infliximab_iv").sha256)


def test_a_file_named_otherwise_than_its_protocol_is_refused(tmp_path: Path):
    path = tmp_path / "other.yaml"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(FormularyError, match="not the name of the file"):
        loader._load(path)


def test_every_protocol_speaks_both_languages():
    for name in known_ids():
        protocol = load(name)
        named = (*protocol.indications, *protocol.regimens, *protocol.ladders, *protocol.requirements, *protocol.not_encoded)
        asked = (question.asks for question in protocol.questions)
        for words in (protocol.names, *(item.names for item in named), *asked):
            assert words.en.strip(), (name, words)
            assert words.es.strip(), (name, words)


def test_a_patient_page_is_complete_in_both_languages_and_says_that_nobody_reviewed_the_spanish():
    pages = [guide for name in known_ids() if (guide := load(name).guide) is not None]
    assert len(pages) >= 2
    for guide in pages:
        assert guide.reviewed.es == ""  # no qualified translator has read it yet, and the page says so
        assert all(
            words.en and words.es for words in (guide.what_for, guide.how_long, guide.driving, *guide.before, *guide.after)
        )
