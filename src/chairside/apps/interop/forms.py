"""What people type on the pages of import: who sent files, the mended text of a resource, why one is left aside."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from chairside.web.forms import Form


class ImportForm(Form):
    """Who sent the files. The files themselves are read beside the form, as they arrive."""

    sender = forms.CharField(
        label="Who sent them",
        max_length=200,
        required=False,
        help_text="Such as: Riverside Rheumatology. Write it the same way each time: what comes later is recognized as theirs.",
    )
    paths = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def told_paths(self) -> dict[str, list[str]]:
        """The files' names with their folders, which only the page's script knows; none when what came is no such list."""
        try:
            told = json.loads(self.data.get("paths") or "{}")
        except ValueError:
            return {}
        if not isinstance(told, dict):
            return {}
        return {
            name: [item for item in items if isinstance(item, str)] for name, items in told.items() if isinstance(items, list)
        }


class MendForm(Form):
    """The mended text of a resource, or a file that holds it where it is too long for a page."""

    text = forms.CharField(
        label="The resource",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocomplete": "off", "wrap": "off", "class": "code"}),
    )
    mended = forms.FileField(
        label="A file that holds the mended resource",
        required=False,
        allow_empty_file=True,
        help_text="The file that is chosen counts, not the text above.",
    )

    def __init__(self, *args: Any, long: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if long:
            del self.fields["text"]
            self.fields["mended"].label = "The mended resource as a file"
            self.fields["mended"].help_text = ""


class LeaveForm(Form):
    """Why something is left aside for good."""

    reason = forms.CharField(
        label="Why it is left aside",
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: a test message; the sender has sent it again. It stays here to be read, with this reason.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "leave_%s")
        super().__init__(*args, **kwargs)
