"""Made-up data for the style pages: every component in every state, and the three screens that the others resemble."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest

from chairside.core.kernel.decision import Decision, refused, review, unknown
from chairside.web.charts.board import Board, Lane, Phase, Slot
from chairside.web.charts.flowsheet import Flowsheet, Row, Series
from chairside.web.charts.ladder import Rung
from chairside.web.charts.lanes import Bar, LaneChart, LineLane, Mark
from chairside.web.forms import AmountField, Form
from chairside.web.paging import Column, Listing, listing

PAGES = ("components", "board", "visit", "queue", "public", "print")
ZONE = ZoneInfo("America/Chicago")
SITE = {"name": "Lakeside Infusion Center", "zone": str(ZONE)}
NOW = datetime(2026, 11, 23, 16, 42, tzinfo=UTC)  # 10:42 at the site


def style_context(request: HttpRequest, page: str) -> dict[str, Any]:
    """Everything that the style pages show. Every name and number in it is invented."""
    return {
        "pages": [{"label": name.capitalize(), "url": f"/style/{name}/", "current": name == page} for name in PAGES],
        "site_now": NOW,
        "now": NOW,
        "soon": NOW + timedelta(minutes=13),
        "tones": [
            {"tone": "plain", "word": "Booked"},
            {"tone": "now", "word": "Infusing 150 mL/h"},
            {"tone": "due", "word": "Vitals due 10:45"},
            {"tone": "act", "word": "Vitals 6 min late"},
            {"tone": "observe", "word": "Observation until 11:30"},
            {"tone": "done", "word": "Given"},
            {"tone": "unknown", "word": "TB screening not recorded"},
            {"tone": "locked", "word": "Locked until 10:55"},
        ],
        "decision": _decision(),
        "rungs": _rungs(),
        "pulse": [
            (f"{h}:{m:02}", Decimal(v)) for h, m, v in ((9, 40, 72), (9, 55, 74), (10, 10, 78), (10, 25, 84), (10, 40, 91))
        ],
        "pulse_low": Decimal(60),
        "pulse_high": Decimal(90),
        "sheet": _sheet(),
        "line": _line(),
        "board": _board(),
        "form": _form(),
        "born": date(1968, 3, 4),
        "weight_on": date(2026, 11, 3),
        "referrals": _referrals(request),
        "none": listing(request, _List([]), _COLUMNS, name="none", default_sort="risk"),
        "steps": [
            {"label": "Referral", "state": "done"},
            {"label": "Order signed", "state": "done"},
            {"label": "Coverage", "state": "now"},
            {"label": "Clearance", "state": "act"},
            {"label": "Booked", "state": "locked"},
        ],
        "tabs": [
            {"label": "Line", "url": "?tab=line", "current": True},
            {"label": "Orders", "url": "?tab=orders", "current": False, "count": 2},
            {"label": "Coverage", "url": "?tab=coverage", "current": False, "count": 1},
            {"label": "Results", "url": "?tab=results", "current": False},
        ],
        "documents": [
            {"title": "Consent for infliximab", "url": "#", "kind": "PDF, 2 pages", "at": date(2026, 11, 3)},
            {"title": "Downtime sheet", "url": "#", "kind": "PDF, 1 page", "note": "print before the network goes"},
        ],
        "reactions": [{"text": "Grade 2 infusion reaction", "note": "dose 2, Oct 12, 2026, at 120 mL/h"}],
        "allergies": [{"text": "Penicillin", "note": "hives"}, {"text": "Latex", "note": "contact rash"}],
    }


def _decision() -> Decision[str]:
    return Decision(
        None,
        (
            refused(
                "requires_screening",
                "Hepatitis B core antibody is positive, and nobody has answered for it yet. Ask the "
                "prescriber for a plan before the dose.",
                limit="negative, or a plan on record",
                source="protocol v3, label 2024",
                override="prescriber",
            ),
            unknown(
                "missing_fact",
                "No TB screening in the last 12 months is on record. Record the result, or order the test.",
                limit="12 months",
                source="protocol v3",
            ),
            review(
                "weight_changed",
                "Today's 90.6 kg is 10.0 % above the dosing weight of record, 82.4 kg.",
                limit="10 %",
                source="site policy",
                override="pharmacist",
            ),
        ),
        (
            "5 mg/kg × 82.4 kg = 412 mg",
            "No rounding asked for by the protocol",
            "5 vials of 100 mg hold 500 mg; 88 mg is waste",
        ),
    )


def _rungs() -> list[Rung]:
    planned = [(10, 15), (20, 15), (40, 15), (80, 15), (150, 30), (250, 40)]
    states = ["done", "done", "done", "now", "locked", "locked"]
    why = {5: "15 min at this rate and a set of vitals no older than 5 min", 6: "after step 5"}
    return [
        Rung(n, Decimal(rate), minutes, state, why.get(n, ""), NOW + timedelta(minutes=13) if n == 5 else None)  # type: ignore[arg-type]
        for n, ((rate, minutes), state) in enumerate(zip(planned, states, strict=True), start=1)
    ]


def _sheet() -> Flowsheet:
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


def _line() -> LaneChart:
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


def _board() -> Board:
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


class _StyleForm(Form):
    dose = AmountField(label="Dose", unit="mg", help_text="As ordered. It is compared with the computed dose, never changed.")
    given_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    arm = forms.ChoiceField(label="Arm", choices=[("left", "Left"), ("right", "Right")], widget=forms.RadioSelect)
    therapy = forms.ChoiceField(label="Therapy", choices=[("", "Choose"), ("iron", "Iron"), ("biologic", "Biologic")])
    asked = forms.BooleanField(label="Allergies asked again today", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    pulse = AmountField(label="Pulse", unit="/min")
    temperature = AmountField(label="Temperature", unit="Cel")


def _form() -> _StyleForm:
    form = _StyleForm({"dose": "1,200", "arm": "left", "asked": "on", "pulse": "91", "temperature": "377"})
    form.is_valid()
    form.add_reasons(
        [refused("out_of_range", "A temperature of 377 °C cannot be. Did you mean 37.7?", field="vitals.temperature")]
    )
    return form


_COLUMNS = (
    Column("risk", "Dose at risk", ("risk",), value=lambda row: row["risk"]),
    Column("patient", "Patient", ("patient",), value=lambda row: row["patient"]),
    Column("therapy", "Therapy", value=lambda row: row["therapy"]),
    Column("missing", "What is missing"),
    Column("owner", "Owner", ("owner",)),
    Column("age", "Age", ("age",), number=True, value=lambda row: row["days"]),
)


class _List:
    """A list that answers like a QuerySet, so that the style page needs no database."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def order_by(self, *fields: str) -> _List:
        return self

    def count(self) -> int:
        return len(self.rows)

    def __getitem__(self, part: slice) -> list[dict[str, Any]]:
        return self.rows[part]


def _referrals(request: HttpRequest) -> Listing:
    keys = ("risk", "tone", "word", "patient", "born", "therapy", "missing", "owner", "days")
    rows = [
        (
            "in 2 days",
            "act",
            "Act now",
            "Haddad, Samira",
            date(1979, 1, 30),
            "Infliximab",
            "Signed order, TB screening",
            "Intake",
            9,
        ),
        ("in 6 days", "due", "Due", "Weber, Tobias", date(1955, 8, 2), "Ferric carboxymaltose", "Phosphate", "P. Adeyemi", 4),
        (
            "in 12 days",
            "unknown",
            "Unknown",
            "Nguyen, Lan",
            date(1990, 12, 11),
            "Ocrelizumab",
            "Hepatitis B serology",
            "Intake",
            3,
        ),
        (
            "in 30 days",
            "plain",
            "In time",
            "Ito, Kenji",
            date(2001, 5, 6),
            "Zoledronic acid",
            "Creatinine clearance",
            "P. Adeyemi",
            1,
        ),
    ]
    found = _List([dict(zip(keys, row, strict=True)) for row in rows])
    return listing(request, found, _COLUMNS, name="referrals", default_sort="risk", filters=("q", "owner"), per_page=4)
