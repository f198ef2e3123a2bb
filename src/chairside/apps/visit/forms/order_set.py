"""Rows of a site's order set, and the signature under it. They read text; what is missing is told at the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from chairside.core.kernel.quantity import Quantity, QuantityError, plain, quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.visit.reactions.order_set import OrderItem
from chairside.web.forms import Form

_EMPTY_ROWS = 2
_MOST_ROWS = 40
_GRADES = tuple((str(grade), str(grade)) for grade in range(1, 5))


class QuantityField(forms.CharField):
    """An amount with its unit as it is written: 0.01 mg/kg, 25 mg, 1 mg/mL. Never rounded, never without a unit."""

    def __init__(self, label: str, example: str) -> None:
        super().__init__(label=label, required=False, max_length=40, help_text=f"such as {example}")
        self.widget.attrs |= {"autocomplete": "off"}

    def clean(self, value: Any) -> Quantity | None:
        text = super().clean(value)
        if not text:
            return None
        amount, _, unit = text.strip().partition(" ")
        try:
            return quantity(amount, unit.strip())
        except (QuantityError, UnitError) as problem:
            raise forms.ValidationError(f"Write a number, a space and a unit: {problem}.") from None


def _whole(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=999)


class ItemForm(Form):
    """One medicine of the set. A row without a name is left out."""

    title = forms.CharField(label="Medicine", required=False, max_length=80)
    route = forms.CharField(label="Route", required=False, max_length=60, help_text="such as IV, oral, IM mid-outer thigh")
    grades = forms.MultipleChoiceField(label="For grade", choices=_GRADES, required=False, widget=forms.CheckboxSelectMultiple)
    anaphylaxis = forms.BooleanField(label="For anaphylaxis", required=False)
    dose = QuantityField("Dose for adults", "25 mg")
    per_kg = QuantityField("Dose by weight", "0.01 mg/kg")
    most = QuantityField("Most at once, by weight", "0.5 mg")
    concentration = QuantityField("Concentration of your vial", "1 mg/mL")
    repeat_least = _whole("Again after, min")
    repeat_most = _whole("at the latest, min")
    times = _whole("How often in all")
    source = forms.CharField(label="Source", required=False, max_length=200)

    def item(self) -> OrderItem | None:
        """The item as written, None for an empty row."""
        data = self.cleaned_data
        title = data["title"].strip()
        if not title:
            return None
        return OrderItem(
            _key(title, data["route"]),
            title,
            data["route"].strip(),
            tuple(int(grade) for grade in data["grades"]),
            data["anaphylaxis"],
            data["dose"],
            data["per_kg"],
            data["most"],
            data["concentration"],
            data["repeat_least"],
            data["repeat_most"],
            data["times"] if data["repeat_least"] or data["times"] else 1,
            data["source"].strip(),
        )


def _key(title: str, route: str) -> str:
    first = route.split()[0] if route.split() else ""
    return re.sub(r"[^a-z0-9]+", "_", f"{title} {first}".casefold()).strip("_")[:80]


def item_forms(items: Sequence[OrderItem], data: Any = None) -> list[ItemForm]:
    """A row an item and two empty ones; as posted where something was."""
    if data is not None:
        count = min(int(data.get("rows", "0") or 0) if str(data.get("rows", "0")).isdigit() else 0, _MOST_ROWS)
        return [ItemForm(data, prefix=f"row{number}") for number in range(count)]
    filled = [ItemForm(prefix=f"row{number}", initial=_initial(item)) for number, item in enumerate(items)]
    return [*filled, *(ItemForm(prefix=f"row{len(filled) + number}") for number in range(_EMPTY_ROWS))]


def _initial(item: OrderItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "route": item.route,
        "grades": [str(grade) for grade in item.grades],
        "anaphylaxis": item.anaphylaxis,
        **{name: _text(getattr(item, name)) for name in ("dose", "per_kg", "most", "concentration")},
        "repeat_least": item.repeat_least,
        "repeat_most": item.repeat_most,
        "times": item.times if item.repeat_least else None,
        "source": item.source,
    }


def _text(amount: Quantity | None) -> str:
    return f"{plain(amount.amount, group=False)} {amount.unit.code}" if amount is not None else ""


class NoteForm(Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(label="What was changed, and why", max_length=500, required=False)


class SignatureForm(Form):
    """A director's signature: the password again."""

    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
