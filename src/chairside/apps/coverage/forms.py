"""Forms of coverage. They read text and decide nothing."""

from __future__ import annotations

from django import forms

from chairside.apps.coverage.models import Authorization, Coverage
from chairside.web.forms import AmountField, Form

DATE = {"type": "date"}


class CoverageForm(Form):
    payer = forms.CharField(label="Payer", max_length=200, required=False, help_text="As it stands on the card")
    line = forms.ChoiceField(label="Line of business", choices=[("", "Choose"), *Coverage.Line.choices], required=False)
    plan = forms.CharField(label="Plan", max_length=200, required=False)
    member = forms.CharField(label="Member number", max_length=80, required=False)
    rank = forms.IntegerField(label="Rank", min_value=1, max_value=9, initial=1, help_text="1 is primary")
    starts_on = forms.DateField(label="Holds from", required=False, widget=forms.DateInput(attrs=DATE))
    ends_on = forms.DateField(label="Holds until", required=False, widget=forms.DateInput(attrs=DATE))


class VerifyForm(Form):
    on = forms.DateField(label="Checked on", widget=forms.DateInput(attrs=DATE))
    note = forms.CharField(
        label="What the payer said", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AuthorizationForm(Form):
    coverage = forms.ChoiceField(label="Insurance")
    status = forms.ChoiceField(
        label="The payer's answer", choices=[("", "Choose"), *Authorization.Status.choices], required=False
    )
    reference = forms.CharField(label="Approval number", max_length=80, required=False)
    product_code = forms.CharField(label="Product code", max_length=10, required=False)
    units = AmountField(label="Units approved", required=False, unit="{billing_unit}")
    starts_on = forms.DateField(label="Holds from", required=False, widget=forms.DateInput(attrs=DATE))
    ends_on = forms.DateField(label="Holds until", required=False, widget=forms.DateInput(attrs=DATE))
    note = forms.CharField(label="Note", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, coverages: list[Coverage], **kwargs: object) -> None:
        kwargs.setdefault("auto_id", "authorization_%s")  # the page holds another form with days of its own
        super().__init__(*args, **kwargs)
        self.fields["coverage"].choices = [(str(row.id), f"{row.payer} {row.member}".strip()) for row in coverages]  # type: ignore[attr-defined]
