"""Check-in, seat, vitals, allergies, questions, go or hold, overrides."""

from __future__ import annotations

from typing import Any

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.apps.visit.forms.vitals import VitalsForm as VitalsForm  # offered here too
from chairside.core.visit import events as e
from chairside.core.visit.values import Answer, Identifiers, Said


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
