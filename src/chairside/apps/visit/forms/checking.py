"""The blind double check: every verifier types what they compute and read; the form shows and fills in nothing (H-014)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from chairside.apps.visit.forms.arrival import ask_identity, identifiers
from chairside.apps.visit.forms.base import EventForm, line, taps
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit import double_check
from chairside.core.visit import events as e
from chairside.core.visit.plan import Manner
from chairside.core.visit.policy import CheckStage
from chairside.core.visit.recomputing import asked
from chairside.web.forms import AmountField

_IDENTITY = ("name", "born", "band")
_GROUPS = (
    ("The patient", _IDENTITY),
    ("Order, vial and label", ("weight", "product", "lots", "volume", "use_by", "use_by_day", "route")),
    ("Computed by you", ("bsa", "dose", "concentration", "rate", "minutes")),
    ("Read from the pump", ("pump_rate", "pump_volume")),
)
_UNITS = {
    "weight": "kg",
    "bsa": "m2",
    "volume": "mL",
    "rate": "mL/h",
    "minutes": "min",
    "pump_rate": "mL/h",
    "pump_volume": "mL",
}


class CheckForm(EventForm):
    """One verifier's own entries at one stage. Every field is empty, for the second person as for the first."""

    way, title, submit, reportable = "check", "Independent double check", "Enter my check", False
    template = "visit/forms/check.html"
    stage = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    product = line("Product, from the vial or its scan")
    lots = line("Lot numbers, with a comma between")
    weight = AmountField(unit="kg", label="Dosing weight, from the order")
    bsa = AmountField(unit="m2", label="Body surface, computed by you")
    dose = AmountField(label="Dose, computed again by you")
    route = taps("Route", (("iv", "IV"), ("sc", "SC"), ("im", "IM"), ("iv_push", "IV push"), ("iv_pump", "IV pump")))
    volume = AmountField(unit="mL", label="Bag volume, from its label")
    concentration = AmountField(label="Concentration, computed by you")
    rate = AmountField(unit="mL/h", label="Starting rate, computed by you")
    minutes = AmountField(unit="min", label="Infusion time, computed by you")
    use_by = forms.TimeField(label="Use-by time, from the label", widget=forms.TimeInput(attrs={"type": "time"}))
    use_by_day = forms.DateField(label="Use-by day, from the label", widget=forms.DateInput(attrs={"type": "date"}))
    pump_rate = AmountField(unit="mL/h", label="Rate, read from the pump")
    pump_volume = AmountField(unit="mL", label="Volume to be infused, read from the pump")

    def prepare(self) -> None:
        ask_identity(self)
        self.order_fields([*_IDENTITY, *self.base_fields])
        stage = self._stage()
        self.initial["stage"] = stage.key
        names = self._asked(stage)
        kept = {"key", "sequence", "drug", "stage", *names, *(_IDENTITY if "patient" in names else ())}
        if "use_by" in names:
            kept.add("use_by_day")
        for name in set(self.fields) - kept:
            del self.fields[name]
        if "volume" in self.fields and self.around.drug and self.around.drug.manner in (Manner.PUSH, Manner.INJECTION):
            self.fields["volume"].label = "Volume, from the syringe"
        for name in ("dose", "concentration"):
            if name in self.fields:
                self.fields[name].unit = self._unit(name)  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by where the person looks for what they enter."""
        found = [(title, [self[name] for name in names if name in self.fields]) for title, names in _GROUPS]
        return [(title, fields) for title, fields in found if fields]

    def _stage(self) -> CheckStage:
        """The stage that was posted, else the one that comes next."""
        policy, drug = self.around.plan.policy, self.around.drug
        region = self.around.state.infusions.get(drug.key) if drug else None
        posted = policy.stage(str(self.data.get("stage", ""))) if self.is_bound else None
        coming = double_check.open_stage(self.around.plan, drug, region) if drug and region else None
        return posted or coming or policy.stages[-1]

    def _asked(self, stage: CheckStage) -> tuple[str, ...]:
        return asked(self.around.plan, self.around.drug, stage) if self.around.drug else stage.asks

    def _unit(self, name: str) -> str:
        if name in _UNITS:
            return _UNITS[name]
        drug = self.around.drug
        if drug is None:
            return "mg" if name == "dose" else "mg/mL"
        return drug.dose.unit.code if name == "dose" else drug.concentration.unit.code

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        values: dict[str, Any] = {"product": data.get("product"), "route": data.get("route")}
        if "name" in data:
            values["identifiers"] = identifiers(data)
        if "lots" in data:
            values["lots"] = tuple(lot.strip() for lot in data["lots"].split(",") if lot.strip())
        if "use_by" in data:
            values["use_by"] = self._moment(data["use_by_day"], data["use_by"])
        for name in (*_UNITS, "dose", "concentration"):
            if data.get(name) is not None:
                values[name] = Quantity(data[name], unit(self._unit(name)))
        remote = bool(self.around.extra.get("remote"))
        return e.CheckEntered(drug=self.drug_key(), stage=self._stage().key, remote=remote, **values)

    def _moment(self, day: date, time: Any) -> datetime:
        return datetime.combine(day, time, tzinfo=self.around.zone)
