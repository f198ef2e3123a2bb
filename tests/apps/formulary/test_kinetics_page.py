"""The page of levels over time: it draws what may be drawn, says why it does not, and never looks like a dose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chairside.core.access import Role
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db
NEVER = "never for dosing a person"


@pytest.fixture
def place() -> Iterator[Center]:
    with center(roles=(Role.PHARMACIST,), approved=False) as made:
        yield made


def page(place: Center, address: str, **asked: Any) -> str:
    answer = place.client(Role.PHARMACIST).get(f"/formulary/{address}", asked)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "address", ["vedolizumab_iv/kinetics/", "scig_hizentra/kinetics/", "kinetics/morphine/", "vancomycin/kinetics/"]
)
def test_every_page_says_what_it_is_not_for(place: Center, address: str) -> None:
    assert NEVER in page(place, address)


def test_a_late_dose_finds_less(place: Center) -> None:
    """Infliximab every eight weeks: two weeks late leaves about half (reference level 1.2137 of 2.5807 mg/L)."""
    text = page(place, "infliximab_iv/kinetics/", regimen="cd_uc_psa_pso", late=21)
    assert "clearance by 37.7% and central volume by 22.1%" in text
    for said in ("385 mg", "2.58 mg/L", "1.21 mg/L", "47%", "21 days late"):
        assert said in text


def test_a_shape_has_no_numbers(place: Center) -> None:
    text = page(place, "natalizumab/kinetics/")
    assert "level, without a scale" in text
    drawn = text[text.index("From the first dose") : text.index("<h2>Values</h2>")]
    assert "mg/L" not in drawn
    assert "not stated, only the shape is drawn" in drawn


def test_what_is_not_fair_is_not_drawn_and_says_why(place: Center) -> None:
    text = page(place, "zoledronic_acid_5mg_iv/kinetics/")
    assert "From the first dose" not in text
    assert "goes into bone and stays there" in text


def test_two_routes_stand_side_by_side(place: Center) -> None:
    text = page(place, "ondansetron/kinetics/")
    assert "By mouth, 8 mg" in text
    assert "four tenths are broken down there" in text
    assert "Under the skin, 162 mg every 7 d" in page(place, "tocilizumab_iv/kinetics/")


def test_a_therapy_without_values_says_so(place: Center) -> None:
    assert "No curve for this therapy" in page(place, "pegloticase_iv/kinetics/")


def test_what_makes_no_sense_is_told(place: Center) -> None:
    client = place.client(Role.PHARMACIST)
    assert client.get("/formulary/infliximab_iv/kinetics/", {"late": "soon"}).status_code == 422
    assert client.get("/formulary/infliximab_iv/kinetics/", {"regimen": "by_heart"}).status_code == 422
    assert client.get("/formulary/no_such_therapy/kinetics/").status_code == 404
    assert client.get("/formulary/kinetics/no_such_record/").status_code == 404


def test_it_asks_the_database_little(place: Center) -> None:
    client = place.client(Role.PHARMACIST)
    client.get("/formulary/infliximab_iv/kinetics/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/formulary/infliximab_iv/kinetics/")
    assert len(asked) < 20


def test_who_is_not_logged_in_sees_nothing(place: Center) -> None:
    assert Client(HTTP_HOST="127.0.0.1").get("/formulary/infliximab_iv/kinetics/").status_code == 302
