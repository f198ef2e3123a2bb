"""What stands around an entry that waited on a device: which form it was, when it was pressed, and who pressed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from chairside.core.visit import events as e

# STOP and REACTION have no form: one tap says all.
TAPS: dict[str, type[e.Paused] | type[e.ReactionRecorded]] = {"pause": e.Paused, "reaction-now": e.ReactionRecorded}


class MomentField(forms.CharField):
    """A moment with its zone, as a page's script writes it: 2026-11-23T16:42:10.250Z."""

    def clean(self, value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(super().clean(value))
        except ValueError:
            raise forms.ValidationError("That is not a time.") from None
        if moment.tzinfo is None:
            raise forms.ValidationError("That is a time without a zone.")
        return moment


class QueuedForm(forms.Form):
    """The envelope; the entry's own fields stand beside it and are read by its own form."""

    key = forms.UUIDField(label="Number of the entry")
    queued_way = forms.SlugField(label="Kind of entry")
    queued_at = MomentField(label="Time of the entry", max_length=40)
    queued_by = forms.UUIDField(label="Person")
