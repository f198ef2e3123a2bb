"""NEWS2: every edge of the table, both sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chairside.core.visit.news2 import news2

WELL: dict[str, Any] = {
    "rr": Decimal(16),
    "spo2": Decimal(97),
    "on_oxygen": False,
    "sbp": Decimal(128),
    "pulse": Decimal(76),
    "consciousness": "A",
    "temp": Decimal("36.8"),
}


def points(part, **other):
    return news2(**{**WELL, **other}).parts[part]


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        *(("rr", n, p) for n, p in ((8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3))),
        *(("spo2", n, p) for n, p in ((91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0))),
        *(("sbp", n, p) for n, p in ((90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3))),
        *(
            ("pulse", n, p)
            for n, p in ((40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3))
        ),
        *(
            ("temp", n, p)
            for n, p in (("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2))
        ),
    ],
)
def test_each_edge_of_the_table(part, value, expected):
    assert points(part, **{part: Decimal(str(value))}) == expected


@pytest.mark.parametrize(
    ("spo2", "oxygen", "expected"),
    [
        (83, True, 3),
        (84, True, 2),
        (85, True, 2),
        (86, True, 1),
        (87, True, 1),
        (88, True, 0),
        (92, True, 0),
        (93, True, 1),
        (94, True, 1),
        (95, True, 2),
        (96, True, 2),
        (97, True, 3),
        (93, False, 0),
        (99, False, 0),
    ],
)
def test_scale_two_asks_whether_there_is_oxygen(spo2, oxygen, expected):
    assert points("spo2", spo2=Decimal(spo2), on_oxygen=oxygen, scale=2) == expected


def test_temperature_is_rounded_to_a_tenth_before_it_is_scored():
    assert points("temp", temp=Decimal("38.04")) == 0
    assert points("temp", temp=Decimal("38.05")) == 1


def test_a_first_dose_reaction_is_an_emergency():
    score = news2(
        **{**WELL, "rr": Decimal(24), "spo2": Decimal(94), "sbp": Decimal(98), "pulse": Decimal(118), "temp": Decimal("38.4")}
    )
    assert (score.total, score.band, score.single_red) == (8, "high", ())


def test_one_red_value_is_urgent_even_with_a_low_total():
    score = news2(**{**WELL, "sbp": Decimal(88)})
    assert (score.total, score.band, score.single_red) == (3, "low_medium", ("sbp",))


def test_a_missing_value_gives_no_total_and_red_still_shows():
    score = news2(**{**WELL, "temp": None, "sbp": Decimal(84)})
    assert (score.total, score.band, score.missing, score.single_red) == (None, None, ("temp",), ("sbp",))


@pytest.mark.parametrize("word", ["C", "V", "P", "U"])
def test_anything_but_alert_is_red(word):
    assert points("consciousness", consciousness=word) == 3
