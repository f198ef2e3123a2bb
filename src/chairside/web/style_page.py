"""Made-up data for the style pages: every component in every state, and the three screens that the others resemble."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from chairside.core.kernel.decision import Decision, refused, review, unknown
from chairside.web import style_pictures
from chairside.web.forms import AmountField, Form
from chairside.web.paging import Column, Listing, listing
from chairside.web.style_pictures import NOW, ZONE

PAGES = ("components", "board", "visit", "queue", "public", "print")
SITE = {"name": "Lakeside Infusion Center", "zone": str(ZONE)}


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
        "rungs": style_pictures.rungs(),
        "pulse": [
            (f"{h}:{m:02}", Decimal(v)) for h, m, v in ((9, 40, 72), (9, 55, 74), (10, 10, 78), (10, 25, 84), (10, 40, 91))
        ],
        "pulse_low": Decimal(60),
        "pulse_high": Decimal(90),
        "sheet": style_pictures.sheet(),
        "line": style_pictures.line(),
        "board": style_pictures.board(),
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
