"""Forms of the duplicates page. They read text and decide nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from chairside.apps.people.models import Patient
from chairside.web.forms import Form

REASON = {
    "max_length": 2000,
    "widget": forms.Textarea(attrs={"rows": 2}),
    "help_text": "Such as: both cards seen, asked on the phone. It stays in the record of both.",
}


class SameForm(Form):
    """The same person: which record is kept, the birth date where the two disagree, and how one knows."""

    keep = forms.ChoiceField(label="Keep this record", widget=forms.RadioSelect)
    birth_date = forms.DateField(
        label="The right birth date, read from a document",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="It must be that of the record that is kept.",
    )
    reason = forms.CharField(label="How you know it", **REASON)  # type: ignore[arg-type]

    def __init__(self, *args: object, records: Sequence[Patient], dates_differ: bool, **kwargs: object) -> None:
        kwargs.setdefault("auto_id", "same_%s")
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(str(row.pk), f"{row.mrn}, {row.name}") for row in records]  # type: ignore[attr-defined]
        if not dates_differ:
            del self.fields["birth_date"]


class DifferentForm(Form):
    """Two different people, and how one knows."""

    reason = forms.CharField(label="How you know it", **REASON)  # type: ignore[arg-type]

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("auto_id", "different_%s")
        super().__init__(*args, **kwargs)


class UndoForm(Form):
    """Why a merge is undone."""

    reason = forms.CharField(
        label="Why it is undone",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: another person with the same name came in. It stays in the record of both.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("auto_id", "undo_%s")
        super().__init__(*args, **kwargs)
