"""Forms of a plan. They read text and decide nothing."""

from __future__ import annotations

from django import forms

from chairside.web.forms import Form


class MakeForm(Form):
    start_on = forms.DateField(label="First dose on", widget=forms.DateInput(attrs={"type": "date"}))


class DecideForm(Form):
    reason = forms.CharField(label="Why this dose is right all the same", required=False, max_length=2000)


class StopForm(Form):
    reason = forms.CharField(label="Why the plan stops", required=False, max_length=2000)
