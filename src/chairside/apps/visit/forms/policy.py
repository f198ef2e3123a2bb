"""The form of a site's policy: classes, stages and figures, flat. It reads; the core says what may not be set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify

from chairside.apps.visit.forms.base import YES_NO
from chairside.apps.visit.policy_words import MOMENTS, first_upper
from chairside.core.access import Role
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.quantity import plain
from chairside.core.visit.monitoring import PROFILES
from chairside.core.visit.policy import TITLES, VERIFIERS, CheckStage, ClassCheck, DrugClass, Moment, SitePolicy
from chairside.core.visit.policy_bounds import LADDER_PROFILES, NUMBERS
from chairside.web.forms import AmountField, Form

_ROLES = sorted(((role.value, role.label) for role in VERIFIERS), key=lambda item: item[1])
_MOST_STAGES = 8


@dataclass(frozen=True)
class Block:
    """Fields that stand together."""

    title: str
    fields: tuple[forms.BoundField, ...]


class PolicyForm(Form):
    """Every setting. A stage without a name is left out; one empty stage is there to be filled in."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    vitals_profile = forms.ChoiceField(label="Vitals of a ladder without a stated cadence", widget=forms.RadioSelect)
    vitals_profile_one_rate = forms.ChoiceField(label="Vitals of one rate without a stated cadence", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why it is set so",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who decided it, and when.",
    )

    def __init__(self, data: Any = None, *, policy: SitePolicy) -> None:
        self.policy_now = policy
        self.places = range(min(len(policy.stages) + 1, _MOST_STAGES))
        super().__init__(data, initial={"expected": policy.version})
        for name, keys in (("vitals_profile", LADDER_PROFILES), ("vitals_profile_one_rate", tuple(PROFILES))):
            self.fields[name].choices = [(key, PROFILES[key].name) for key in keys]  # type: ignore[attr-defined]
            self.initial[name] = getattr(policy, name)
        for item in NUMBERS:
            self.fields[item.name] = AmountField(unit=item.unit, label=item.title)
            self.fields[item.name].help_text = f"From {plain(item.low)} to {plain(item.high)} {item.unit}"
            self.initial[item.name] = plain(item.of(policy), group=False)
        for rule in policy.double_checks:
            self._add_class(rule)
        for place in self.places:
            self._add_stage(place, policy.stages[place] if place < len(policy.stages) else None)

    def _add_class(self, rule: ClassCheck) -> None:
        name = f"class_{rule.drug_class.value}"
        self._add(f"{name}_needed", _yes_no("Double check needed"), "yes" if rule.needed else "no")
        self._add(f"{name}_second", _several("One of the two is", _ROLES), sorted(role.value for role in rule.second))
        self._add(f"{name}_remote", _yes_no("One of the two may be at another place"), "yes" if rule.remote else "no")
        if rule.drug_class is DrugClass.IMMUNE_GLOBULIN:
            field = _may_be_empty(
                AmountField(unit="mL/kg/h", label="Only above a highest rate of", help_text="Empty: at every rate")
            )
            self._add(f"{name}_above", field, plain(rule.above, group=False) if rule.above is not None else "")

    def _add_stage(self, place: int, stage: CheckStage | None) -> None:
        name, empty = f"stage_{place}", stage or CheckStage("", "", asks=())
        self._add(f"{name}_title", _may_be_empty(forms.CharField(label="Name", max_length=60)), empty.title)
        moments = [(moment.value, words.capitalize()) for moment, words in MOMENTS.items()]
        self._add(f"{name}_moment", _one("When", moments), empty.moment.value)
        self._add(f"{name}_people", _one("People", [("2", "Two, each alone"), ("1", "One")]), str(empty.people))
        self._add(f"{name}_presence", _yes_no("In the patient's presence"), "yes" if empty.presence else "no")
        self._add(f"{name}_who", _several("Entered by", _ROLES), sorted(role.value for role in empty.who))
        titles = [(key, title.capitalize()) for key, title in TITLES.items()]
        self._add(f"{name}_asks", _several("What each person enters", titles), list(empty.asks))

    def _add(self, name: str, field: forms.Field, value: object) -> None:
        self.fields[name], self.initial[name] = field, value

    def clean(self) -> dict[str, Any]:
        for item in NUMBERS:
            value = self.cleaned_data.get(item.name)
            if item.whole and value is not None and value != value.to_integral_value():
                self.add_error(item.name, "A whole number is needed here.")
        return self.cleaned_data

    def policy(self) -> SitePolicy:
        """What was typed, on top of what cannot be set here."""
        data = self.cleaned_data
        numbers: dict[str, Any] = {item.name: _as(getattr(self.policy_now, item.name), data[item.name]) for item in NUMBERS}
        rules = tuple(self._class(rule.drug_class) for rule in self.policy_now.double_checks)
        named = [self._stage(place) for place in self.places if data[f"stage_{place}_title"].strip()]
        stages = tuple(sorted(named, key=lambda stage: list(Moment).index(stage.moment)))
        profiles: dict[str, Any] = {name: data[name] for name in ("vitals_profile", "vitals_profile_one_rate")}
        return replace(self.policy_now, double_checks=rules, stages=stages, **profiles, **numbers)

    def _class(self, drug_class: DrugClass) -> ClassCheck:
        data, name = self.cleaned_data, f"class_{drug_class.value}"
        second = frozenset(Role(role) for role in data[f"{name}_second"])
        needed, remote = data[f"{name}_needed"] == "yes", data[f"{name}_remote"] == "yes"
        return ClassCheck(drug_class, needed, second, remote, data.get(f"{name}_above"))

    def _stage(self, place: int) -> CheckStage:
        data, name = self.cleaned_data, f"stage_{place}"
        title = data[f"{name}_title"].strip()
        known = next((stage.key for stage in self.policy_now.stages if stage.title == title), None)
        return CheckStage(
            known or slugify(title).replace("-", "_"),
            title,
            Moment(data[f"{name}_moment"]),
            tuple(key for key in TITLES if key in data[f"{name}_asks"]),
            frozenset(Role(role) for role in data[f"{name}_who"]),
            int(data[f"{name}_people"]),
            data[f"{name}_presence"] == "yes",
        )

    def add_reasons(self, decision: Decision[Any] | Iterable[Reason]) -> None:
        """Beside the first field of the class or stage that a reason is about."""
        reasons = decision.reasons if isinstance(decision, Decision) else tuple(decision)
        super().add_reasons(replace(reason, field=_place(reason.field)) for reason in reasons)

    @property
    def classes(self) -> tuple[Block, ...]:
        return tuple(
            self._block(first_upper(rule.drug_class.label), f"class_{rule.drug_class.value}_")
            for rule in self.policy_now.double_checks
        )

    @property
    def stages(self) -> tuple[Block, ...]:
        known = self.policy_now.stages
        return tuple(
            self._block(f"Stage {place + 1}" if place < len(known) else "Another stage", f"stage_{place}_")
            for place in self.places
        )

    @property
    def figures(self) -> tuple[forms.BoundField, ...]:
        return tuple(self[item.name] for item in NUMBERS)

    def _block(self, title: str, start: str) -> Block:
        return Block(title, tuple(self[name] for name in self.fields if name.startswith(start)))


def _place(field: str) -> str:
    kind, _, which = field.partition(".")
    return f"class_{which}_needed" if kind == "class" else f"stage_{which}_title" if kind == "stage" else field


def _as(now: object, value: Decimal) -> object:
    """A typed number in the type of the setting: minutes, a whole number, or an exact decimal."""
    if isinstance(now, timedelta):
        return timedelta(minutes=int(value))
    return int(value) if isinstance(now, int) else value


def _one(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


def _yes_no(label: str) -> forms.ChoiceField:
    return _one(label, list(YES_NO))


class _Several(forms.MultipleChoiceField):
    """None chosen is an answer here; the core says where it may not be. So the page does not call it “if known”."""

    def validate(self, value: list[str]) -> None:
        if strangers := [item for item in value if not self.valid_value(item)]:
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": strangers[0]})


def _several(label: str, choices: list[tuple[str, str]]) -> forms.Field:
    return _Several(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


def _may_be_empty(field: forms.Field) -> forms.Field:
    """Empty says something here: no such stage, no such rate."""
    field.validate = lambda value: None  # type: ignore[method-assign]
    return field
