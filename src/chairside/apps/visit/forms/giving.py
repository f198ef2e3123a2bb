"""Start, rate, resume, stop, flush, symptoms, reactions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms

from chairside.apps.visit.forms.arrival import ask_identity, identifiers
from chairside.apps.visit.forms.base import EventForm, line, taps
from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.visit import events as e
from chairside.core.visit.ladder import position, restart_ceiling
from chairside.core.visit.reactions.symptoms import SYMPTOMS
from chairside.web.forms import AmountField

_NO_RATE = quantity("0", "mL/h")  # of a drug that runs at none: the guard says how it is given


class StartForm(EventForm):
    """Identity again at the bedside; the rate is the ladder's first."""

    way, title, submit = "start", "Start", "Start the infusion"
    line_traced = forms.BooleanField(label="Line traced from bag to patient", required=False)
    emergency_ready = forms.BooleanField(label="Emergency drugs and a provider are available", required=False)

    def prepare(self) -> None:
        ask_identity(self)
        if self.around.drug is not None and self.around.drug.scheme is not None:
            self.fields["one_to_one"] = forms.BooleanField(
                label="I stay with this patient alone, to the last step", required=False
            )
            self.fields["kit_checked"] = forms.BooleanField(
                label="Anaphylaxis kit checked item by item, at the chair", required=False
            )
        self.order_fields(["name", "born", "band", "line_traced", "emergency_ready"])

    def payload(self) -> e.Payload:
        assert self.around.drug is not None
        return e.InfusionStarted(
            self.drug_key(),
            identifiers(self.cleaned_data),
            self.around.drug.ladder[0].rate if self.around.drug.ladder else _NO_RATE,
            self.cleaned_data["line_traced"] or None,
            self.cleaned_data["emergency_ready"] or None,
            self.cleaned_data.get("one_to_one") or None,
            self.cleaned_data.get("kit_checked") or None,
        )


class _RateForm(EventForm):
    rate = AmountField(unit="mL/h", label="Rate set on the pump")

    def changed_rate(self) -> Quantity:
        rate = self.measured("rate", "mL/h")
        assert rate is not None
        return rate


class RaiseForm(_RateForm):
    way, title, submit = "raise", "Next step", "Pump is set: record the next step"

    def prepare(self) -> None:
        drug = self.around.drug
        where = position(drug, self.around.state.infusions[drug.key], self.around.at) if drug else None
        if where is not None and where.next is not None:
            self.initial.setdefault("rate", plain(where.next.rate.to("mL/h").amount, group=False))

    def payload(self) -> e.Payload:
        return e.StepChanged(self.drug_key(), self.changed_rate())


class LowerForm(_RateForm):
    """Down is always one tap: no guard stands before it."""

    way, title, submit = "lower", "Lower the rate", "Pump is set: record the lower rate"
    reason = line("Why", required=False)

    def prepare(self) -> None:
        drug = self.around.drug
        running = self.around.state.infusions[drug.key].rate if drug else None
        if running is not None:  # a higher one is no lowering: without network it is not kept
            most = plain(running.to("mL/h").amount, group=False)
            self.fields["rate"].widget.attrs["data-kept-up-to"] = most

    def payload(self) -> e.Payload:
        return e.StepChanged(self.drug_key(), self.changed_rate(), self.cleaned_data["reason"])


class ResumeForm(_RateForm):
    way, title, submit = "resume", "Resume", "Pump runs again: record it"
    reason_closed = line("How the reason for the pause was settled")
    pump_volume = AmountField(unit="mL", label="Volume given, read from the pump", required=False)

    def prepare(self) -> None:
        drug = self.around.drug
        ceiling = restart_ceiling(self.around.state, drug).value if drug else None
        if ceiling is not None:
            self.initial.setdefault("rate", plain(ceiling.rate.to("mL/h").amount, group=False))

    def payload(self) -> e.Payload:
        return e.Resumed(
            self.drug_key(),
            self.changed_rate(),
            self.cleaned_data["reason_closed"],
            pump_volume=self.measured("pump_volume", "mL"),
        )


class StopForm(EventForm):
    """The end of the drug with the pump's reading; charted volume is not given volume (H-027)."""

    way, title, submit, tone = "stop", "Stop for good", "Pump is stopped: record it", "danger"
    reason = taps(
        "Why",
        (
            ("complete", "Bag is empty"),
            ("reaction", "Reaction"),
            ("order", "Order"),
            ("infiltration", "Access failed"),
            ("patient", "Patient's wish"),
            ("other", "Other"),
        ),
    )
    pump_volume = AmountField(unit="mL", label="Volume given, read from the pump")
    residual = AmountField(unit="mL", label="Left in the bag")
    variance_reason = line("Why the volumes differ, if they do", required=False)

    def payload(self) -> e.Payload:
        return e.Stopped(
            self.drug_key(),
            self.cleaned_data["reason"],
            self.measured("pump_volume", "mL"),
            self.measured("residual", "mL"),
            self.cleaned_data["variance_reason"],
        )


class FlushForm(EventForm):
    way, title, submit = "flush", "Flush the line", "Flushed"
    volume = AmountField(unit="mL", label="Flush volume")

    def payload(self) -> e.Payload:
        volume = self.measured("volume", "mL")
        assert volume is not None
        return e.Flushed(self.drug_key(), volume)


class SymptomForm(EventForm):
    """One tap a symptom; a second tap says that it has gone."""

    way, title, submit, template, reportable = "symptom", "Symptoms", "Record", "visit/forms/symptoms.html", False
    symptom = line("Symptom")

    @property
    def buttons(self) -> list[dict[str, Any]]:
        present = self.around.state.symptoms
        return [
            {"name": name, "present": name in present, "since": present.get(name)}
            for name in dict.fromkeys((*SYMPTOMS, *present))
        ]

    def payload(self) -> e.Payload:
        symptom = self.cleaned_data["symptom"]
        if symptom.startswith("gone:"):
            return e.SymptomReported(symptom.removeprefix("gone:"), present=False)
        return e.SymptomReported(symptom)

    @property
    def event_id(self) -> UUID:
        return UUID(str(self.cleaned_data.get("key") or uuid4()))
