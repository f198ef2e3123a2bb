"""Pictures hold their numbers, speak for themselves, and carry classes instead of styles."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside import web
from chairside.web.charts.board import Board, Lane, Slot, columns_css
from chairside.web.charts.flowsheet import Flowsheet, Row, Series, flowsheet_chart
from chairside.web.charts.ladder import Rung, ladder_drawing
from chairside.web.charts.lanes import Bar, LaneChart, LineLane, Mark, lane_chart
from chairside.web.charts.levels import LevelChart, LevelLine, levels_chart, levels_legend
from chairside.web.charts.scale import rounded_range
from chairside.web.charts.sparkline import sparkline

ZONE = ZoneInfo("America/Chicago")
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def parsed(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.find("title") is not None
    assert not [node for node in root.iter() if node.get("style")]
    return root


def classes(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [node for node in root.iter() if name in (node.get("class") or "").split()]


def test_a_sparkline_marks_a_value_outside_its_bounds():
    root = parsed(sparkline([("9:00", Decimal(72)), ("9:15", Decimal(91))], "Pulse", "/min", Decimal(60), Decimal(90)))
    assert len(classes(root, "mark-out")) == 1
    assert "9:15 91" in str(root.get("aria-label"))


def test_a_sparkline_of_one_value_draws_no_line():
    assert not classes(parsed(sparkline([("9:00", Decimal(72))], "Pulse", "/min")), "line")


def test_the_stairs_of_a_ladder_rise_with_the_rate():
    rungs = [Rung(1, Decimal(10), 15, "done"), Rung(2, Decimal(20), 15, "now"), Rung(3, Decimal(40), 30, "locked")]
    stairs = classes(parsed(ladder_drawing(rungs, "Ladder")), "step")
    heights = [float(stair.get("height") or 0) for stair in stairs]
    widths = [float(stair.get("width") or 0) for stair in stairs]
    assert heights == sorted(heights)
    assert widths[2] > widths[1] == widths[0]


def test_a_set_of_vitals_that_was_not_taken_breaks_the_curve():
    values = [Decimal(120), Decimal(118), None, Decimal(110), Decimal(109)]
    rows = tuple(Row(AT + timedelta(minutes=15 * n), (value,)) for n, value in enumerate(values))
    root = parsed(flowsheet_chart(Flowsheet((Series("Systolic", "mm[Hg]"),), rows), "Vitals"))
    assert len(classes(root, "series-1")) == 2 + 4  # two curves, four marks


def test_a_flowsheet_without_values_says_so():
    assert "no values yet" in flowsheet_chart(Flowsheet((), ()), "Vitals")


@given(st.lists(st.decimals(-1000, 1000, places=1), min_size=1, max_size=8))
def test_an_axis_holds_every_value(values):
    low, high, step = rounded_range(values)
    assert low <= min(values)
    assert high >= max(values)
    assert 1 <= (high - low) / step <= 8


def test_the_patients_line_says_all_that_it_draws():
    lanes = (
        LineLane("Doses", marks=(Mark(date(2026, 11, 23), "3", "now"),)),
        LineLane("Authorization", bars=(Bar(date(2026, 10, 1), date(2027, 2, 28), "41 left", "due"),)),
    )
    root = parsed(lane_chart(LaneChart(date(2026, 10, 1), date(2027, 3, 31), lanes, date(2026, 11, 23)), "Line"))
    for part in ("3 on 2026-11-23", "41 left 2026-10-01 to 2027-02-28"):
        assert part in str(root.get("aria-label"))
    assert len(classes(root, "now")) == 1


def board(*slots: Slot, now: datetime = AT) -> Board:
    first = datetime(2026, 11, 23, 7, tzinfo=ZONE)
    return Board(first, first + timedelta(hours=12), (Lane("Chair 1", slots),), now, ZONE)


def test_a_visit_stands_at_its_five_minute_columns():
    slot = Slot(datetime(2026, 11, 23, 8, tzinfo=ZONE), datetime(2026, 11, 23, 9, 30, tzinfo=ZONE), "A", "Booked")
    assert board(slot).rows[0].slots[0].place == "from-12 to-30"


@given(st.integers(-2000, 2000), st.integers(0, 2000))
def test_nothing_on_a_chair_is_ever_invisible(begin, length):
    start = AT + timedelta(minutes=begin)
    place = board(Slot(start, start + timedelta(minutes=length), "A", "Booked")).rows[0].slots[0].place
    first, last = (int(part.split("-")[1]) for part in place.split())
    assert 0 <= first < last <= 144


def test_the_now_line_is_drawn_within_the_day_only():
    assert board(now=AT).now_column == 24
    assert board(now=AT + timedelta(days=1)).now_column is None


def test_a_board_of_a_day_too_long_for_the_columns_is_refused():
    first = datetime(2026, 11, 23, 0, tzinfo=ZONE)
    with pytest.raises(ValueError, match="8 to 16"):
        Board(first, first + timedelta(hours=20), (), AT, ZONE)


def test_the_columns_of_the_stylesheet_are_those_of_the_board():
    path = Path(web.__file__).parent / "static/chairside/css/board-columns.css"
    assert path.read_text() == columns_css()


def test_levels_are_told_apart_by_dash_and_mark_and_a_shape_has_no_scale():
    curve = [(0.0, 0.0), (0.1, 40.0), (14.0, 3.0)]
    lines = (LevelLine("on its day", curve, [(14.0, 3.0)]), LevelLine("late", curve, [(14.0, 3.0)]))
    root = parsed(levels_chart(LevelChart(lines, "mg/L", "two curves"), "Levels"))
    assert [len(classes(root, name)) for name in ("level-1", "level-2")] == [2, 2]
    said = {node.text for node in root.iter() if node.tag == "text"}
    assert {"mg/L", "40", "days", "14"} <= said
    shape = parsed(levels_chart(LevelChart(lines[:1], "", "a shape"), "Levels"))
    assert {"40", "mg/L"}.isdisjoint({node.text for node in shape.iter()})
    hours = parsed(levels_chart(LevelChart((LevelLine("a", [(0.0, 1.0), (0.5, 0.0)]),), "mg/L", ""), "Levels"))
    assert "hours" in {node.text for node in hours.iter()}
    assert [name for name, _ in levels_legend(LevelChart(lines, "mg/L", ""))] == ["on its day", "late"]
    assert not classes(parsed(levels_chart(LevelChart((), "mg/L", ""), "Levels")), "line")
