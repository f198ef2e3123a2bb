"""Forms of stock: a carton received, vials drawn, put back or thrown away, a lot held. They read text and decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from chairside.apps.stock.models import Lot
from chairside.web.forms import AmountField, Form


class ReceiveForm(Form):
    product = forms.ChoiceField(label="Product and strength")
    number = forms.CharField(label="Lot number", max_length=40, help_text="As printed on the carton")
    expires_on = forms.DateField(
        label="Expires on",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="With a month only: its last day",
    )
    vials = forms.IntegerField(label="Vials", min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    ndc = forms.CharField(label="NDC", max_length=13, required=False)
    owner = forms.ChoiceField(label="Whose it is", choices=Lot.Owner.choices, initial=Lot.Owner.SITE)
    patient = forms.CharField(
        label="Patient's record number", max_length=60, required=False, help_text="For a patient's own or free drug"
    )

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Choose"), *products]


class DrawForm(Form):
    """Vials of one lot for one dose. What was used and thrown away may be told at once, or later."""

    lot = forms.UUIDField(widget=forms.HiddenInput)
    vials = forms.IntegerField(label="Vials", min_value=1)
    used_amount = AmountField(label="Used", required=False)
    wasted_amount = AmountField(label="Thrown away", required=False)


class ReturnForm(Form):
    lot = forms.UUIDField(widget=forms.HiddenInput)
    vials = forms.IntegerField(label="Vials", min_value=1)


class WasteForm(Form):
    vials = forms.IntegerField(label="Whole vials", min_value=1, required=True)
    reason = forms.CharField(label="Why", max_length=300, required=False)


class ReasonForm(Form):
    reason = forms.CharField(label="Why", max_length=300, required=False)
