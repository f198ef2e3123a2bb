"""Forms of clearance: a result recorded right there, and the release of a hold. They read text and decide nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms

from chairside.core.kernel.fact import Fact, FactKind
from chairside.web.forms import AmountField, Form


class FactForm(Form):
    """A result for one requirement: a number with its unit, or a word; the day it holds for."""

    requirement = forms.CharField(widget=forms.HiddenInput)
    amount = AmountField(label="Result", required=False)
    unit = forms.CharField(label="Unit", max_length=40, required=False)
    word = forms.CharField(label="Result in words", max_length=200, required=False)
    lower = AmountField(label="Laboratory's lower limit", required=False)
    upper = AmountField(label="Laboratory's upper limit", required=False)
    on = forms.DateField(label="Day of the sample, reading or answer", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", max_length=2000, required=False)
    confirmed = forms.BooleanField(label="I measured again: this unusual value is right", required=False)

    def fact(self, kind: str, code: str) -> Fact:
        """The form as a plain fact; the service judges it."""
        told = self.cleaned_data
        value: Decimal | str | None = told["amount"] if told["amount"] is not None else (told["word"].strip() or None)
        on: date = told["on"]
        return Fact(
            kind=FactKind(kind),
            code=code,
            on=on,
            value=value,
            unit=told["unit"].strip() if told["amount"] is not None else "",
            note=told["note"].strip(),
            lower=told["lower"],
            upper=told["upper"],
        )


class ReleaseForm(Form):
    requirement = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why the dose may be given all the same", max_length=2000, required=False)
    password = forms.CharField(label="Your password", strip=False, required=False, widget=forms.PasswordInput)
