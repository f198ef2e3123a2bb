"""What of a record of levels is drawn, each picture with the rows of its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.kinetics.course import Plateau, lateness, plateau, sampled
from chairside.core.kinetics.curve import Curve, curve
from chairside.core.kinetics.disposition import Input, disposition, inputs, per_kg
from chairside.core.kinetics.measures import peak
from chairside.core.kinetics.schema import Pair, Record, Use
from chairside.core.protocols.schema.terms import Route
from chairside.formulary.kinetic_records import record as record_named
from chairside.web.charts.levels import LevelChart, LevelLine, levels_chart, levels_legend

LATE = (0, 7, 14)  # days that the table always has
_TAIL = 4  # half-lives drawn after the last dose of a course that ends
_UNIT = "mg/L"
_WHOLE = 100  # from here on a fourth digit counts: day 1008 is not day 1010


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture, its legend, and the table with the same numbers."""

    title: str
    picture: SafeString
    legend: Sequence[tuple[str, SafeString]]
    heads: tuple[str, ...]
    rows: Sequence[Sequence[tuple[str, str]]]  # (head, cell); an empty cell where a shape has no number


def first_doses(record: Record, given: Sequence[Input], every: float | None) -> Drawing:
    """From the first dose on, with the level just before each next one."""
    body = disposition(record.parameters)
    last = given[-1].at
    end = last + (every if every else min(_TAIL * body.half_life, max(last, 1.0) * 4))
    drawn = curve(body, given, end)
    times = [*dict.fromkeys(one.at for one in given), end]
    windows = [(begin, until, *peak(drawn, begin, until), drawn.before(until)) for begin, until in pairwise(times)]
    marks = [(until, before) for _, until, _, _, before in windows if every or until < end]
    line = LevelLine("Level; the marks are just before the next dose", sampled(drawn, 0, end), marks)
    rows = []
    for number, (begin, until, when, highest, before) in enumerate(windows, 1):
        following = (_level(before, record), _at(until)) if every or until < end else ("no next dose", "–")
        told = (_at(begin), _amount(record, given, begin), _level(highest, record), span(when - begin))
        rows.append((str(number), *told, *following))
    heads = ("Dose", "Given", "Amount", "Highest level", "So long after it", "Just before the next", "On")
    return _drawing("From the first dose", record, (line,), heads, rows)


def late_dose(record: Record, given: Sequence[Input], every: int, late: int) -> Drawing:
    """At the plateau: the next dose on its day, and so many days late."""
    settled = plateau(disposition(record.parameters), given, every)
    end = settled.due + late + every
    lines = [_line("On its day" if not days else f"{days} days late", settled, days, end) for days in dict.fromkeys((0, late))]
    rows = [
        (_days(one.days), _level(one.level, record), _share(one.share, record))
        for one in lateness(settled, sorted({*LATE, late}))
    ]
    heads = ("The next dose", "Level just before it", "Of the level on its day")
    return _drawing("At the plateau, when a dose is late", record, tuple(lines), heads, rows)


def pair_drawing(record: Record, pair: Pair) -> Drawing:
    """The same drug by two routes."""
    begin, end = (float(time.to("d").amount) for time in pair.window)
    second = record_named(pair.record) if pair.record else record
    rows, lines = [], []
    for told, doses in ((record, pair.first), (second, pair.second)):
        drawn = curve(disposition(told.parameters), inputs([doses]), end)
        interval = f" every {doses.every.spelled()}" if doses.every is not None else ""
        name = f"{_ROUTES.get(doses.route, 'By vein')}, {doses.amount.spelled()}{interval}"
        when, highest = peak(drawn, begin, end)
        lines.append(
            LevelLine(name, [(time - begin, level) for time, level in sampled(drawn, begin, end)], [(when - begin, highest)])
        )
        average = drawn.area(begin, end) / (end - begin)
        since = when - max(one.at for one in drawn.given if one.at <= when)
        levels = (_level(highest, record), span(since), _level(average, record), _level(drawn.before(end), record))
        rows.append((name, *levels))
    heads = ("Doses", "Highest level", "So long after a dose", "Average", "At the end of the picture")
    return _drawing("The same drug by two routes; the marks are the highest levels", record, tuple(lines), heads, rows)


_ROUTES = {Route.SC: "Under the skin", Route.IM: "Into a muscle", Route.PO: "By mouth"}


def plateau_words(record: Record, given: Sequence[Input], every: int) -> str:
    """Peak, trough and average of an interval at the plateau, in a sentence; nothing for a shape."""
    if record.use is Use.SHAPE_ONLY:
        return ""
    settled = plateau(disposition(record.parameters), given, every)
    drawn: Curve = settled.without_next(settled.due)
    highest, lowest = peak(drawn, settled.last, settled.due)[1], drawn.before(settled.due)
    average = drawn.area(settled.last, settled.due) / every
    return f"highest {_said(highest)}, just before the next dose {_said(lowest)}, on average {_said(average)}"


def significant(value: float, digits: int = 3) -> Decimal:
    """Rounded to so many digits that count, for reading: levels are averages of other people."""
    exact = Decimal(repr(value))
    if not exact:
        return Decimal(0)
    places = digits - 1 - exact.adjusted()
    return round(exact, places) if places > 0 else Decimal(int(round(exact, places)))


def _line(name: str, settled: Plateau, late: int, end: float) -> LevelLine:
    drawn = settled.with_next(late, end)
    when = settled.due + late
    points = [(time - settled.last, level) for time, level in sampled(drawn, settled.last, end)]
    return LevelLine(f"{name}; the mark is just before it", points, [(when - settled.last, drawn.before(when))])


def _drawing(
    title: str, record: Record, lines: tuple[LevelLine, ...], heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Drawing:
    shape = record.use is Use.SHAPE_ONLY
    told = "a shape without a scale" if shape else "the table has the levels"
    chart = LevelChart(lines, "" if shape else _UNIT, f"{'; '.join(line.name for line in lines)}; {told}")
    return Drawing(
        title, levels_chart(chart, title), levels_legend(chart), heads, [list(zip(heads, row, strict=True)) for row in rows]
    )


def _amount(record: Record, given: Sequence[Input], day: float) -> str:
    total = sum(one.amount for one in given if one.at == day)
    return f"{plain(significant(total, 4).normalize())} {'mg/kg' if per_kg(record.parameters) else 'mg'}"


def _level(level: float, record: Record) -> str:
    return "" if record.use is Use.SHAPE_ONLY else _said(level)


def _said(level: float) -> str:
    return Quantity(significant(level), quantity(1, _UNIT).unit).spelled()


def _share(share: float, record: Record) -> str:
    return "" if record.use is Use.SHAPE_ONLY else f"{share:.0%}"


def _at(time: float) -> str:
    return f"hour {_short(time * 24)}" if 0 < time < 1 else f"day {_short(time)}"


def span(time: float) -> str:
    """A length of time for reading: hours up to two days, else days."""
    return f"{_short(time * 24)} h" if time < 2 else f"{_short(time)} d"


def _short(value: float) -> str:
    return plain(significant(value).normalize() if value < _WHOLE else significant(value, 4).normalize())


def _days(late: int) -> str:
    return f"{late} days late" if late else "on its day"
