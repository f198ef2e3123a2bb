"""Forms: exact amounts with their unit, and a decision's reasons put beside the field that they speak of.

A form reads text. It decides nothing: limits come from the core through the service, and their reasons come back here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chairside.core.kernel.decision import Decision, Outcome, Reason

_AMOUNT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_LONGEST = 24


class AmountField(forms.Field):
    """An exact decimal as typed. Nothing is rounded, clamped or guessed.

    A comma is refused, because "1,200" is two numbers in two countries (hazard: a thousandfold dose). The unit is shown by
    the component; `unit` is kept here for the view that builds the quantity.
    """

    default_error_messages = {
        "comma": _("Write it without commas, with a point before decimals. You wrote “%(value)s”."),
        "not_a_number": _("This must be a number. You wrote “%(value)s”."),
    }

    def __init__(self, *, unit: str = "", **options: Any) -> None:
        self.unit = unit
        attributes = {"inputmode": "decimal", "autocomplete": "off", "maxlength": str(_LONGEST)}
        options.setdefault("widget", forms.TextInput(attrs=attributes))
        options.setdefault("error_messages", {}).setdefault("required", _("A number is needed here."))
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip().replace("\N{MINUS SIGN}", "-")
        if not text:
            return None
        if "," in text:
            raise forms.ValidationError(self.error_messages["comma"], "comma", {"value": text})
        if len(text) > _LONGEST or not _AMOUNT.fullmatch(text):
            raise forms.ValidationError(self.error_messages["not_a_number"], "not_a_number", {"value": text})
        try:
            return Decimal(text)
        except InvalidOperation:
            raise forms.ValidationError(self.error_messages["not_a_number"], "not_a_number", {"value": text}) from None


class Form(forms.Form):
    """The base of every form: amounts, reasons, and a key that makes a repeated POST the same event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, AmountField):
                field.error_messages["required"] = _("This is needed before it can be saved.")

    def add_reasons(self, decision: Decision[Any] | Iterable[Reason]) -> None:
        """Show each reason beside the field that it is about (the last part of its path), else at the head of the form.

        Nobody looks for a hidden field: what is about one stands at the head too.
        """
        reasons = decision.reasons if isinstance(decision, Decision) else tuple(decision)
        for reason in reasons:
            if reason.outcome is Outcome.ALLOWED:
                continue
            name = reason.field.rsplit(".", 1)[-1]
            field = self.fields.get(name)
            self.add_error(name if field is not None and not field.widget.is_hidden else None, _sentence(reason))


def _sentence(reason: Reason) -> str:
    """The message with its limit and source, where the message does not already say them."""
    more = [f"Limit: {reason.limit}." if reason.limit and reason.limit not in reason.message else ""]
    more.append(f"Source: {reason.source}." if reason.source else "")
    return " ".join(part for part in (reason.message, *more) if part)
