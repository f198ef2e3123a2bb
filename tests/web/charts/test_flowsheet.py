"""The flowsheet holds twelve hours with sixty sets without a word on a word, and says in words all that it draws."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from chairside.web.charts.flowsheet import Change, Flowsheet, RateLane, Row, Series, Span, Tick, flowsheet_chart

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SERIES = (
    Series("Systolic", "mm[Hg]", lane="Pressure"),
    Series("Diastolic", "mm[Hg]", lane="Pressure"),
    Series("Pulse", "/min"),
)


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def row(minutes: float, *values: int | None, **more: object) -> Row:
    return Row(later(minutes), tuple(None if value is None else Decimal(value) for value in values), **more)  # type: ignore[arg-type]


def long_day() -> Flowsheet:
    """Twelve hours, sixty sets, a dozen rates, symptoms that come and go, forty events."""
    rows = tuple(row(12 * n, 118 - n % 7, 70 + n % 5, 72 + n % 20, baseline=n == 0) for n in range(60))
    steps = tuple((later(30 + 50 * n), Decimal(20 * n + 20)) for n in range(12))
    spans = tuple(Span(name, later(100 * n + 60), later(100 * n + 75) if n < 5 else None) for n, name in enumerate(
        ("itching", "nausea", "itching", "headache", "flushing", "itching")))  # fmt: skip
    ticks = tuple(
        Tick(later(18 * n), f"event number {n}", "events" if n % 3 else "drugs", reported=n % 7 == 0) for n in range(40)
    )
    return Flowsheet(SERIES, rows, now=later(720), rates=(RateLane("inFLIXimab", steps),), spans=spans, ticks=ticks)


def drawn(sheet: Flowsheet) -> ElementTree.Element:
    with timezone.override("UTC"):
        return ElementTree.fromstring(flowsheet_chart(sheet, "Flowsheet"))


def words(root: ElementTree.Element) -> dict[float, list[tuple[float, float, str]]]:
    """Every text of the lanes with the stretch that it takes, by its line."""
    found: dict[float, list[tuple[float, float, str]]] = {}

    def walk(node: ElementTree.Element, down: float) -> None:
        moved = re.search(r"translate\(0 ([\d.]+)\)", node.get("transform") or "")
        down += float(moved.group(1)) if moved else 0
        if node.tag == "text" and (node.get("class") or "") in ("value", "tick-word"):
            text, x = node.text or "", float(node.get("x") or 0)
            wide = len(text) * 7.0
            begin = {"middle": x - wide / 2, "end": x - wide}.get(node.get("text-anchor") or "", x)
            found.setdefault(round(down + float(node.get("y") or 0), 1), []).append((begin, begin + wide, text))
        for child in node:
            walk(child, down)

    walk(root, 0)
    return found


def test_no_word_stands_on_another_in_twelve_hours_with_sixty_sets():
    root = drawn(long_day())
    lines = words(root)
    assert sum(map(len, lines.values())) > 60
    for y, found in lines.items():
        for one, other in pairwise(sorted(found)):
            assert one[1] <= other[0], (y, one, other)


def test_nothing_is_drawn_outside_the_picture():
    root = drawn(long_day())
    width, height = (float(part) for part in (root.get("viewBox") or "").split()[2:])
    for found in words(root).values():
        assert all(begin >= 0 and end <= width + 1 for begin, end, _ in found)
    assert all(float(node.get("y") or 0) <= height for node in root.iter("text"))


def test_the_newest_value_is_always_written():
    sheet = Flowsheet(SERIES, tuple(row(n, 110 + n, 70, 80) for n in range(40)), now=later(40))
    texts = [node.text for node in drawn(sheet).iter("text")]
    assert "149/70" in texts
    assert "110/70" not in texts or texts.count("110/70") == 1


def test_pressures_share_a_lane_and_the_others_have_their_own():
    root = drawn(long_day())
    names = [node.text for node in root.iter("text") if node.get("class") == "lane-name"]
    assert names == ["inFLIXimab", "Pressure", "Pulse", "Symptoms", "Drugs", "Events"]
    assert len([node for node in root.iter() if node.get("class") == "band-bar"]) == 60


def test_all_that_is_drawn_is_also_said():
    sheet = Flowsheet(
        SERIES,
        (row(0, 118, 74, 72), row(30, 110, None, 80)),
        now=later(60),
        rates=(RateLane("inFLIXimab", ((later(5), Decimal(20)), (later(20), Decimal(40)))),),
        spans=(Span("itching", later(10), later(15)), Span("flushing", later(40))),
        ticks=(Tick(later(25), "pause"), Tick(later(2), "acetaminophen 650 mg", "drugs", reported=True)),
    )
    said = str(drawn(sheet).get("aria-label"))
    for part in (
        "2 sets; last at 14:30",
        "Diastolic not taken",
        "20 mL/h from 14:05, 40 mL/h from 14:20",
        "itching 14:10 to 14:15",
        "flushing since 14:40",
        "14:25 pause",
        "acetaminophen 650 mg, reported",
    ):
        assert part in said


def test_a_reported_set_is_a_diamond_and_a_changed_one_is_full():
    sheet = Flowsheet(
        SERIES,
        (
            row(0, 118, 74, 72, baseline=True),
            row(30, 80, 50, 72, reported=True, changes=(Change("act", "down 38"), None, None)),
        ),
    )
    root = drawn(sheet)
    marks = [node for node in root.iter() if "mark" in (node.get("class") or "").split()]
    assert [node.tag for node in marks].count("path") == 3
    assert len([node for node in marks if "mark-out" in (node.get("class") or "")]) == 1
    assert len([node for node in root.iter() if node.get("class") == "baseline"]) == 3


def test_the_rate_at_a_moment_is_none_while_it_does_not_run():
    lane = RateLane("x", ((later(0), Decimal(20)), (later(10), Decimal(0)), (later(20), Decimal(40))), until=later(30))
    assert [lane.at(later(n)) for n in (-1, 5, 15, 25, 31)] == [None, 20, None, 40, None]


@pytest.mark.parametrize("hours", [1, 4, 12, 40])
def test_the_axis_has_room_for_its_times(hours):
    sheet = Flowsheet(SERIES, (row(0, 118, 74, 72), row(hours * 60, 118, 74, 72)))
    places = sorted(
        float(node.get("x") or 0) for node in drawn(sheet).iter("text") if re.fullmatch(r"\d\d:\d\d", node.text or "")
    )
    assert len(places) >= 2
    assert all(after - before > 40 for before, after in pairwise(places))


def test_the_table_runs_as_the_chart_does_with_its_changes_in_words(render):
    sheet = Flowsheet(
        SERIES,
        (
            row(0, 118, 74, 72, baseline=True, said="alert"),
            row(30, 80, None, 72, changes=(Change("act", "down 38"), None, None)),
        ),
        rates=(RateLane("inFLIXimab", ((later(5), Decimal(20)),)),),
    )
    with timezone.override("UTC"):
        text = render("<c-flowsheet :sheet='sheet' title='Flowsheet' />", sheet=sheet)
    table = text[text.index("<table") :]
    assert table.index("14:00") < table.index("14:30")
    assert "down 38" in table
    assert "changed-act" in table
    assert 'aria-label="not taken"' in table
    assert "inFLIXimab, mL/h" in table
    assert "baseline" in table
