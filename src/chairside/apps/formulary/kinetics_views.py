"""Levels of a drug in the blood over time: published averages, drawn to teach. Nothing here doses a person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render

from chairside.apps.formulary import selectors
from chairside.apps.formulary.level_pictures import Drawing, first_doses, late_dose, pair_drawing, plateau_words, span
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.core.access import Action
from chairside.core.kinetics.disposition import disposition, inputs
from chairside.core.kinetics.measures import plateau_after
from chairside.core.kinetics.schema import Record
from chairside.core.protocols import Protocol
from chairside.formulary.kinetic_records import by_protocol, known_records, record
from chairside.formulary.level_doses import Schedule, schedules, subject_weight
from chairside.formulary.sheet import levels
from chairside.web.forms import Form

EXAMPLE = "example"
_SHORTEST = 7  # days between doses from which on a dose may be days late and still find something
_LATEST = 28


class LateForm(Form):
    """Which schedule, and how many days late the next dose is."""

    regimen = forms.ChoiceField(label="Doses")
    late = forms.IntegerField(
        label="Days late",
        min_value=0,
        max_value=_LATEST,
        widget=forms.NumberInput(attrs={"type": "range", "step": 7, "list": "late-days"}),
    )

    def __init__(self, asked: dict[str, str], offered: list[tuple[str, str]]) -> None:
        super().__init__({"regimen": offered[0][0], "late": "14"} | asked)
        field = self.fields["regimen"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered


@requires(Action.FORMULARY_READ)
def protocol_levels(request: StaffRequest, protocol: str) -> HttpResponse:
    """The levels that a therapy gives on its own schedule."""
    release = selectors.current_release(protocol)
    if release is None:
        raise Http404(f"There is no protocol “{protocol}” here.")
    found = by_protocol().get(protocol)
    told = selectors.protocol_of(release.sha256)
    if found is None:
        return render(request, "formulary/kinetics.html", {"protocol": told, "title": told.names.en})
    return _page(request, record(found), told)


@requires(Action.FORMULARY_READ)
def record_levels(request: StaffRequest, record_id: str) -> HttpResponse:
    """The levels of a record that no therapy here is drawn from, such as the other route of a pair."""
    if record_id not in known_records():
        raise Http404(f"There is no record of levels “{record_id}”.")
    return _page(request, record(record_id), None)


def _page(request: StaffRequest, told: Record, protocol: Protocol | None) -> HttpResponse:
    context: dict[str, Any] = {
        "protocol": protocol,
        "record": told,
        "title": told.names.en,
        "use": levels.USES[told.use],
        "values": list(levels.values(told)),
        "differs": levels.differs(told),
        "changes": list(levels.changes(told)),
        "checks": list(levels.checked(told)),
        "taught": [(key, record(key).names.en) for key in known_records() if record(key).first_pass and key != told.id],
    }
    if not told.drawable:
        return render(request, "formulary/kinetics.html", context)
    plans = {plan.regimen.key: plan for plan in schedules(protocol, told, _today(request))} if protocol else {}
    form = LateForm(request.GET.dict(), _offered(told, protocol, plans))
    status = 200 if form.is_valid() else 422
    chosen = form.cleaned_data["regimen"] if status == 200 else form.fields["regimen"].choices[0][0]  # type: ignore[attr-defined]
    plan = plans.get(chosen)
    body = disposition(told.parameters)
    context |= {
        "form": form,
        "plan": plan,
        "weight": subject_weight(told),
        "assumed": told.weight is None,
        "half_life": span(body.half_life),
        "steady": span(plateau_after(body)),
        "pair": pair_drawing(told, told.pair) if told.pair is not None else None,
        "ticks": range(0, _LATEST + 1, 7),
        **_drawn(told, plan, form.cleaned_data.get("late")),
    }
    return render(request, "formulary/kinetics.html", context, status=status)


def _offered(told: Record, protocol: Protocol | None, plans: dict[str, Schedule]) -> list[tuple[str, str]]:
    """The schedules of the protocol, the first of its regimens first; an example when that one cannot be computed."""
    offered = [(key, plan.regimen.names.en) for key, plan in plans.items()]
    example = (EXAMPLE, "An example, not from the protocol" if protocol is not None else "An example")
    first = protocol.regimens[0].key if protocol is not None and protocol.regimens else ""
    return [*offered, example] if first in plans else [example, *offered]


def _drawn(told: Record, plan: Schedule | None, late: int | None) -> dict[str, object]:
    """The pictures of a schedule: from the first dose, and late at the plateau where it goes on by weeks."""
    if plan is None:
        given, every = inputs(told.example), _repeats(told)
    else:
        given, every = plan.given(told), plan.every
    first: Drawing = first_doses(told, given[:8] if plan is None else given, every)
    found: dict[str, object] = {"first": first}
    if every is not None:
        found["plateau"] = plateau_words(told, given, every)
        if every >= _SHORTEST and late is not None:
            found["late"] = late_dose(told, given, every, late)
    return found


def _repeats(told: Record) -> int | None:
    """The interval at which the example goes on, where its last doses repeat by whole days."""
    every = told.example[-1].every
    days = every.to("d").amount if every is not None else None
    return int(days) if days is not None and days == int(days) else None


def _today(request: StaffRequest) -> date:
    return clock.today(request.site.zone) if request.site else clock.now().date()
