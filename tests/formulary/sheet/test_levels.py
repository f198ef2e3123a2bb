"""A record of levels in words says what each value is, on whose word, and what a trait of a person does to it."""

from __future__ import annotations

from chairside.formulary.kinetic_records import record
from chairside.formulary.sheet.levels import changes, checked, differs, values


def test_a_value_is_told_with_its_symbol_its_spread_and_how_it_came_about() -> None:
    volume = next(value for value in values(record("rituximab_iv_nononc")) if value.symbol == "Vp")
    assert (volume.value, volume.differs, volume.basis) == ("3.2517 L", "", "derived: so that the half-life is 20.2 d")
    clearance = next(value for value in values(record("golimumab_iv")) if value.symbol == "CL")
    assert clearance.differs == "35% (from SD over mean)"


def test_what_is_from_memory_is_marked() -> None:
    doubted = {value.symbol for value in values(record("donanemab")) if value.doubt}
    assert doubted == {"Vc", "Vp"}


def test_the_spread_is_said_in_words() -> None:
    assert differs(record("pembrolizumab")) == "clearance by 38% and central volume by 21%"
    assert differs(record("vancomycin")) == ""


def test_a_trait_changes_the_half_life() -> None:
    """Antibodies clear infliximab half as fast again; more albumin keeps it longer."""
    found = {change.trait: change for change in changes(record("infliximab_iv"))}
    assert found["female"].does == "CL × 0.764; Vc × 0.863" or found["female"].does == "Vc × 0.863; CL × 0.764"
    assert found["antibodies"].half_life == "8.82 d"
    assert found["albumin"].half_life.endswith(" d at 51.25 g/L")


def test_a_check_is_told_with_its_difference_and_a_range_without() -> None:
    told = {check.id: check for check in checked(record("vancomycin"))}
    assert (told["t_half"].wanted, told["t_half"].allowed, told["t_half"].difference) == ("4 h to 6 h", "in range", "")
    assert told["1g_peak"].kind.startswith("calibration")
    assert not told["1g_peak"].evidence
    assert (told["500mg_peak"].difference, told["500mg_peak"].closes, told["500mg_peak"].evidence) == ("+3.1%", True, True)
