"""After the visit: the call, and the report of an incident."""

from __future__ import annotations

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.core.visit import events as e
from chairside.core.visit.guards.leaving import HARM, PHASES

CONCERNS = (
    ("delayed_reaction", "Rash, hives, swelling, breathing"),
    ("site", "The place of the needle"),
    ("fever", "Fever or chills"),
    ("other", "Something else"),
)
FACTORS = (
    "handover",
    "interruption",
    "look-alike",
    "equipment",
    "staffing",
    "training",
    "order unclear",
    "software",
    "patient",
)
EXTERNAL = ("MedWatch", "ISMP", "state", "manufacturer")


def _several(label: str, choices: tuple[tuple[str, str], ...], help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class CallForm(EventForm):
    """The call one to three days after: reached or not, and what the patient told of."""

    way, title, submit = "call", "Call after the visit", "Record the call"
    reached = yes_no("Reached")
    concerns = _several("The patient told of", CONCERNS)
    text = line("What was said and advised", required=False)

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.CallMade(data["reached"] == "yes", tuple(data["concerns"]), data["text"])


class IncidentForm(EventForm):
    """The report of an incident. It may be begun by one person and completed by another: the newest report holds."""

    way, title, submit, reportable = "incident", "Report of the incident", "Record the report", False
    event = forms.CharField(widget=forms.HiddenInput, max_length=64)
    what = forms.CharField(label="What happened", max_length=2000, widget=forms.Textarea(attrs={"rows": "3"}))
    phase = taps("In which phase", [(phase, phase.capitalize()) for phase in PHASES])
    harm = taps(
        "Harm (NCC MERP)",
        [(letter, letter) for letter in HARM],
        help_text="A: could have happened. B: did not reach the patient. C, D: reached, no harm. E to H: harm. I: death.",
    )
    factors = _several("What contributed", tuple((item, item.capitalize()) for item in FACTORS))
    action = line("What was done at once", required=False)
    disclosed = yes_no("The patient was told", required=False)
    lot = line("Lot of the product", required=False)
    pump = line("Device number", required=False)
    device_log = yes_no("The device's log was taken", required=False)
    external = _several("Reported to", tuple((item, item) for item in EXTERNAL))
    done = forms.BooleanField(label="The report is complete", required=False)

    def prepare(self) -> None:
        report = self.around.state.reports.get(str(self.initial.get("event") or self.data.get("event", "")))
        if report is None:
            return
        said = {True: "yes", False: "no"}
        known = {
            "what": report.what,
            "phase": report.phase,
            "harm": report.harm,
            "factors": list(report.factors),
            "action": report.action,
            "disclosed": said.get(report.disclosed, "") if report.disclosed is not None else "",
            "lot": report.lot,
            "pump": report.device,
            "device_log": said.get(report.device_log, "") if report.device_log is not None else "",
            "external": list(report.external),
        }
        for name, value in known.items():
            self.initial.setdefault(name, value)

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.IncidentReported(
            incident=data["event"],
            harm=data["harm"],
            phase=data["phase"],
            what=data["what"],
            factors=tuple(data["factors"]),
            action=data["action"],
            disclosed=told(data["disclosed"]),
            lot=data["lot"],
            device=data["pump"],
            device_log=told(data["device_log"]),
            external=tuple(data["external"]),
            done=data["done"],
        )
