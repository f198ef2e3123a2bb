"""A therapy is found by whatever a person calls it, also misspelled, and nothing else is."""

from __future__ import annotations

import pytest

from chairside.formulary import loader
from chairside.formulary.finding import Finder

FINDER = Finder(loader.load_all())


def found(wanted: str) -> list[str]:
    return [hit.protocol.id for hit in FINDER.find(wanted)]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("infliximab", "infliximab_iv"),
        ("INFLIXIMAB", "infliximab_iv"),
        ("inflix", "infliximab_iv"),
        ("infliximab-dyyb", "infliximab_iv"),
        ("Remicade", "infliximab_iv"),
        ("remicaid", "infliximab_iv"),
        ("inflixamab", "infliximab_iv"),
        ("vedolizumab", "vedolizumab_iv"),
        ("Q5133", "tocilizumab_iv"),
        ("natalizumab multiple sclerosis", "natalizumab"),
        ("esclerosis lateral", "edaravone_iv"),
        ("G12.21", "edaravone_iv"),
        ("vancomycine", "vancomycin"),
        ("phlebotomy", "therapeutic_phlebotomy"),
        ("mFOLFOX6", "mfolfox6"),
    ],
)
def test_it_is_the_first(wanted: str, first: str) -> None:
    assert found(wanted)[0] == first


def test_all_words_count() -> None:
    both = found("crohn subcutaneous")
    assert "infliximab_iv" not in both
    assert {"infliximab_iv", "vedolizumab_iv"} <= set(found("crohn"))


def test_a_diagnosis_is_found_under_its_prefix_and_by_its_beginning_only() -> None:
    assert {"infliximab_iv", "vedolizumab_iv"} <= set(found("K50.90"))
    assert "infliximab_iv" not in found("K80.2")


def test_it_says_by_what() -> None:
    (hit,) = [hit for hit in FINDER.find("remicaid") if hit.protocol.id == "infliximab_iv"]
    assert hit.by == "brand Remicade"


@pytest.mark.parametrize("wanted", ["", "   ", "-", "…"])
def test_nothing_asked_for_is_everything(wanted: str) -> None:
    assert found(wanted) == list(loader.known_ids())


@pytest.mark.parametrize("wanted", ["xyzzy", "zz", "infliximab xyzzy", "qqzz17", "a" * 5000])
def test_what_nothing_is_called_is_not_found(wanted: str) -> None:
    assert found(wanted) == []
