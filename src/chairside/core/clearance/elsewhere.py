"""Doses of other protocols in the history: duplicate therapy, an interaction, or the same active substance, given by infusion.

A dose given tells neither that the other therapy goes on nor that it has ended. It counts as the rule says within the washout,
and while its own rhythm says that the next dose is not due yet; a single dose is looked at once, before the next dose here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, by_severity
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.naming import names
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.safety import Interaction
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.scope import for_regimen


@dataclass(frozen=True, slots=True)
class _Therapy:
    """Another therapy as the history shows it, oldest dose first."""

    doses: tuple[DoseGiven, ...]

    @property
    def last(self) -> DoseGiven:
        return self.doses[-1]

    @property
    def called(self) -> str:
        return self.last.brand or self.last.protocol.replace("_", " ")

    def goes_on(self, ask: Ask) -> bool:
        """True until the day on which its next dose would be, by the days between its last two."""
        days = [dose.on for dose in self.doses]
        return len(days) > 1 and (ask.day - days[-1]).days < (days[-1] - days[-2]).days

    def is_new(self, ask: Ask) -> bool:
        """True for one dose only, given since the last dose here."""
        mine = ask.course.everything
        return len(self.doses) == 1 and (not mine or mine[-1].on < self.last.on)

    def named_by(self, agents: tuple[str, ...]) -> bool:
        return any(names(dose.brand, agents) or names(dose.protocol, agents) for dose in self.doses)


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each therapy of the history and each rule that it meets, and for each of the same active substance."""
    switched = _switched_from(ask)
    for therapy in _therapies(ask):
        met = [rule for rule in for_regimen(ask.protocol.interactions, ask.regimen) if therapy.named_by(rule.agents)]
        for rule in met:
            state = _state(rule, therapy, ask, therapy.last.protocol in switched)
            if state is not None:
                yield _met(rule, therapy, state, ask)
        same = therapy.named_by(_substances(ask.protocol))
        if same and not met and therapy.last.protocol not in switched and (therapy.goes_on(ask) or therapy.is_new(ask)):
            yield _same_substance(therapy, ask)


def _therapies(ask: Ask) -> Iterator[_Therapy]:
    found: dict[str, list[DoseGiven]] = {}
    for dose in sorted(ask.everywhere, key=lambda dose: dose.on):
        if dose.protocol != ask.protocol.id:
            found.setdefault(dose.protocol, []).append(dose)
    return (_Therapy(tuple(doses)) for doses in found.values())


def _substances(protocol: Protocol) -> tuple[str, ...]:
    """What the therapy is called without what only carries it: “trastuzumab and hyaluronidase-oysk” is trastuzumab too."""
    called = (protocol.generic, *(product.nonproprietary for product in protocol.products))
    return tuple(dict.fromkeys((*called, *(name.partition(" and ")[0] for name in called))))


def _switched_from(ask: Ask) -> frozenset[str]:
    """Therapies that the regimen expects to be coming from; the day of the first dose is judged by its own rule."""
    regimen = ask.protocol.regimen(ask.regimen)
    return frozenset(name for switch in (regimen.switches if regimen else ()) for name in switch.from_protocols)


def _state(rule: Interaction, therapy: _Therapy, ask: Ask, switched: bool) -> State | None:
    days = (ask.day - therapy.last.on).days
    if days < max(rule.washout_days, 1) or (therapy.goes_on(ask) and not switched):
        return by_severity(rule.severity)
    if rule.washout_days == days == 1:
        return State.REVIEW  # 24 hours: of the day before it cannot be told
    if therapy.is_new(ask) and not switched and rule.severity is not Severity.ADVISE and not rule.washout_days:
        return State.REVIEW
    return None


def _met(rule: Interaction, therapy: _Therapy, state: State, ask: Ask) -> Item:
    what, code = ("duplicate", "duplicate_therapy") if rule.duplicate else ("interaction", "interaction")
    return Item(
        rule.key,
        what,
        state,
        f"{therapy.called} was given on {day_spelled(therapy.last.on)}: {rule.names.en}.",
        code,
        rule.source,
        before_dose=ask.dose_number,
        release=rule.release or (("prescriber",) if state is State.REVIEW else ()),
        advice=rule.severity is Severity.ADVISE,
    )


def _same_substance(therapy: _Therapy, ask: Ask) -> Item:
    return Item(
        "same_substance",
        "duplicate",
        State.REVIEW,
        f"{therapy.called} was given on {day_spelled(therapy.last.on)}: the same active substance under another protocol.",
        "duplicate_therapy",
        "history",
        before_dose=ask.dose_number,
        release=("prescriber",),
    )
