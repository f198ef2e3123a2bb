"""Release, access, premedication, preparation."""

from __future__ import annotations

from typing import Any

from django import forms

from chairside.apps.visit.forms.base import EventForm, line, taps, told, yes_no
from chairside.core.visit import events as e
from chairside.core.visit.values import LotDraw
from chairside.web.forms import AmountField


class ReleaseForm(EventForm):
    way, title, submit = "release", "Release to the pharmacy", "Release to prepare"

    def payload(self) -> e.Payload:
        return e.ReleasedToPrepare(self.drug_key())


class AccessForm(EventForm):
    way, title, submit = "access", "Access", "Record the access"
    site = line("Site", list="access-sites")
    side = taps("Side", (("left", "Left"), ("right", "Right")), required=False)
    device = taps(
        "Device",
        (
            ("peripheral catheter", "Peripheral"),
            ("midline", "Midline"),
            ("port", "Port"),
            ("picc", "PICC"),
            ("subcutaneous needle", "Subcutaneous"),
        ),
    )
    gauge = taps("Gauge", tuple((f"{n} G", f"{n} G") for n in (16, 18, 20, 22, 24)), required=False)
    attempts = forms.IntegerField(
        label="Your attempts, this one included",
        min_value=1,
        max_value=9,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    needles = forms.IntegerField(
        label="Needles in",
        min_value=1,
        max_value=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    blood_return = yes_no("Blood return seen")
    placed = yes_no("Access is in")

    def prepare(self) -> None:
        drug = self.around.drug
        if drug is None or not drug.subcutaneous:
            del self.fields["needles"]
            return
        self.initial.setdefault("device", "subcutaneous needle")
        self.fields["needles"].help_text = f"The volume takes {drug.needle_sites}." if drug.needle_sites > 1 else ""
        self.fields["blood_return"].label = "Does blood come back? Under the skin it must not."

    def payload(self) -> e.Payload:
        data = self.cleaned_data
        return e.AccessPlaced(
            data["site"],
            data["side"],
            data["device"],
            data["gauge"],
            data["attempts"],
            told(data["blood_return"]),
            data["placed"] == "yes",
            data.get("needles") or 1,
        )


class PremedicationForm(EventForm):
    """What the order says is given, or the person says otherwise in a note: nothing is typed twice."""

    way, title, submit = "premedication", "Premedication", "Given now"
    premedication = taps("Given")

    def prepare(self) -> None:
        due = [item for item in self.around.plan.premedications if item.code not in self.around.state.premedications]
        choices = [(item.code, f"{item.title} {item.dose.spelled()} {item.route}") for item in due]
        self.fields["premedication"].choices = choices  # type: ignore[attr-defined]
        if len(due) == 1:
            self.initial.setdefault("premedication", due[0].code)

    def payload(self) -> e.Payload:
        item = next(item for item in self.around.plan.premedications if item.code == self.cleaned_data["premedication"])
        return e.PremedicationGiven(item.code, item.dose, item.route)


class PreparationForm(EventForm):
    """The vials that were drawn, lot by lot. The amount drawn is the dose of the plan, shared over the lots as typed."""

    way, title, submit, template, reportable = (
        "preparation",
        "Prepare",
        "Record the preparation",
        "visit/forms/preparation.html",
        False,
    )
    diluent = taps("Diluent")
    use_by = forms.DateTimeField(
        label="Use by", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def prepare(self) -> None:
        if not self.around.diluents:
            del self.fields["diluent"]  # given as it is sold or dissolved
        else:
            self.fields["diluent"].choices = [(name, name) for name in self.around.diluents]  # type: ignore[attr-defined]
        if len(self.around.diluents) == 1:
            self.initial.setdefault("diluent", self.around.diluents[0])
        if self.around.use_by:
            self.initial.setdefault("use_by", self.around.use_by.astimezone(self.around.zone).replace(tzinfo=None))
        if self.around.drug is not None and not self.around.drug.volume_stated:
            self.fields["volume"] = AmountField(unit="mL", label="Volume of the dose, measured")
        for lot in self.around.lots:
            self.fields[f"vials_{lot.id}"] = forms.IntegerField(
                label="Vials opened",
                min_value=0,
                max_value=99,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            if lot.out:
                self.initial.setdefault(f"vials_{lot.id}", lot.out)
            self.fields[f"drawn_{lot.id}"] = AmountField(unit=lot.strength.unit.code, label="Drawn", required=False)

    @property
    def asks(self) -> str:
        """What the plan asks for, bag by bag; a dose alone where no volume is stated."""
        drug = self.around.drug
        if drug is None:
            return ""
        bags = [f"bag {bag.number}: {bag.dose.spelled()} in {bag.volume.spelled()}" for bag in drug.bags]
        volume = f" in {drug.volume.spelled()}" if drug.volume_stated else ""
        return "; ".join(bags) or f"{drug.dose.spelled()}{volume}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [{"lot": lot, "vials": self[f"vials_{lot.id}"], "drawn": self[f"drawn_{lot.id}"]} for lot in self.around.lots]

    def draws(self) -> tuple[LotDraw, ...]:
        found = []
        for lot in self.around.lots:
            vials, drawn = self.cleaned_data.get(f"vials_{lot.id}"), self.measured(f"drawn_{lot.id}", lot.strength.unit.code)
            if vials and drawn is not None:
                found.append(LotDraw(lot.brand, lot.number, lot.strength, vials, drawn, lot.expires_on))
        return tuple(found)

    def payload(self) -> e.Payload:
        assert self.around.drug is not None
        return e.PreparationRecorded(
            self.drug_key(),
            self.draws(),
            self.measured("volume", "mL") or self.around.drug.prepared_volume,
            self.cleaned_data.get("diluent", ""),
            self.around.at,
            self.cleaned_data["use_by"],
        )
