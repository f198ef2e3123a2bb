"""Given by hand, by an ambulatory pump, as a unit of blood; blood that is let; the next bag."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django import forms

from chairside.apps.visit.forms.arrival import ask_identity, identifiers
from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import unit
from chairside.core.visit import events as e
from chairside.core.visit.ladder import position, restart_ceiling
from chairside.core.visit.plan import DrugPlan
from chairside.core.visit.values import InjectionSite
from chairside.web.forms import AmountField

_PLACES = {
    "sc": ("abdomen", "thigh", "upper arm", "buttock"),
    "im": ("deltoid", "thigh", "hip"),
}
_SIDES = (("left", "Left"), ("right", "Right"))
_GROUPS = tuple((f"{abo}{sign}", f"{abo}{sign}") for abo in ("O", "A", "B", "AB") for sign in ("+", "-"))
_TRACED = "Line traced from syringe or bag to patient"
_EMERGENCY = "Emergency drugs and a provider are available"


def _tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


class _Bedside(EventForm):
    """Identity again at the bedside stands first; then the form's own fields, in the order in which they are declared."""

    template = "visit/forms/in_order.html"

    def prepare(self) -> None:
        own = [name for name in self.base_fields if name not in ("key", "sequence", "drug", "happened")]
        ask_identity(self)
        self.add_fields()
        more = [name for name in self.fields if name not in ("key", "sequence", "drug", "happened", "name", "born", "band")]
        self.order_fields(["name", "born", "band", *[name for name in more if name not in own], *own])

    def add_fields(self) -> None:
        """Fields that depend on the drug; they come before the form's own."""

    def ticked(self, name: str) -> bool | None:
        return self.cleaned_data[name] or None


class InjectionForm(_Bedside):
    """An injection that has been given: where, how much at each place, and how long it took where the label says so."""

    way, title, submit, template = "injection", "Give the injection", "Given: record it", "visit/forms/injection.html"
    why = line("Why not all of it, or sooner than the shortest time", required=False)
    emergency_ready = _tick(_EMERGENCY)

    def add_fields(self) -> None:
        drug = self.around.drug
        if drug is None:
            return
        if drug.route in _PLACES:
            self._add_places(drug)
        else:
            self.fields["given"] = AmountField(unit=drug.dose.unit.code, label="Given")
        if drug.min_minutes:
            self.fields["minutes"] = AmountField(unit="min", label="It took")

    def _add_places(self, drug: DrugPlan) -> None:
        count = places_needed(drug)
        share = _share(drug, count)
        choices = [(name, name.capitalize()) for name in _PLACES[drug.route]]
        for n in range(1, count + 2):
            needed = n <= count
            self.fields[f"place_{n}"] = taps("Where", choices, required=needed)
            self.fields[f"side_{n}"] = taps("Side", _SIDES, required=needed)
            self.fields[f"volume_{n}"] = AmountField(unit="mL", label="Volume there", required=needed)
            if needed and share is not None:
                self.initial.setdefault(f"volume_{n}", plain(share, group=False))

    @property
    def place_rows(self) -> list[dict[str, Any]]:
        """Each place with its fields, as the page shows them."""
        last = self._places()
        return [
            {
                "title": "One place more, if it was used" if n == last else f"Place {n}" if last > 2 else "The place",
                "site": self[f"place_{n}"],
                "side": self[f"side_{n}"],
                "volume": self[f"volume_{n}"],
            }
            for n in range(1, last + 1)
        ]

    def _places(self) -> int:
        return sum(name.startswith("place_") for name in self.fields)

    def places(self) -> tuple[InjectionSite, ...]:
        found, data = [], self.cleaned_data
        for n in range(1, self._places() + 1):
            volume = self.measured(f"volume_{n}", "mL")
            if data.get(f"place_{n}") and volume is not None:
                found.append(InjectionSite(data[f"place_{n}"], data.get(f"side_{n}", ""), volume))
        return tuple(found)

    def payload(self) -> e.Payload:
        assert self.around.drug is not None
        sites = self.places()
        total = sum((item.volume.amount for item in sites), Decimal(0))
        given = self.measured("given", self.around.drug.dose.unit.code) or Quantity(total, unit("mL"))
        return e.DoseGiven(
            self.drug_key(),
            identifiers(self.cleaned_data),
            given,
            sites,
            self.cleaned_data.get("minutes"),
            self.cleaned_data["why"],
            self.ticked("emergency_ready"),
        )


