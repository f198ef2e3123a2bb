"""Ways out that are not a discharge: handed over to a hospital, against advice, not treated today."""

from __future__ import annotations

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, yes_no
from chairside.apps.visit.forms.base import told as said
from chairside.core.visit import events as e


def _text(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": "3"})
    return forms.CharField(label=label, help_text=help_text, max_length=2000, required=required, widget=widget)


class TransferForm(EventForm):
    """Nobody who is taken to a hospital waits for a form: to whom, and why. The summary is printed from the record."""

    way, title, submit, tone = "transfer", "Transfer", "Handed over: record it", "danger"
    to = taps(
        "Taken over by",
        (
            ("emergency services", "Emergency services"),
            ("emergency department", "Emergency department"),
            ("hospital ward", "Hospital ward"),
            ("other", "Somebody else"),
        ),
    )
    reason = line("Why")
    handover = _text(
        "What was said at the handover", "The printed summary has medicines, vitals and the reaction.", required=False
    )

    def payload(self) -> e.Payload:
        return e.Transferred(self.cleaned_data["to"], self.cleaned_data["reason"], self.cleaned_data["handover"])


class AgainstAdviceForm(EventForm):
    """The patient leaves although they were advised to stay. It asks what was said; it holds nobody back."""

    way, title, submit, tone = "against-advice", "Leaves against advice", "Left: record it", "danger"
    advised = _text("What they were advised, and what they were told may happen")
    form_signed = taps("They signed that they leave against advice", (("yes", "Signed"), ("no", "Refused to sign")))
    advice = forms.BooleanField(label="Written advice given, with the number for tonight", required=False)
    walking = yes_no("Walks steadily", required=False)
    escort = line("Who is with them", required=False)

    def prepare(self) -> None:
        state = self.around.state
        if state.access_site is not None and state.access_removed_at is None:
            self.fields["advised"].help_text = "The access is still in on the record. Take it out first, or write why it stays."

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.Discharged(
            data["advice"],
            teach_back=False,
            walking_steady=said(data["walking"]),
            escort=data["escort"],
            against_advice=True,
            advised=data["advised"],
            form_signed=said(data["form_signed"]),
        )


class DeferForm(EventForm):
    """Seen, not treated today."""

    way, title, submit = "defer", "Not given today", "Record"
    reason = taps(
        "Why",
        (
            ("infection or fever", "Infection or fever"),
            ("result missing", "A result is missing"),
            ("prescriber's decision", "Prescriber's decision"),
            ("patient's wish", "Patient's wish"),
            ("no access", "No access"),
            ("drug not available", "Drug not available"),
            ("other", "Other"),
        ),
    )
    note = line("More about it", required=False)
    which = taps("What is not given", required=False)

    def prepare(self) -> None:
        state = self.around.state
        left = [drug for drug in self.around.plan.drugs if not state.infusions[drug.key].timeline]
        if len(self.around.plan.drugs) < 2:
            del self.fields["which"]
            return
        self.fields["which"] = taps(
            "What is not given", [("", "Everything that was not begun"), *((d.key, d.title) for d in left)], required=False
        )

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        reason = ": ".join(part for part in (data["reason"], data["note"]) if part)
        return e.Deferred(reason, data.get("which") or "")
