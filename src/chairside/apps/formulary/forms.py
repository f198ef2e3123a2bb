"""Forms of a review, an approval and a site's layer. They read text and decide nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from chairside.web.forms import Form

_LONG = 2000


def _text(label: str, help_text: str = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=_LONG, widget=widget)


class QueryForm(Form):
    place = forms.CharField(
        label="Line of the sheet",
        max_length=200,
        widget=forms.TextInput(attrs={"list": "lines", "autocomplete": "off", "size": "60"}),
        help_text="Type a word of it, then choose.",
    )
    text = _text("Query")


class AnswerForm(Form):
    text = _text("Answer", rows=2)


class AcceptForm(Form):
    note = _text(
        "How you checked it",
        "Needed when a number was recalled and never looked up: say which text you compared it with.",
        required=False,
    )


class ApproveForm(Form):
    note = _text(
        "Note", "Needed when a number was recalled and never looked up: say why it may be ordered by.", required=False, rows=2
    )


class WithdrawForm(Form):
    reason = _text("Why it is withdrawn", rows=2)


class LayerForm(Form):
    """A layer as text; `file` is read in its place where one is sent."""

    text = forms.CharField(
        label="The layer as text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )


class ChangeForm(Form):
    """One value of one protocol."""

    at = forms.CharField(
        label="Place",
        max_length=300,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off", "size": "60"}),
        help_text="Type a word of it, then choose: observations, minutes, fresh_days.",
    )
    value = forms.CharField(
        label="Your value",
        max_length=_LONG,
        help_text="As a protocol file writes it: 60, 3 mg/mL, null for what is not to be stated.",
    )
    reason = _text("Reason", "Needed where the label says otherwise. It is told with every answer.", required=False, rows=2)


class ProtocolForm(Form):
    protocol = forms.ChoiceField(label="Therapy")

    def __init__(self, *args: Any, protocols: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["protocol"] = forms.ChoiceField(label="Therapy", choices=protocols)
