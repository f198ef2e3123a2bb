"""Observation, access out, discharge, notes, signature, corrections, entries of a device."""

from __future__ import annotations

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, told, yes_no
from chairside.core.visit import events as e
from chairside.core.visit.reactions.site import ADVICE_HOURS, vesicants


class ObserveForm(EventForm):
    way, title, submit = "observe", "Begin observation", "Begin observation"

    def payload(self) -> e.Payload:
        return e.ObservationStarted()


class AccessOutForm(EventForm):
    way, title, submit = "access-out", "Access out", "Record"
    bleeding_stopped = yes_no("Bleeding has stopped")
    secured = forms.BooleanField(label="It stays in: flushed and capped, or secured on purpose", required=False)

    def payload(self) -> e.Payload:
        return e.AccessRemoved(self.cleaned_data["bleeding_stopped"] == "yes", self.cleaned_data["secured"])


class DischargeForm(EventForm):
    way, title, submit = "discharge", "Discharge", "Discharge"
    advice = forms.BooleanField(label="Written advice given, with the number for tonight", required=False)
    teach_back = forms.BooleanField(label="The patient said it back", required=False)
    walking = yes_no("Walks steadily", required=False)
    escort = line("Escort, by name or relation", required=False)
    site_advice = forms.BooleanField(label=f"Advice for the site given, {ADVICE_HOURS} h", required=False)

    def prepare(self) -> None:
        if any(region.connected for region in self.around.state.infusions.values()):
            self.fields["returns_at"] = forms.DateTimeField(
                label="Comes back to have the pump taken off",
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            )
        if not vesicants(self.around.state, self.around.plan):
            del self.fields["site_advice"]
        given = [item for item in self.around.plan.premedications if item.code in self.around.state.premedications]
        if sedating := ", ".join(item.title for item in given if item.sedating):
            self.fields["escort"].help_text = f"After {sedating} the patient must not drive: who takes them home?"

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.Discharged(
            data["advice"],
            data["teach_back"],
            told(data["walking"]),
            data["escort"],
            site_advice=data.get("site_advice", False),
            returns_at=data.get("returns_at"),
        )


class NoteForm(EventForm):
    way, title, submit = "note", "Add a note", "Add the note"
    text = forms.CharField(label="Note", max_length=2000, widget=forms.Textarea(attrs={"rows": "3"}))

    def payload(self) -> e.Payload:
        return e.NoteAdded(self.cleaned_data["text"])


class SignForm(EventForm):
    way, title, submit, reportable = "sign", "Sign the record", "Sign: this is what happened", False

    def payload(self) -> e.Payload:
        return e.Signed("I was there; this is what happened.")


class CorrectForm(EventForm):
    """An entry made in error. It stays readable, struck through, with the reason beside it."""

    way, title, submit, reportable = "correct", "Entered in error", "Mark as entered in error", False
    event = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = line("Why")

    def prepare(self) -> None:
        self.fields["reason"].help_text = self.around.extra.get("about", "")

    def payload(self) -> e.Payload:
        return e.Corrected(self.cleaned_data["event"], self.cleaned_data["reason"])


class ReplanForm(EventForm):
    """The dose or the order was changed meanwhile. What differs stands above the field; the service makes the plan."""

    way, title, submit, reportable = "replan", "Take the new plan over", "Take it over", False
    why = line("Why it was changed")

    def prepare(self) -> None:
        if changes := self.around.extra.get("changes"):
            self.fields["why"].help_text = f"{changes}. Go or hold is then decided again."


class ClaimForm(EventForm):
    way, title, submit, reportable = "claim", "It was me", "It was me", False
    event = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def payload(self) -> e.Payload:
        return e.Claimed(self.cleaned_data["event"])
