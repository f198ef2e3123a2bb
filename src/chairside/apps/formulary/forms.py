"""The sign-off form. It decides nothing: the service does."""

from __future__ import annotations

from django import forms


class SignOffForm(forms.Form):
    note = forms.CharField(
        label="How you checked it",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when a number was recalled and never looked up: say which text you compared it with.",
    )
