"""Check-in, seat, vitals, allergies, questions, go or hold, overrides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, Reading, Said
from chairside.web.forms import AmountField


def ask_identity(form: EventForm) -> None:
    """Two identifiers as open questions: nothing of the record stands in the fields (H-001)."""
    form.fields["name"] = line("Full name, as the patient says it", autocapitalize="words")
    form.fields["born"] = forms.DateField(
        label="Birth date, as the patient says it", widget=forms.DateInput(attrs={"type": "date"})
    )
    form.fields["band"] = line("Wristband number, if scanned", required=False)


def identifiers(data: dict[str, Any]) -> Identifiers:
    return Identifiers(data["name"], data["born"], data.get("band", ""))


class CheckInForm(EventForm):
    way, title, submit = "check-in", "Check in", "Check in"
    consent = yes_no("Is there a current consent to treatment?")

    def prepare(self) -> None:
        ask_identity(self)
        self.order_fields(["name", "born", "band", "consent"])

    def payload(self) -> e.Payload:
        return e.CheckedIn(identifiers(self.cleaned_data), told(self.cleaned_data["consent"]))


class SeatForm(EventForm):
    way, title, submit = "seat", "Seat the patient", "Seat"
    chair = taps("Chair")

    def prepare(self) -> None:
        self.fields["chair"].choices = self.around.chairs  # type: ignore[attr-defined]
        self.initial.setdefault("chair", self.around.chair)

    def payload(self) -> e.Payload:
        return e.Seated(self.cleaned_data["chair"])


VITALS = (
    ("sbp", "Systolic", "mm[Hg]"),
    ("dbp", "Diastolic", "mm[Hg]"),
    ("pulse", "Pulse", "/min"),
    ("temp", "Temperature", "Cel"),
    ("rr", "Breathing", "/min"),
    ("spo2", "Oxygen", "%"),
    ("weight_kg", "Weight", "kg"),
    ("pain", "Pain", "{score}"),
)


class VitalsForm(EventForm):
    """One set. A blank field was not measured; nothing is carried over from the set before."""

    way, title, submit, template = "vitals", "Vitals", "Record vitals", "visit/forms/vitals.html"
    temp_unit = taps("Thermometer", (("Cel", "°C"), ("[degF]", "°F")), required=False)
    site_ok = yes_no("Access site looks well", required=False)
    consciousness = taps(
        "Awareness",
        (("A", "Alert"), ("C", "New confusion"), ("V", "To voice"), ("P", "To pain"), ("U", "None")),
        required=False,
    )
    on_oxygen = yes_no("On oxygen", required=False)
    unobtainable = line("One vital that cannot be taken, and why", required=False)
    unobtainable_which = forms.ChoiceField(label="Which", required=False)
    confirmed = forms.BooleanField(label="I measured again: the unusual value is right", required=False)

    def prepare(self) -> None:
        for code, label, measure in VITALS:
            self.fields[code] = AmountField(unit=measure, label=label, required=False)
        which = self.fields["unobtainable_which"]
        which.choices = (("", "none"), *((code, label) for code, label, _ in VITALS))  # type: ignore[attr-defined]
        self.initial.setdefault("temp_unit", "Cel")
        if self.around.state.access_site is None:
            del self.fields["site_ok"]

    @property
    def tiles(self) -> list[dict[str, Any]]:
        """Each vital with the last value beside it; weight only where today's is still to be taken or was asked for."""
        found = []
        for code, label, measure in VITALS:
            before = next((item for item in reversed(self.around.state.vitals) if item.recorded.value(code) is not None), None)
            last = before.recorded.value(code) if before else None
            found.append(
                {
                    "field": self[code],
                    "label": label,
                    "unit": measure,
                    "last": last.spelled() if last else "",
                    "at": before.at if before else None,
                }
            )
        return found

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        readings = [
            Reading(code, self._value(code, measure), confirmed=bool(data.get("confirmed")))
            for code, _, measure in VITALS
            if data.get(code) is not None
        ]
        if data.get("unobtainable_which") and data.get("unobtainable"):
            readings.append(Reading(data["unobtainable_which"], None, data["unobtainable"]))
        return e.VitalsRecorded(
            tuple(readings), told(data.get("on_oxygen", "")), data.get("consciousness", ""), told(data.get("site_ok", ""))
        )

    def _value(self, code: str, measure: str) -> Quantity:
        amount: Decimal = self.cleaned_data[code]
        return Quantity(amount, unit(self.cleaned_data.get("temp_unit") or "Cel") if code == "temp" else unit(measure))


class AllergiesForm(EventForm):
    way, title, submit = "allergies", "Review allergies and medicines", "Record the review"
    reviewed = forms.MultipleChoiceField(label="Asked again, each one", widget=forms.CheckboxSelectMultiple, required=False)
    none_known = forms.BooleanField(label="The patient says: no allergies", required=False)
    medicines = forms.BooleanField(label="The list of medicines was gone through with the patient", required=False)

    def prepare(self) -> None:
        self.fields["reviewed"].choices = [(name, name) for name in self.around.allergies]  # type: ignore[attr-defined]
        if self.around.allergies:
            del self.fields["none_known"]
        else:
            del self.fields["reviewed"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        missed = [name for name in self.around.allergies if name not in data.get("reviewed", [])]
        if missed:
            self.add_error("reviewed", f"Not asked again yet: {', '.join(missed)}.")
        if not self.around.allergies and not data.get("none_known"):
            self.add_error("none_known", "None is on record. Ask; if there is one, record it in the chart first.")
        return data

    def payload(self) -> e.Payload:
        return e.AllergiesReviewed(tuple(self.cleaned_data.get("reviewed", ())), bool(self.cleaned_data.get("medicines")))


class QuestionsForm(EventForm):
    """Every question starts blank; unknown is an answer."""

    way, title, submit = "questions", "Ask the assessment questions", "Record the answers"

    def prepare(self) -> None:
        for question in self.around.plan.questions:
            self.fields[f"q_{question.code}"] = taps(question.text, [(said.value, said.value.capitalize()) for said in Said])

    def payload(self) -> e.Payload:
        said = self.cleaned_data
        return e.QuestionsAnswered(
            tuple(Answer(item.code, Said(said[f"q_{item.code}"])) for item in self.around.plan.questions)
        )


class ClearForm(EventForm):
    way, title, submit = "clear", "Go", "Go: clear for the infusion"
    note = line("Note", required=False)

    def payload(self) -> e.Payload:
        return e.Cleared(self.cleaned_data["note"])


class HoldForm(EventForm):
    way, title, submit, tone = "hold", "Hold the visit", "Hold", "danger"
    reason = line("Why")

    def payload(self) -> e.Payload:
        return e.Held(self.cleaned_data["reason"])


class OverrideForm(EventForm):
    """One open rule released by the person whom it names, with a reason; it ends with the visit."""

    way, title, submit, reportable = "override", "Release one rule for this visit", "Release", False
    rule = taps("Rule")
    why = line("Why, in your own words")

    def prepare(self) -> None:
        self.fields["rule"].choices = self.around.overridable  # type: ignore[attr-defined]

    def payload(self) -> e.Payload:
        return e.Overridden(self.cleaned_data["rule"], self.cleaned_data["why"])
