"""What every form at the chair has: its event's number, the state that its page showed, a time for what is told afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django import forms

from chairside.apps.visit.forms.network import KEPT, needs_network
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit.events import Payload
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Mode
from chairside.web.forms import Form

_BY_PUMP = {"start", "raise", "lower", "resume", "stop", "bag", "pump", "pump-off"}
_BY_HAND = {"injection", "push", "push-end", "draw", "draw-end"}
OF_A_DRUG = frozenset({"release", "preparation", "unit", "check", "flush"} | _BY_PUMP | _BY_HAND)
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class Around:
    """What a form may offer to choose from: the plan, the state as this person may see it, chairs, allergies, lots."""

    plan: VisitPlan
    state: VisitState
    at: datetime
    zone: ZoneInfo
    day: date
    drug: DrugPlan | None = None
    chairs: tuple[tuple[str, str], ...] = ()
    chair: str = ""
    allergies: tuple[str, ...] = ()
    lots: tuple[Any, ...] = ()
    diluents: tuple[str, ...] = ()
    use_by: datetime | None = None
    overridable: tuple[tuple[str, str], ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


class EventForm(Form):
    """One event to be. `key` is made by the server when the page is, so that a repeated POST is the same event."""

    way: ClassVar[str]
    title: ClassVar[str]
    submit: ClassVar[str] = "Record"
    template: ClassVar[str] = "visit/forms/fields.html"
    tone: ClassVar[str] = "primary"
    reportable: ClassVar[bool] = True

    key = forms.UUIDField(widget=forms.HiddenInput)
    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    drug = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    happened = forms.TimeField(
        required=False,
        label="It happened earlier, at",
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text="Only for what is written down afterwards. It is then marked as reported, and never refused.",
    )

    def __init__(self, data: Any = None, *, around: Around, sequence: int = 0, **options: Any) -> None:
        self.around = around
        initial = {
            "key": uuid4(),
            "sequence": sequence,
            "drug": around.drug.key if around.drug else "",
            **options.pop("initial", {}),
        }
        super().__init__(data, initial=initial, prefix=None, auto_id=f"{self.way}_%s", **options)
        if not self.reportable:
            del self.fields["happened"]
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and hints from `around`."""

    def payload(self) -> Payload:
        """The event that the person proposes."""
        raise NotImplementedError

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name not in ("key", "sequence", "drug", "happened")]

    @property
    def heading(self) -> str:
        """Its title; in a visit of several drugs with the one that it is about."""
        drug = self.around.drug
        return (
            f"{self.title}, {drug.title}" if drug and self.way in OF_A_DRUG and len(self.around.plan.drugs) > 1 else self.title
        )

    @property
    def kept(self) -> bool:
        """Whether it waits on the device when the server does not answer."""
        return self.way in KEPT

    @property
    def needs_network(self) -> str:
        return needs_network(self.way)

    @property
    def event_id(self) -> UUID:
        return UUID(str(self.cleaned_data["key"]))

    @property
    def claimed_at(self) -> datetime | None:
        """The moment it is said to have happened, on the day of the visit in the site's zone."""
        told = self.cleaned_data.get("happened")
        return datetime.combine(self.around.day, told, tzinfo=self.around.zone) if told else None

    @property
    def mode(self) -> Mode:
        return Mode.REPORTED if self.claimed_at else Mode.LIVE

    def drug_key(self) -> str:
        return str(self.cleaned_data.get("drug") or (self.around.drug.key if self.around.drug else ""))

    def measured(self, name: str, code: str) -> Quantity | None:
        """What was typed in a field, with its unit."""
        value: Decimal | None = self.cleaned_data.get(name)
        return None if value is None else Quantity(value, unit(code))


def yes_no(label: str, *, required: bool = True, help_text: str = "") -> forms.ChoiceField:
    """Yes or no, blank until someone says it: no answer is not a no."""
    return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, required=required, help_text=help_text)


def told(value: str) -> bool | None:
    """yes, no, or not said."""
    return {"yes": True, "no": False}.get(value)


def taps(label: str, choices: Any = (), *, required: bool = True, help_text: str = "") -> forms.ChoiceField:
    """A choice by one tap."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required, help_text=help_text)


def line(label: str, *, required: bool = True, help_text: str = "", **attrs: str) -> forms.CharField:
    """One line of text, never completed by the browser."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )
