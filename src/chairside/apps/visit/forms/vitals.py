"""One set of vitals, in the order of a monitor. Nothing is carried over: what is the same as before is said by a tap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from chairside.apps.visit.drawing import difference
from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit import events as e
from chairside.core.visit.baseline import baseline
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Reading
from chairside.core.visit.vitals import GUARDRAILS, celsius
from chairside.web.forms import AmountField

VITALS = (
    ("sbp", "Systolic", "mm[Hg]"),
    ("dbp", "Diastolic", "mm[Hg]"),
    ("pulse", "Pulse", "/min"),
    ("spo2", "Oxygen", "%"),
    ("temp", "Temperature", "Cel"),
    ("rr", "Breathing", "/min"),
    ("weight_kg", "Weight", "kg"),
    ("pain", "Pain", "{score}"),
)
_ASIDE = ("weight_kg", "pain")
_OXYGEN = {"yes": "on oxygen", "no": "room air"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One vital: its field, what it was last and at the baseline, and the box that confirms an unusual value."""

    code: str
    label: str
    unit: str
    field: forms.BoundField
    confirm: forms.BoundField
    last: str = ""
    at: datetime | None = None
    base: str = ""
    change: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Same:
    """What one tap records: awake, oxygen, the access site. `value` is what is posted, `text` says exactly that."""

    value: str
    text: str


class VitalsForm(EventForm):
    """A blank field was not measured. The unit of a temperature follows from its number: no believable one is both."""

    way, title, submit, template = "vitals", "Vitals", "Record vitals", "visit/forms/vitals.html"
    temp_unit = forms.CharField(widget=forms.HiddenInput, required=False)
    same = forms.CharField(widget=forms.HiddenInput, required=False)
    consciousness = taps(
        "Awareness",
        (("A", "Alert"), ("C", "New confusion"), ("V", "To voice"), ("P", "To pain"), ("U", "None")),
        required=False,
    )
    on_oxygen = yes_no("On oxygen", required=False)
    site_ok = yes_no("Access site looks well", required=False)
    unobtainable = line("One vital that cannot be taken, and why", required=False)
    unobtainable_which = forms.ChoiceField(label="Which", required=False)
    confirmed = forms.BooleanField(label="I measured again: the unusual values are right", required=False)

    def prepare(self) -> None:
        for code, label, measure in VITALS:
            self.fields[code] = AmountField(unit=measure, label=label, required=False)
            keys = "decimal" if code in ("temp", "weight_kg") else "numeric"
            self.fields[code].widget.attrs |= {"data-step": code, "inputmode": keys, **_limits(code)}
            self.fields[f"confirm_{code}"] = forms.BooleanField(label="Measured again, it is right", required=False)
        which = self.fields["unobtainable_which"]
        which.choices = (("", "none"), *((code, label) for code, label, _ in VITALS))  # type: ignore[attr-defined]
        if self.around.state.access_site is None:
            del self.fields["site_ok"]

    @property
    def tiles(self) -> list[Tile]:
        """What the monitor shows, and today's weight until it has been taken."""
        aside = _ASIDE if self.around.state.weighed is not None else _ASIDE[1:]
        return [tile for tile in self._tiles() if tile.code not in aside]

    @property
    def aside(self) -> list[Tile]:
        shown = {tile.code for tile in self.tiles}
        return [tile for tile in self._tiles() if tile.code not in shown]

    def _tiles(self) -> Iterator[Tile]:
        state = self.around.state
        base = baseline(state, self.around.plan)
        for code, label, measure in VITALS:
            before = next((item for item in reversed(state.vitals) if item.recorded.value(code) is not None), None)
            last = before.recorded.value(code) if before else None
            first = base.recorded.value(code) if base and base is not before else None
            unusual = bool(self[code].errors) or bool(self[f"confirm_{code}"].value())
            yield Tile(
                code,
                label,
                "°C or °F" if code == "temp" else measure,
                self[code],
                self[f"confirm_{code}"],
                _short(last, code),
                before.at if before else None,
                _short(first, code),
                difference(before, base, code) if before and base and first else "",
                unusual,
            )

    @property
    def same_tap(self) -> Same | None:
        """Offered only where nothing of it was wrong before: what is not well is asked for, each by itself."""
        return same_of(self.around.state)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("same"):
            offered = self.same_tap
            if offered is None or offered.value != data["same"]:
                self.add_error(None, "What the tap said is not as before any more. Say each of it.")
                return data
            for name, value in zip(("consciousness", "on_oxygen", "site_ok"), data["same"].split("."), strict=True):
                if data.get(name) and data[name] != value:
                    self.add_error(name, "It was tapped as before, and here as something else. Leave one of the two.")
                data[name] = value
        return data

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        readings = [
            Reading(code, self._value(code, measure), confirmed=bool(data.get("confirmed") or data.get(f"confirm_{code}")))
            for code, _, measure in VITALS
            if data.get(code) is not None
        ]
        if data.get("unobtainable_which") and data.get("unobtainable"):
            readings.append(Reading(data["unobtainable_which"], None, data["unobtainable"]))
        return e.VitalsRecorded(
            tuple(readings), told(data.get("on_oxygen", "")), data.get("consciousness", ""), told(data.get("site_ok", ""))
        )

    def _value(self, code: str, measure: str) -> Quantity:
        amount: Decimal = self.cleaned_data[code]
        if code != "temp":
            return Quantity(amount, unit(measure))
        return Quantity(amount, unit(self.cleaned_data.get("temp_unit") or degrees(amount)))


def _short(value: Quantity | None, code: str) -> str:
    """The number alone: its unit stands at the field. A temperature says its own."""
    if value is None:
        return ""
    return value.spelled() if code == "temp" else plain(value.amount)


def degrees(amount: Decimal) -> str:
    """°C up to the highest believable temperature in °C, °F above it: 45 °C is the highest, 86 °F the lowest."""
    return "Cel" if amount <= GUARDRAILS["temp"].absolute[1].amount else "[degF]"


def same_of(state: VisitState) -> Same | None:
    """The three facts beside the numbers as one tap, in the words that it records."""
    awake = next((item.recorded.consciousness for item in reversed(state.vitals) if item.recorded.consciousness), "")
    oxygen = next((item.recorded.on_oxygen for item in reversed(state.vitals) if item.recorded.on_oxygen is not None), None)
    site = next((item.recorded.site_ok for item in reversed(state.vitals) if item.recorded.site_ok is not None), None)
    looked = state.access_site is not None
    if awake not in ("", "A") or (looked and (site is False or state.site_failed_at is not None)):
        return None
    parts = ("A", "yes" if oxygen else "no", "yes" if looked else "")
    text = ", ".join(word for word in ("alert", _OXYGEN[parts[1]], "site well" if looked else "") if word)
    before = awake == "A" and oxygen is not None and (site is True or not looked)
    return Same(".".join(parts), f"As before: {text}" if before else text.capitalize())


def _limits(code: str) -> dict[str, str]:
    """The limits beyond which a value asks to be measured again, for the page; the server asks in any case."""
    low, high = GUARDRAILS[code].recommended
    found = {"data-low": plain(low.amount), "data-high": plain(high.amount)}
    if code == "temp":
        found["data-degf-above"] = plain(GUARDRAILS[code].absolute[1].amount)
        found |= {"data-low-degf": _fahrenheit(low), "data-high-degf": _fahrenheit(high)}
    return found


def _fahrenheit(value: Quantity) -> str:
    turned = quantity(value.amount * 9 / 5 + 32, "[degF]")
    assert celsius(turned).same(celsius(value))
    return plain(turned.amount)
