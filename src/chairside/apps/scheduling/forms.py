"""Forms of scheduling: a place chosen by hand, and why an appointment is cancelled. They read text and decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from chairside.apps.organizations.models import Site
from chairside.core.scheduling.day_book import Place
from chairside.web.forms import Form


class PlaceForm(Form):
    """Chair, nurse, day and time of day at the site."""

    chair = forms.ChoiceField(label="Chair")
    nurse = forms.ChoiceField(label="Nurse")
    day = forms.DateField(label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    start = forms.TimeField(label="Start", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"}))

    def __init__(
        self, *args: Any, chairs: Sequence[tuple[str, str]] = (), nurses: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("chair", chairs), ("nurse", nurses)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Choose"), *choices]

    def place(self, site: Site) -> Place:
        """The chosen place; the clock is the site's."""
        told = self.cleaned_data
        return Place(datetime.combine(told["day"], told["start"], site.zone), told["chair"], told["nurse"])


class CancelForm(Form):
    reason = forms.CharField(
        label="Why it is cancelled", max_length=300, required=False, help_text="As the patient or the referring office says it."
    )