def places_needed(drug: DrugPlan) -> int:
    """How many places the volume takes, by the most that one may take."""
    if drug.most_per_site is None or not drug.volume_stated:
        return 1
    return max(1, int((drug.volume / drug.most_per_site).amount.to_integral_value(ROUND_CEILING)))


def _share(drug: DrugPlan, count: int) -> Decimal | None:
    """An equal part for each place, where it comes out even; else each volume is measured and typed."""
    if not drug.volume_stated:
        return None
    share = drug.volume.to("mL").amount / count
    return share if share == share.quantize(Decimal("0.001")) else None


class PushStartForm(_Bedside):
    way, title, submit = "push", "Push by hand", "The push begins now"
    line_traced = _tick(_TRACED)
    emergency_ready = _tick(_EMERGENCY)

    def payload(self) -> e.Payload:
        return e.PushStarted(
            self.drug_key(), identifiers(self.cleaned_data), self.ticked("line_traced"), self.ticked("emergency_ready")
        )


class _HandEnd(EventForm):
    """The end of what is done by hand: the whole stands there, and is changed where it was less."""

    why = line("Why not all of it, or sooner than the shortest time", required=False)

    def prepare(self) -> None:
        drug = self.around.drug
        code = drug.volume.unit.code if drug else "mL"
        self.fields["given"] = AmountField(unit=code, label=self.measure)
        if drug is not None:
            self.initial.setdefault("given", plain(drug.volume.amount, group=False))
        self.order_fields(["given", "why"])

    measure = "Given"

    def taken(self) -> Quantity:
        given = self.measured("given", self.around.drug.volume.unit.code if self.around.drug else "mL")
        assert given is not None
        return given


class PushEndForm(_HandEnd):
    way, title, submit = "push-end", "End of the push", "The push is over: record it"

    def payload(self) -> e.Payload:
        return e.PushEnded(self.drug_key(), self.taken(), self.cleaned_data["why"])


class DrawStartForm(_Bedside):
    way, title, submit = "draw", "Draw blood", "The draw begins now"

    def payload(self) -> e.Payload:
        return e.DrawStarted(self.drug_key(), identifiers(self.cleaned_data))


class DrawEndForm(_HandEnd):
    way, title, submit = "draw-end", "End of the draw", "The draw is over: record it"
    why = line("Why another volume than ordered", required=False)
    measure = "Taken, measured"

    def payload(self) -> e.Payload:
        return e.DrawEnded(self.drug_key(), self.taken(), self.cleaned_data["why"])


class PumpForm(_Bedside):
    """The pump's own display is read: neither rate nor volume stands in the form."""

    way, title, submit = "pump", "Connect the pump", "The pump runs: record it"
    reservoir = AmountField(unit="mL", label="Volume in the pump, from its display")
    rate = AmountField(unit="mL/h", label="Rate, from its display")
    pump = line("Number of the pump")
    line_traced = _tick("Line traced from pump to patient")
    spill_kit_taught = _tick("Spill kit given, and shown how it is used")
    contact_given = _tick("Number to call, day and night, given")
    emergency_ready = _tick(_EMERGENCY)

    def payload(self) -> e.Payload:
        rate = self.measured("rate", "mL/h")
        assert rate is not None
        return e.PumpConnected(
            self.drug_key(),
            identifiers(self.cleaned_data),
            rate,
            self.cleaned_data["pump"],
            self.ticked("line_traced"),
            self.ticked("spill_kit_taught"),
            self.ticked("contact_given"),
            self.ticked("emergency_ready"),
            self.measured("reservoir", "mL"),
        )


