"""Forms of intake and of the order. They read text and decide nothing."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from chairside.apps.intake.models import OrderVersion
from chairside.apps.intake.services import OrderChange
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import plain
from chairside.core.kernel.unit import unit
from chairside.core.protocols import Protocol
from chairside.core.protocols.desensitization import SCHEMES
from chairside.core.protocols.vocabulary import COMMON, name_of
from chairside.web.forms import AmountField, Form

DATE = {"type": "date"}


class CloseForm(Form):
    note = forms.CharField(label="What came, and where it is", max_length=300, required=False)


class SettleForm(Form):
    reason = forms.CharField(label="Reason", max_length=1000, required=False)


class SignForm(Form):
    """The prescriber's signature: the text that was seen, the password again, a reason where one is asked for."""

    seen = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when something above asks for your judgement.",
    )
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Again, so that the signature is yours.",
    )


class ReviseForm(Form):
    """A new version of the order. Every field starts with what the last version says."""

    brand = forms.ChoiceField(label="Brand", required=False)
    indication = forms.CharField(label="Diagnosis (ICD-10-CM)", max_length=10)
    regimen = forms.ChoiceField(label="Regimen", required=False)
    dose_amount = AmountField(label="Ordered dose", required=False)
    dose_unit = forms.CharField(label="Unit of the dose", required=False, max_length=20, help_text="As mg/kg, mg, g/kg")
    dosing_weight_kg = AmountField(label="Dosing weight of record, kg", required=False, unit="kg")
    dosing_weight_on = forms.DateField(label="Weighed on", required=False, widget=forms.DateInput(attrs=DATE))
    start_on = forms.DateField(label="First dose on or after", required=False, widget=forms.DateInput(attrs=DATE))
    ends_on = forms.DateField(label="Order ends on", required=False, widget=forms.DateInput(attrs=DATE))
    instructions = forms.CharField(
        label="Instructions", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    desensitization = forms.ChoiceField(
        label="Desensitization",
        required=False,
        choices=[("", "none"), *((item.key, item.title) for item in SCHEMES.values())],
        help_text="Only after a proven immediate reaction, with no other drug, by a specialist's order. "
        "Never after Stevens-Johnson syndrome, DRESS, serum sickness or injury of an organ.",
    )

    def __init__(self, *args: object, version: OrderVersion, protocol: Protocol, **kwargs: object) -> None:
        names = [name for name in OrderChange.__dataclass_fields__ if name != "release"]
        kwargs.setdefault("initial", {name: _shown(getattr(version, name)) for name in names})
        super().__init__(*args, **kwargs)
        brands = list(dict.fromkeys([version.brand, *(product.brand for product in protocol.products)]))
        regimens = list(dict.fromkeys([version.regimen, *(regimen.key for regimen in protocol.regimens)]))
        titles = {regimen.key: regimen.names.en for regimen in protocol.regimens}
        self.fields["brand"].choices = [(brand, brand or "not named") for brand in brands]  # type: ignore[attr-defined]
        self.fields["regimen"].choices = [(key, titles.get(key, key) or "as the protocol chooses") for key in regimens]  # type: ignore[attr-defined]

    def change(self) -> OrderChange:
        """What the form says, as the service takes it."""
        return OrderChange(**self.cleaned_data)


def _shown(value: object) -> object:
    """A stored amount without the zeros that the column adds: 750, never 750.000000 (hazard: a thousandfold dose)."""
    return plain(value, group=False) if isinstance(value, Decimal) else value


# What intake records of a packet that came by phone or on paper. Conditions, medicines and allergies have forms of their own.
_RECORDED = ("vital", "lab", "screening", "test", "vaccine", "imaging", "consent")
FACTS = [
    (fact, f"{name_of(fact)} ({fact.partition('.')[0]}{', ' + unit(code).spelled() if code else ''})")
    for fact, code in COMMON.items()
    if fact.partition(".")[0] in _RECORDED
]


class FactForm(Form):
    """One result that came after the packet."""

    fact = forms.ChoiceField(label="What", choices=[("", "Choose"), *FACTS])
    amount = AmountField(label="Result as a number", required=False)
    word = forms.CharField(label="Result in a word", required=False, max_length=200, help_text="As negative, positive, given")
    on = forms.DateField(label="Day of the sample or reading", widget=forms.DateInput(attrs=DATE))
    note = forms.CharField(label="Where it comes from", required=False, max_length=2000)
    confirmed = forms.BooleanField(label="Measured again: an unusual value is right", required=False)

    def plain_fact(self) -> Fact:
        """The form as a plain fact, in the unit that the key is kept in; the service judges it."""
        told = self.cleaned_data
        kind, _, code = told["fact"].partition(".")
        value = told["amount"] if told["amount"] is not None else (told["word"].strip() or None)
        kept_in = COMMON[told["fact"]] if told["amount"] is not None else ""
        return Fact(FactKind(kind), code, told["on"], value, kept_in, note=told["note"].strip())
