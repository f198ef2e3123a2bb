"""Made-up pictures for the style pages: a ladder, a flowsheet, a patient's line, a board. One moment, one site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from chairside.web.charts.board import Board, Lane, Phase, Slot
from chairside.web.charts.flowsheet import Flowsheet, Row, Series
from chairside.web.charts.ladder import Rung
from chairside.web.charts.lanes import Bar, LaneChart, LineLane, Mark

ZONE = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 23, 16, 42, tzinfo=UTC)  # 10:42 at the site


def rungs() -> list[Rung]:
    planned = [(10, 15), (20, 15), (40, 15), (80, 15), (150, 30), (250, 40)]
    states = ["done", "done", "done", "now", "locked", "locked"]
    why = {5: "15 min at this rate and a set of vitals no older than 5 min", 6: "after step 5"}
    return [
        Rung(n, Decimal(rate), minutes, state, why.get(n, ""), NOW + timedelta(minutes=13) if n == 5 else None)  # type: ignore[arg-type]
        for n, ((rate, minutes), state) in enumerate(zip(planned, states, strict=True), start=1)
    ]


def sheet() -> Flowsheet:
    begin = NOW - timedelta(minutes=62)
    taken = [(0, 124, 78, 72), (15, 122, 76, 74), (30, 118, 74, 78), (45, None, None, 84), (60, 109, 68, 91)]
    rates = [(2, 10), (17, 20), (32, 40), (47, 80)]
    rows = []
    for minute, *values in taken:
        rate = max((Decimal(r) for m, r in rates if m <= minute), default=None)
        rows.append(Row(begin + timedelta(minutes=minute), tuple(None if v is None else Decimal(v) for v in values), rate))
    return Flowsheet(
        (Series("Systolic", "mm[Hg]"), Series("Diastolic", "mm[Hg]"), Series("Pulse", "/min")),
        tuple(rows),
        tuple((begin + timedelta(minutes=m), Decimal(r)) for m, r in rates),
        until=NOW,
        now=NOW,
    )


def line() -> LaneChart:
    return LaneChart(
        date(2026, 10, 1),
        date(2027, 4, 30),
        (
            LineLane(
                "Doses",
                (),
                (
                    Mark(date(2026, 10, 12), "1", "done"),
                    Mark(date(2026, 10, 26), "2", "done"),
                    Mark(date(2026, 11, 23), "3", "now"),
                    Mark(date(2027, 1, 18), "4"),
                    Mark(date(2027, 3, 15), "5", "act"),
                ),
            ),
            LineLane(
                "Windows",
                (Bar(date(2027, 1, 14), date(2027, 1, 25), "dose 4"), Bar(date(2027, 3, 11), date(2027, 3, 22), "dose 5")),
            ),
            LineLane(
                "Authorization",
                (
                    Bar(date(2026, 10, 5), date(2027, 2, 28), "200 units approved, 41 left after dose 4", "done"),
                    Bar(date(2027, 3, 1), date(2027, 4, 30), "not asked for yet", "due"),
                ),
            ),
            LineLane("Requirements", (), (Mark(date(2027, 1, 4), "L", "due"), Mark(date(2027, 3, 1), "L", "locked"))),
        ),
        today=date(2026, 11, 23),
    )


def board() -> Board:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 23, hour, minute, tzinfo=ZONE)

    def visit(begin: datetime, who: str, word: str, tone: str, phases: tuple[Phase, ...], **more: Any) -> Slot:
        length = timedelta(minutes=sum(phase.minutes for phase in phases))
        return Slot(begin, begin + length, who, word, tone, phases=phases, url=more.pop("url", "#"), **more)

    def phases(prepare: int, infuse: int, observe: int, given: int = 0) -> tuple[Phase, ...]:
        kinds = ((prepare, "plain", "Preparation"), (infuse, "now", "Infusion"), (observe, "observe", "Observation"))
        return tuple(Phase(m, "done" if n < given else tone, word) for n, (m, tone, word) in enumerate(kinds) if m)

    lanes = (
        Lane(
            "Chair 1",
            (
                visit(at(8), "Okafor, J.", "Given", "done", phases(30, 60, 0, 3)),
                visit(at(10), "Moreno, A.", "80 mL/h", "now", phases(30, 120, 30, 1), detail="vitals 10:45"),
                visit(at(13, 30), "Lindqvist, E.", "Booked", "plain", phases(15, 60, 15)),
            ),
        ),
        Lane(
            "Chair 2",
            (
                visit(
                    at(8, 30), "Haddad, S.", "Vitals 6 min late", "act", phases(30, 150, 30, 1), late=True, detail="125 mL/h"
                ),
                visit(at(12, 30), "Weber, T.", "Booked", "plain", phases(30, 90, 30)),
            ),
        ),
        Lane(
            "Chair 3",
            (
                visit(at(9), "Nguyen, L.", "Observation", "observe", phases(15, 45, 60, 2), detail="until 11:00"),
                visit(at(11, 15), "Castillo, R.", "Booked", "plain", phases(15, 30, 30)),
                visit(at(13), "Brandt, M.", "Booked", "plain", phases(30, 120, 30)),
            ),
        ),
        Lane(
            "Chair 4",
            (
                Slot(at(8), at(9, 30), "Cleaning", "Blocked", "plain", blocked=True),
                visit(at(10, 15), "Silva, P.", "Weight check", "due", phases(45, 60, 15), detail="changed 10.0 %"),
            ),
        ),
        Lane(
            "Chair 5",
            (visit(at(10, 30), "Ito, K.", "Checked in", "plain", phases(10, 15, 0), icon="person"),),
            "recliner, isolation",
        ),
        Lane("Bed 1", (), "bed"),
    )
    return Board(at(7), at(19), lanes, NOW, ZONE)