class PumpOffForm(_Bedside):
    way, title, submit = "pump-off", "Take the pump off", "The pump is off: record it"
    pump_volume = AmountField(unit="mL", label="Volume given, read from the pump")
    residual = AmountField(unit="mL", label="Left in the pump")
    spilled = yes_no("Did anything leak, at home or now?")
    reason = taps("Why it ends", (("complete", "It is empty"), ("order", "Order"), ("other", "Other")))
    variance_reason = line("Why the volumes differ, if they do", required=False)

    def payload(self) -> e.Payload:
        return e.PumpDisconnected(
            self.drug_key(),
            identifiers(self.cleaned_data),
            self.measured("pump_volume", "mL"),
            self.measured("residual", "mL"),
            self.cleaned_data["reason"],
            self.cleaned_data["variance_reason"],
            told(self.cleaned_data["spilled"]),
        )


class UnitForm(EventForm):
    """The label of the unit and the issue slip, as they are read. Nothing of the order stands in the fields."""

    way, title, submit, template = "unit", "Receive the unit", "Record the unit", "visit/forms/in_order.html"
    number = line("Number of the unit, scanned or typed")
    component = taps("Component, from the label")
    group = taps("Group of the unit", _GROUPS)
    patient_group = taps("Group of the patient's sample, from the slip", _GROUPS)
    volume = AmountField(unit="mL", label="Volume, from the label")
    issued = forms.TimeField(label="Issued at, from the slip", widget=forms.TimeInput(attrs={"type": "time"}))
    expires = forms.DateTimeField(
        label="Expires, from the label", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    crossmatched = yes_no("Does the slip say that it was cross-matched?")
    intact = yes_no("Is the bag right: no leak, no clot, usual color?")

    def prepare(self) -> None:
        products = self.around.drug.products if self.around.drug else ()
        self.fields["component"].choices = [(name, name) for name in (*products, "other")]  # type: ignore[attr-defined]

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        volume = self.measured("volume", "mL")
        assert volume is not None
        return e.UnitReceived(
            self.drug_key(),
            data["number"],
            data["component"],
            data["group"],
            data["patient_group"],
            volume,
            datetime.combine(self.around.day, data["issued"], tzinfo=self.around.zone),
            data["expires"],
            told(data["crossmatched"]),
            told(data["intact"]),
        )


class BagForm(_Bedside):
    """The next bag or bottle: its lot is one of those that were prepared, its rate the one that it goes on at."""

    way, title, submit = "bag", "The next bag", "The next bag runs: record it"
    product = taps("Product, from its label")
    lots = forms.MultipleChoiceField(label="Lot, from its label", widget=forms.CheckboxSelectMultiple)
    pump_volume = AmountField(unit="mL", label="Volume given so far, read from the pump")
    rate = AmountField(unit="mL/h", label="Rate set on the pump")

    def prepare(self) -> None:
        super().prepare()
        drug = self.around.drug
        if drug is None:
            return
        region = self.around.state.infusions[drug.key]
        draws = [draw for bag in region.preparations for draw in bag.draws]
        self.fields["product"].choices = [(name, name) for name in dict.fromkeys(draw.product for draw in draws)]  # type: ignore[attr-defined]
        self.fields["lots"].choices = [(lot, lot) for lot in dict.fromkeys(draw.lot for draw in draws)]  # type: ignore[attr-defined]
        where = position(drug, region, self.around.at)
        self._bag = where.then.bag if where is not None and where.then is not None else None
        again = restart_ceiling(self.around.state, drug).value
        next_rate = where.then.rate if where is not None and where.then is not None else again.rate if again else None
        if next_rate is not None:
            self.initial.setdefault("rate", plain(next_rate.to("mL/h").amount, group=False))

    def payload(self) -> e.Payload:
        rate = self.measured("rate", "mL/h")
        assert rate is not None
        return e.BagChanged(
            self.drug_key(),
            identifiers(self.cleaned_data),
            self.cleaned_data["product"],
            tuple(self.cleaned_data["lots"]),
            rate,
            self._bag if self.around.drug and self.around.drug.bags else None,
            self.measured("pump_volume", "mL"),
        )
