"""The form of the dose workbench: a made-up patient, and every fact that the therapy reads. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from chairside.core.protocols import Protocol
from chairside.core.protocols.facts_read import facts_read
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.condition import Limit, Test
from chairside.core.protocols.vocabulary import KINDS, OPEN_KINDS, name_of, unit_of
from chairside.core.protocols.words import declared
from chairside.web.forms import AmountField, Form

_NOT_ASKED = OPEN_KINDS | {"patient", "history"}
_LISTS = (
    ("condition", "Diagnoses (ICD-10-CM)", "Apart by commas: E11.9, I50.2"),
    ("medication", "Medicines", "Generic names, apart by commas"),
    ("allergy", "Allergies", "Apart by commas; none known: leave empty"),
)
_SEXES = (("", "not recorded"), ("female", "female"), ("male", "male"), ("other", "other"))


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact and the names of its fields: value, day, and the laboratory's own upper limit where a rule counts in it."""

    fact: str
    name: str
    kind: str
    unit: str
    has_limit: bool

    @property
    def field(self) -> str:
        return self.fact.replace(".", "-")


class WorkbenchForm(Form):
    """Everything is optional but the day, the dose number and the indication: what is not stated is not known."""

    indication = forms.ChoiceField(label="Indication")
    regimen = forms.ChoiceField(label="Regimen", required=False)
    brand = forms.ChoiceField(label="Product", required=False)
    day = forms.DateField(label="Day of the dose", widget=forms.DateInput(attrs={"type": "date"}))
    dose_number = forms.IntegerField(label="Dose number", min_value=1, max_value=1000)
    birth_date = forms.DateField(label="Birth date", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label="Sex", required=False, choices=_SEXES)
    weight_kg = AmountField(label="Weight", unit="kg", required=False)
    height_cm = AmountField(label="Height", unit="cm", required=False)
    ordered = AmountField(label="Ordered dose", required=False, help_text="To be compared with the computed one")
    volume_ml = AmountField(label="Volume of the bag", unit="mL", required=False, help_text="Where the protocol leaves it open")
    last_on = forms.DateField(label="Day of the dose before", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_amount = AmountField(label="Amount of the dose before", required=False)
    tolerated = forms.ChoiceField(
        label="Earlier doses were tolerated", required=False, choices=(("", "not recorded"), ("yes", "yes"), ("no", "no"))
    )

    def __init__(self, data: Any, *, protocol: Protocol, today: date) -> None:
        super().__init__(data or None, initial={"day": today, "dose_number": 1})
        self.unit = next((vial.strength.unit.code for product in protocol.products for vial in product.vials), "")
        self.rows = fact_rows(protocol)
        self._offer("indication", [(item.key, item.names.en) for item in protocol.indications])
        self._offer("regimen", [("", "as the protocol chooses"), *((item.key, item.names.en) for item in protocol.regimens)])
        self._offer("brand", [("", "not chosen"), *((item.brand, item.brand) for item in protocol.products)])
        for row in self.rows:
            self._add(row, protocol)
        for kind, label, hint in _LISTS:
            self.fields[kind] = forms.CharField(label=label, required=False, max_length=500, help_text=hint)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _add(self, row: FactRow, protocol: Protocol) -> None:
        if row.unit:
            self.fields[row.field] = AmountField(label=row.name, unit=row.unit, required=False)
        else:
            words = declared(row.fact, protocol.facts)
            offered = [(word, word.replace("_", " ")) for word in words] or [("on record", "on record")]
            self.fields[row.field] = forms.ChoiceField(label=row.name, required=False, choices=[("", "not recorded"), *offered])
        day = forms.DateField(label=f"Day: {row.name}", required=False, widget=forms.DateInput(attrs={"type": "date"}))
        self.fields[f"{row.field}-on"] = day
        if row.has_limit:
            self.fields[f"{row.field}-upper"] = AmountField(label=f"Upper limit: {row.name}", unit=row.unit, required=False)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The facts as rows of fields, for the page."""
        return [
            {
                "row": row,
                "value": self[row.field],
                "on": self[f"{row.field}-on"],
                "upper": self[f"{row.field}-upper"] if row.has_limit else None,
            }
            for row in self.rows
        ]

    def asked(self) -> list[tuple[str, str]]:
        """What was typed, in words, for the paper."""
        return [(str(self[name].label), self._shown(name, value)) for name, value in self.cleaned_data.items() if value]

    def _shown(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return next(str(label) for key, label in field.choices if key == value)  # type: ignore[union-attr, misc]
        unit = field.unit if isinstance(field, AmountField) else ""
        return " ".join(part for part in (_written(value), unit) if part)

    def question(self, protocol: Protocol) -> dict[str, Any]:
        """What was typed, as the question that `chairside engine` reads."""
        told = self.cleaned_data
        patient = {name: _written(told[name]) for name in ("birth_date", "sex", "weight_kg", "height_cm") if told[name]}
        return {
            "protocol": protocol.id,
            "indication": told["indication"],
            "date": told["day"].isoformat(),
            "dose_number": told["dose_number"],
            "patient": patient,
            "facts": [*self._facts(), *self._listed()],
            "history": self._history(protocol),
            **{name: told[name] for name in ("regimen", "brand") if told[name]},
        }

    def order(self) -> dict[str, Any]:
        """The ordered dose as a part of the question, empty without one."""
        amount = self.cleaned_data["ordered"]
        return {"order": {"dose": {"amount": str(amount), "unit": self.unit}}} if amount is not None and self.unit else {}

    def _facts(self) -> list[dict[str, Any]]:
        found = []
        for row in self.rows:
            value = self.cleaned_data.get(row.field)
            if value is None or value == "":
                continue
            kind, _, code = row.fact.partition(".")
            on = self.cleaned_data.get(f"{row.field}-on") or self.cleaned_data["day"]
            upper = self.cleaned_data.get(f"{row.field}-upper")
            fact = {"kind": kind, "code": code, "date": on.isoformat(), "value": str(value), "unit": row.unit}
            if value == "on record":
                del fact["value"]
            found.append({key: part for key, part in fact.items() if part} | ({"upper_limit": str(upper)} if upper else {}))
        return found

    def _listed(self) -> list[dict[str, Any]]:
        day = self.cleaned_data["day"].isoformat()
        return [
            {"kind": kind, "code": said.strip(), "date": day, "status": "active"}
            for kind, _, _ in _LISTS
            for said in self.cleaned_data[kind].split(",")
            if said.strip()
        ]

    def _history(self, protocol: Protocol) -> list[dict[str, Any]]:
        told = self.cleaned_data
        if told["last_on"] is None or told["dose_number"] < 2 or told["last_amount"] is None:
            return []
        given = {
            "protocol": protocol.id,
            "dose_number": told["dose_number"] - 1,
            "date": told["last_on"].isoformat(),
            "dose": str(told["last_amount"]),
            "unit": self.unit,
        }
        return [given | ({"tolerated": told["tolerated"] == "yes"} if told["tolerated"] else {})]


def fact_rows(protocol: Protocol) -> tuple[FactRow, ...]:
    """The facts of the protocol that have a value of their own, in its order."""
    limits = {node.item.fact for node in walk(protocol) if isinstance(node.item, Test) and node.item.times is not Limit.NONE}
    return tuple(
        FactRow(fact, name_of(fact, protocol), KINDS.get(fact.partition(".")[0], ""), unit_of(fact, protocol), fact in limits)
        for fact in facts_read(protocol)
        if fact.partition(".")[0] not in _NOT_ASKED
    )


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
