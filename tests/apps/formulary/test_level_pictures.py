"""Every record that may be drawn is drawn, on the schedule of each of its therapies, and a shape tells no number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chairside.apps.formulary.level_pictures import (
    Drawing,
    first_doses,
    late_dose,
    pair_drawing,
    plateau_words,
    significant,
    span,
)
from chairside.core.kinetics.disposition import inputs
from chairside.core.kinetics.schema import Use
from chairside.formulary import loader
from chairside.formulary.kinetic_records import known_records, record
from chairside.formulary.level_doses import schedules

DRAWN = [record(key) for key in known_records() if record(key).drawable]
ON = date(2026, 11, 23)


def cells(drawing: Drawing) -> str:
    return " ".join(cell for row in drawing.rows for _, cell in row)


@pytest.mark.parametrize("told", DRAWN, ids=[told.id for told in DRAWN])
def test_every_schedule_of_every_therapy_is_drawn(told):
    drawings = [first_doses(told, inputs(told.example)[:8], None)]
    if told.pair is not None:
        drawings.append(pair_drawing(told, told.pair))
    for protocol in told.protocols[:2]:
        for plan in schedules(loader.load(protocol), told, ON):
            drawings.append(first_doses(told, plan.given(told), plan.every))
            if plan.every is not None and plan.every >= 7:
                drawings.append(late_dose(told, plan.given(told), plan.every, 14))
    for drawing in drawings:
        assert "nan" not in drawing.picture
        assert ("mg/L" in cells(drawing)) is (told.use is not Use.SHAPE_ONLY)
        assert ("mg/L" in drawing.picture) is (told.use is not Use.SHAPE_ONLY)


def test_infliximab_every_eight_weeks_is_drawn_by_its_protocol():
    told = record("infliximab_iv")
    plan = next(plan for plan in schedules(loader.load("infliximab_iv"), told, ON) if plan.regimen.key == "cd_uc_psa_pso")
    assert plan.every == 56
    assert [one.day for one in plan.doses[:4]] == [0, 14, 42, 98]
    assert {one.amount.spelled() for one in plan.doses} == {"385 mg"}
    assert plan.over == 120
    assert plateau_words(told, plan.given(told), 56).startswith("highest 110 mg/L, just before the next dose 2.58 mg/L")
    table = late_dose(told, plan.given(told), 56, 14).rows
    assert [row[2][1] for row in table] == ["100%", "69%", "47%"]


def test_levels_are_told_with_three_digits():
    assert [significant(value) for value in (0.0, 0.0066885, 2.5807, 110.04, 1234.5)] == [
        Decimal(0),
        Decimal("0.00669"),
        Decimal("2.58"),
        Decimal(110),
        Decimal(1230),
    ]
    assert (span(0.25), span(12.86), span(1008.0)) == ("6 h", "12.9 d", "1,008 d")


def test_a_course_that_ends_has_no_next_dose():
    told = record("rituximab_iv_nononc")
    plan = next(plan for plan in schedules(loader.load(told.id), told, ON) if plan.regimen.key == "ra")
    rows = first_doses(told, plan.given(told), plan.every).rows
    assert [row[5][1] for row in rows][-1] == "no next dose"
    assert rows[0][6] == ("On", "day 14")


def test_a_peak_is_told_from_the_dose_before_it():
    told = record("belimumab_iv")
    drawing = pair_drawing(told, told.pair)
    assert [row[2][1] for row in drawing.rows] == ["1 h", "2.61 d"]
