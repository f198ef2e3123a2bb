"""Titrations as arithmetic: everything delivered, steps and pauses in their order, nothing rounded on the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.visit.run.titration import (
    min_infusion_time,
    titration,
    titration_across_bag_change,
    titration_with_pause,
    two_phase_rate,
)

D = Decimal
USUAL = (D(600), D(40), D(40), D(30), D(320))


def test_a_titration_that_ends_with_a_step_starts_no_other():
    rows = titration(D(120), D(40), D(40), D(30), D(320))
    assert [(row.rate, row.delivered, row.cumulative, row.ends) for row in rows] == [
        (40, 20, 20, 30),
        (80, 40, 60, 60),
        (120, 60, 120, 90),
    ]
    assert len(titration(D("120.01"), D(40), D(40), D(30), D(320))) == 4
    assert len(titration(D(25), D(50), D(50), D(10), D(100))) == 2  # 8 1/3 mg in the first ten minutes: not rounded away


def test_the_last_step_is_the_highest_rate_even_between_steps():
    assert [row.rate for row in titration(D(600), D(40), D(40), D(30), D(100))] == [40, 80, 100]
    assert [row.rate for row in titration(D(600), D(40), D(40), D(30), D(40))] == [40]


positive = st.decimals("0.1", "2000", places=1)


@given(total=positive, start=positive, rise=st.decimals("3", "500", places=1), every=positive, above=positive)
def test_a_titration_delivers_the_total(total, start, rise, every, above):
    rows = titration(total, start, rise, every, start + above)
    assert rows[-1].cumulative == total
    assert abs(sum(row.delivered for row in rows) - total) < D("1e-20")
    assert abs(sum(row.minutes for row in rows) - rows[-1].ends) < D("1e-20")
    assert all(row.rate <= start + above for row in rows)
    assert all(row.minutes <= every for row in rows if row.rate < start + above)


def test_after_a_pause_part_of_the_rate_is_held_and_then_rises():
    done = titration_with_pause(*USUAL, pause_at=D(45), pause=D(15), percent=D(50), hold=D(20))
    assert (done.delivered, done.rate, done.restart) == (40, 80, 40)
    assert [(row.rate, row.minutes) for row in done.rows][:3] == [(40, 20), (80, 30), (120, 30)]
    assert done.rows[-1].cumulative == 600
    assert done.elapsed - done.infusing == 15


def test_a_pause_at_the_end_of_a_step_restarts_from_that_step():
    done = titration_with_pause(*USUAL, pause_at=D(60), pause=D(0), percent=D(50), hold=D(30))
    assert (done.rate, done.restart, done.delivered) == (80, 40, 60)


def test_a_restart_never_rises_above_the_highest_rate():
    done = titration_with_pause(D(900), D(40), D(40), D(30), D(100), pause_at=D(200), pause=D(5), percent=D(80), hold=D(30))
    assert [row.rate for row in done.rows] == [80, 100]


def test_a_bag_change_interrupts_a_step_and_does_not_restart_it():
    done = titration_across_bag_change([D(60), D(120), D(240)], D(20), [D(40), D(100), D(60)], D(5))
    assert done.empty_at == (D(30), D(65))  # 20 + 20 mL in 20 + 10 min; 100 mL more in 10 + 20 min and a change of 5
    assert done.left_of_step == (D(10), D(0))
    assert (done.infusing, done.finish, done.total) == (75, 85, 200)


def test_parts_of_a_bag_over_their_times():
    parts, minutes = two_phase_rate(D(250), [(D(10), D(15)), (D(90), D(45))])
    assert [(part.ml, part.ml_h) for part in parts] == [(25, 100), (225, 300)]
    assert minutes == 60


@pytest.mark.parametrize(("dose", "minutes"), [(599, 60), (600, 60), (601, D("60.1"))])
def test_the_shortest_time_is_the_longer_of_two(dose, minutes):
    shortest = min_infusion_time(D(dose), D(10), D(60), D(5))
    assert shortest.minutes == minutes
    assert shortest.ml == D(dose) / 5
    assert abs(shortest.ml_h * shortest.minutes / 60 - shortest.ml) < D("1e-20")


@pytest.mark.parametrize(
    "ask",
    [
        lambda: titration(D(0), D(40), D(40), D(30), D(320)),
        lambda: titration(D(600), D(400), D(40), D(30), D(320)),
        lambda: titration(D(600), D(1), D("0.001"), D(30), D(320)),
        lambda: titration_with_pause(*USUAL, pause_at=D(9999), pause=D(1), percent=D(50), hold=D(30)),
        lambda: titration_with_pause(*USUAL, pause_at=D(45), pause=D(-1), percent=D(50), hold=D(30)),
        lambda: titration_with_pause(*USUAL, pause_at=D(45), pause=D(1), percent=D(101), hold=D(30)),
        lambda: titration_across_bag_change([], D(30), [D(50)], D(4)),
        lambda: titration_across_bag_change([D(40)], D(30), [D(0)], D(4)),
        lambda: two_phase_rate(D(500), [(D(20), D(30)), (D(70), D(60))]),
        lambda: min_infusion_time(D(1000), D(0), D(60), D(5)),
    ],
)
def test_numbers_that_no_infusion_can_have_are_named(ask):
    with pytest.raises(ValueError, match=r".+"):
        ask()
