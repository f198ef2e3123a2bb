"""The form of an order's premedications: the protocol's list to tick, and lines for agents that it does not list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import slugify

from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import unit
from chairside.core.protocols.schema.visit import Premedication
from chairside.web.forms import AmountField, Form

UNITS = (("", "unit"), ("mg", "mg"), ("g", "g"), ("ug", "mcg"), ("mL", "mL"))
ROUTES = (
    ("", "route"),
    ("oral", "oral"),
    ("iv", "IV"),
    ("iv_push", "IV push"),
    ("im", "IM"),
    ("sc", "SC"),
    ("inhaled", "inhaled"),
)
YES_NO = (("yes", "Yes, no driving"), ("no", "No"))
FREE_LINES = 2
_PARTS = ("agent", "amount", "unit", "route", "wait", "sedating")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: an item of the protocol (`key`), one that is ordered already, or a free one (no key)."""

    name: str
    key: str
    title: str
    proposed: OrderedPremedication
    ticked: bool


class PremedicationsForm(Form):
    """Nothing is ticked that was not ordered: the protocol proposes, the prescriber orders."""

    def __init__(
        self, *args: Any, ordered: Sequence[OrderedPremedication], listed: Sequence[Premedication], **kwargs: Any
    ) -> None:
        self.lines = _lines(ordered, listed)
        super().__init__(*args, **kwargs)
        for line in self.lines:
            self._add(line)

    def _add(self, line: Line) -> None:
        item = line.proposed
        if line.key:
            self.fields[f"{line.name}_order"] = forms.BooleanField(
                label=f"Order: {line.title}", required=False, initial=line.ticked
            )
        fields: dict[str, tuple[forms.Field, object]] = {
            "agent": (forms.CharField(label="Agent", required=False, max_length=120), item.agent),
            "amount": (
                AmountField(label="Amount", required=False),
                plain(item.amount.amount, group=False) if item.amount else "",
            ),
            "unit": (
                forms.ChoiceField(label="Unit", choices=UNITS, required=False),
                item.amount.unit.code if item.amount else "",
            ),
            "route": (forms.ChoiceField(label="Route", choices=ROUTES, required=False), item.route),
            "wait": (
                forms.IntegerField(
                    label="Minutes before the start",
                    required=False,
                    min_value=0,
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                ),
                item.wait_minutes,
            ),
            "sedating": (
                forms.ChoiceField(label="Makes driving unsafe", choices=YES_NO, required=False, widget=forms.RadioSelect),
                {True: "yes", False: "no", None: ""}[item.sedating],
            ),
        }
        for part, (field, initial) in fields.items():
            field.initial = initial
            self.fields[f"{line.name}_{part}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each line with its fields, for the page."""
        return [
            {
                "title": line.title,
                "tick": self[f"{line.name}_order"] if line.key else None,
                "fields": [self[f"{line.name}_{part}"] for part in _PARTS],
            }
            for line in self.lines
        ]

    def ordered(self) -> tuple[OrderedPremedication, ...]:
        """What is ordered by the lines: the ticked ones, and the free ones in which something stands."""
        data = self.cleaned_data
        found = []
        for line in self.lines:
            agent, amount = data[f"{line.name}_agent"].strip(), data[f"{line.name}_amount"]
            if not (data[f"{line.name}_order"] if line.key else agent or amount is not None):
                continue
            measure = data[f"{line.name}_unit"]
            found.append(
                OrderedPremedication(
                    key=line.key or slugify(agent).replace("-", "_")[:60],
                    amount=Quantity(amount, unit(measure)) if amount is not None and measure else None,
                    route=data[f"{line.name}_route"],
                    agent=agent,
                    wait_minutes=data[f"{line.name}_wait"],
                    sedating={"yes": True, "no": False}.get(data[f"{line.name}_sedating"]),
                )
            )
        return tuple(found)


def _lines(ordered: Sequence[OrderedPremedication], listed: Sequence[Premedication]) -> list[Line]:
    standing = {item.key: item for item in ordered}
    lines: list[Line] = []
    for item in listed:
        # Where the protocol gives no amount it names a class (an H1 antihistamine): the prescriber names the agent.
        proposed = OrderedPremedication(
            item.key, item.amount, item.route, item.agent if item.amount else "", item.wait_minutes, item.sedating
        )
        title = f"{item.agent} ({item.wish.value})"
        lines.append(Line(f"p{len(lines)}", item.key, title, standing.get(item.key, proposed), item.key in standing))
    known = {item.key for item in listed}
    for own in ordered:
        if own.key not in known:
            lines.append(Line(f"p{len(lines)}", own.key, own.agent, own, True))
    for _ in range(FREE_LINES):
        lines.append(Line(f"p{len(lines)}", "", "Another agent", OrderedPremedication(""), False))
    return lines
