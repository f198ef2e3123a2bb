"""A site's layer: typed and linted like the protocol itself, practice freely, the label only with a reason and a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from chairside.core.kernel.evidence import Tier
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Layer
from chairside.formulary.loader import load, path_of
from chairside.formulary.reading import FormularyError
from chairside.formulary.site_layer import layered, load_layer, parse_layer

INFLIXIMAB = load("infliximab_iv")


def layer(*changes: str, approved: str = ""):
    items = "".join(f"- {{protocol: infliximab_iv, by: R. Alvarez, on: 2026-11-02, {change}}}\n" for change in changes)
    return parse_layer(
        f'site: Northlight\nversion: "7"\nchanges:{" []" if not changes else ""}\n{items}approved: [{approved}]\n', "site.yaml"
    )


def changed(*changes: str, approved: str = "") -> Protocol:
    return layered(INFLIXIMAB, layer(*changes, approved=approved))


def problem(*changes: str, approved: str = "") -> str:
    with pytest.raises(FormularyError) as raised:
        changed(*changes, approved=approved)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def requirement(protocol: Protocol, key: str):
    return next(item for item in protocol.requirements if item.key == key)


def test_a_practice_item_is_changed_and_cites_the_site() -> None:
    made = changed("at: requirements.tb_yearly.fresh_days, value: 180")
    item = requirement(made, "tb_yearly")
    assert (item.fresh_days, item.layer, item.source) == (180, Layer.PRACTICE, "site")
    source = made.source_named("site")
    assert source is not None
    assert source.tier is Tier.PRACTICE
    assert "Northlight" in source.title
    assert made.site is not None
    assert made.site.notes == ()


def test_everything_else_stays_as_it_was() -> None:
    made = changed("at: requirements.tb_yearly.fresh_days, value: 180")
    assert made.regimens == INFLIXIMAB.regimens
    assert made.products == INFLIXIMAB.products
    assert [one for one in made.requirements if one.key != "tb_yearly"] == [
        one for one in INFLIXIMAB.requirements if one.key != "tb_yearly"
    ]


def test_the_hash_is_of_the_protocol_and_the_layer() -> None:
    one = changed("at: requirements.tb_yearly.fresh_days, value: 180")
    other = changed("at: requirements.tb_yearly.fresh_days, value: 181")
    assert len({one.sha256, other.sha256, INFLIXIMAB.sha256}) == 3


def test_a_protocol_that_the_layer_does_not_name_comes_back_as_it_is() -> None:
    iron = load("ferric_carboxymaltose")
    assert layered(iron, layer("at: requirements.tb_yearly.fresh_days, value: 180")) == iron


def test_a_label_item_needs_a_reason_becomes_practice_and_every_answer_says_so() -> None:
    at = "at: ladders.label_even.least_minutes, value: 90"
    assert "needs a reason" in problem(at)
    made = changed(f"{at}, reason: committee of October")
    ladder = made.ladder("label_even")
    assert ladder is not None
    assert (ladder.least_minutes, ladder.layer) == (90, Layer.PRACTICE)
    assert made.site is not None
    (note,) = made.site.notes
    assert all(part in note for part in ("Northlight", "90 instead of 120", "committee of October", "R. Alvarez", "2026-11-02"))


def test_a_value_shared_by_an_anchor_of_the_file_is_changed_only_where_it_was_asked() -> None:
    made = changed("at: products.Renflexis.preparation.dilution.most, value: 3 mg/mL, reason: pump library")
    remicade, renflexis = made.product("Remicade"), made.product("Renflexis")
    assert remicade == INFLIXIMAB.product("Remicade")
    assert renflexis is not None
    assert renflexis.preparation.dilution is not None
    assert renflexis.preparation.dilution.most == quantity(3, "mg/mL")


def test_what_stands_below_a_changed_item_keeps_its_source() -> None:
    made = changed("at: regimens.ra.phases.maintenance.doses, value: 9, reason: a course of nine")
    regimen = made.regimen("ra")
    assert regimen is not None
    phase = regimen.phases[1]
    assert (phase.doses, phase.source, phase.window.source) == (9, "site", "recall")
    assert regimen.layer is Layer.PRACTICE
    assert regimen.caps[0].source == "maker_dosing"


def test_a_new_item_is_added_by_its_key() -> None:
    names = "names: {en: Hepatitis C antibody, es: Anticuerpo de la hepatitis C}"
    value = f"{{key: hepatitis_c, what: screening, fact: screening.hcv, {names}, when: first_dose, layer: practice}}"
    made = changed(f"at: requirements.hepatitis_c, value: {value}")
    item = requirement(made, "hepatitis_c")
    assert (item.layer, item.source) == (Layer.PRACTICE, "site")


def test_a_practice_is_approved_by_name() -> None:
    made = changed(approved="{protocol: infliximab_iv, ladder: practice_one_hour, by: Dr. Okafor, on: 2026-11-03}")
    ladder = made.ladder("practice_one_hour")
    assert ladder is not None
    assert ladder.needs_approval is False
    assert made.site is not None
    assert made.site.approved[0].by == "Dr. Okafor"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("at: requirements.tb_yearly.fresh_day, value: 1", "there is no “fresh_day”"),
        ("at: requirements.tb_weekly.fresh_days, value: 1", "there is no “tb_weekly”; there are: tb_before_start"),
        ("at: requirement.tb_yearly, value: 1", "there is no “requirement”"),
        ("at: requirements.tb_yearly.fresh_days.days, value: 1", "nothing stands below “fresh_days”"),
        ("at: requirements.tb_yearly.fresh_days, value: soon", "fresh_days: input should be a valid integer"),
        ("at: requirements.tb_yearly, value: 1", "a whole item is replaced by an item"),
        ("at: status, value: approved", "not a site's to change"),
        ("at: not_encoded, value: []", "not a site's to change"),
        ("at: ladders.practice_one_hour.needs_approval, value: false", "not a site's to change"),
        ("at: requirements.tb_yearly.layer, value: label", "not a site's to change"),
        ("at: chair_times.standard.total, value: 1", "[chair_time]"),
        ("at: tolerances.order_percent, value: -5", "tolerances: a tolerance of -5 percent"),
        ("at: tolerances.weight_percent, value: 100", "tolerances: a tolerance of 100 percent"),
        ("at: regimens.ra.phases.maintenance.dose.amount, value: 3 mL/kg, reason: x", "[unit_mismatch]"),
    ],
)
def test_what_does_not_fit_is_one_line_that_names_the_place(change: str, says: str) -> None:
    told = problem(change)
    assert says in told
    assert told.startswith("site.yaml: infliximab_iv")


@pytest.mark.parametrize(
    ("approved", "says"),
    [
        ("{protocol: infliximab_iv, ladder: no_such, by: X, on: 2026-11-03}", "there is no such ladder"),
        ("{protocol: infliximab_iv, ladder: label_even, by: X, on: 2026-11-03}", "needs no approval"),
    ],
)
def test_only_a_ladder_that_waits_for_approval_is_approved(approved: str, says: str) -> None:
    assert says in problem(approved=approved)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("site: A\nversion: 1\n", "site.yaml: version: input should be a valid string"),
        ("site: A\n", "site.yaml: version: field required"),
        ("site: A\nversion: '1'\nchange: []\n", "site.yaml: change"),
        ("- 1\n", "site.yaml: a site's layer holds"),
        (
            "site: A\nversion: '1'\nchanges: [{protocol: nobody, at: x, value: 1, by: X, on: 2026-01-01}]\n",
            "changes[0].protocol: there is no protocol “nobody”",
        ),
        ("site: A\nversion: '1'\nchanges: [{protocol: infliximab_iv, at: x, value: 1}]\n", "changes[0].by: field required"),
        (
            "site: A\nversion: '1'\nchanges: [{protocol: infliximab, at: x, value: 1, by: X, on: 2026-01-01}]\n",
            "there is no protocol “infliximab”; did you mean infliximab_iv?",
        ),
        (
            "site: A\nversion: '1'\nchanges: [{protocol: infliximab_iv, at: x, value: 1, by: X, on: 2026-02-30}]\n",
            "“2026-02-30” is not a day of the calendar",
        ),
        (
            "site: A\nversion: '1'\nchanges:\n"
            "- {protocol: infliximab_iv, at: x, value: 1, by: X, on: 2026-01-01}\n"
            "- {protocol: infliximab_iv, at: x, value: 2, by: X, on: 2026-01-01}\n",
            "changes[1].at: infliximab_iv: x is changed twice",
        ),
    ],
)
def test_a_layer_that_cannot_be_read_names_its_field(text: str, says: str) -> None:
    with pytest.raises(FormularyError) as raised:
        parse_layer(text, "site.yaml")
    assert says in str(raised.value)


def test_a_layer_is_read_from_a_file_and_applied_to_a_text(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(
        "site: A\nversion: '1'\nchanges:\n"
        "- {protocol: infliximab_iv, at: requirements.tb_yearly.fresh_days, value: null, by: X, on: 2026-01-01}\n"
    )
    made = layered(path_of("infliximab_iv").read_text(encoding="utf-8"), load_layer(path))
    assert requirement(made, "tb_yearly").fresh_days is None
    with pytest.raises(FormularyError, match=r"none\.yaml"):
        load_layer(tmp_path / "none.yaml")
