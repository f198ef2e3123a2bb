"""What a rate is asked for: this infusion of this therapy for this patient, and which items of the protocol are for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.selection import indication_for
from chairside.core.plans.stated import regimens_by_brand, with_diagnosis
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Phase, Regimen
from chairside.core.protocols.schema.terms import Route
from chairside.core.protocols.standing import present
from chairside.core.protocols.truth import Known, Truth, age_years, evaluate
from chairside.core.visit.run.rates import Bag, Course, stands

_OLDER = re.compile(r"age_over_(\d+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whether an item is for this infusion, and the facts that would say so where it is not known."""

    truth: Truth
    missing: tuple[str, ...] = ()

    def __and__(self, other: Scope) -> Scope:
        if Truth.FALSE in (self.truth, other.truth):
            return NO
        if self.truth is other.truth is Truth.TRUE:
            return YES
        return Scope(Truth.UNKNOWN, self.missing + other.missing)


YES, NO = Scope(Truth.TRUE), Scope(Truth.FALSE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about the rate.

    indication   the key; "" when it is not known
    regimens     those that it may be: the one named, else all that are for the indication and the patient
    phases       those that it may be, of these regimens
    routes       those that it may be
    risks        the patient's risks, as the caller states them and as the record holds them
    known        facts for conditions; None when nothing is known of the patient
    approved     keys of the practice ladders that the site has approved
    paced        whether the order says how fast at most, or how long
    """

    protocol: Protocol
    course: Course
    bag: Bag
    indication: str = ""
    regimens: tuple[Regimen, ...] = ()
    phases: tuple[Phase, ...] = ()
    routes: frozenset[Route] = frozenset()
    risks: frozenset[str] = frozenset()
    known: Known | None = None
    brand: str = ""
    approved: frozenset[str] = frozenset()
    paced: bool = False

    def indicated(self, keys: tuple[str, ...]) -> Scope:
        if not keys:
            return YES
        if not self.indication:
            return Scope(Truth.UNKNOWN, ("indication",))
        return YES if self.indication in keys else NO

    def under(self, regimens: tuple[str, ...], phases: tuple[str, ...] = ()) -> Scope:
        """For one of the regimens, and one of the phases, that this may be. Without a regimen at all, it may be any."""
        if regimens and self.regimens and not {item.key for item in self.regimens} & set(regimens):
            return NO
        return NO if phases and self.phases and not {item.key for item in self.phases} & set(phases) else YES

    def holds(self, condition: Condition | None) -> Scope:
        if condition is None:
            return YES
        read = tuple(test.fact for test in (*condition.all, *condition.any))
        untold = self.known is None or (not self.known.history and self.course.number > 1)
        if self.known is None or (untold and any(fact.startswith("history.") for fact in read)):
            return Scope(Truth.UNKNOWN, read)
        found = evaluate(condition, self.known)
        return Scope(found.truth, found.missing)

    def numbered(self, item: Ladder) -> Scope:
        truth = stands(item.infusions, self.course)
        return Scope(truth, ("tolerated",) if truth is Truth.UNKNOWN else ())

    def dosed(self, least: Quantity | None, most: Quantity | None) -> Scope:
        """Within a range of doses (both ends included), in amounts or in levels such as mg/kg."""
        scope = YES
        for bound, above in ((least, True), (most, False)):
            if bound is None:
                continue
            level = bound
            if not bound.unit.comparable(self.bag.dose.unit) and any(atom == "kg" for atom, _ in bound.unit.powers):
                if self.bag.weight is None:
                    scope &= Scope(Truth.UNKNOWN, ("patient.weight_kg",))
                    continue
                level = bound * self.bag.weight.to("kg")
            try:
                inside = level <= self.bag.dose if above else self.bag.dose <= level
            except UnitError:
                scope &= Scope(Truth.UNKNOWN, ("dose",))
                continue
            scope &= YES if inside else NO
        return scope

    def by_route(self, item: Ladder) -> Scope:
        """A push is of the undiluted drug: a diluted bag is not pushed, whatever the ladder's time is."""
        if item.routes and self.routes and not self.routes & set(item.routes):
            return NO
        if item.routes == (Route.IV_PUSH,) and (full := self.undiluted()) is not None:
            # A volume is kept to a thousandth of a mL: a hundredth part is not a dilution.
            return NO if abs((self.bag.volume - full).amount) * 100 > full.amount else YES
        return YES

    def undiluted(self) -> Quantity | None:
        named = self.protocol.product(self.brand) if self.brand else None
        made = [item for item in ((named,) if named else self.protocol.products) if item.preparation.undiluted_push]
        strengths = {item.concentration for item in made if item.concentration is not None}
        if len(strengths) != 1:
            return None
        try:
            return (self.bag.dose / strengths.pop()).to("mL")
        except UnitError:
            return None

    def for_ladder(self, item: Ladder) -> Scope:
        """Whether the ladder is for this infusion; unknown names what would say so."""
        scope = self.numbered(item) & self.under(item.regimens, item.phases) & self.by_route(item)
        if scope.truth is Truth.FALSE:
            return NO
        scope = scope & self.indicated(item.indications) & self.dosed(item.dose_from, item.dose_up_to)
        return NO if scope.truth is Truth.FALSE else scope & self.holds(item.when)

    def first_again(self) -> Asked:
        """The same question as if it were the first infusion."""
        return replace(self, course=Course(1, 0))


def ask(
    protocol: Protocol,
    course: Course,
    bag: Bag,
    *,
    indication: str = "",
    regimen: str = "",
    phase: str = "",
    route: Route | None = None,
    risks: Iterable[str] = (),
    known: Known | None = None,
    brand: str = "",
    approved: frozenset[str] = frozenset(),
    paced: bool = False,
) -> Asked:
    """The question with its indication, regimens, phases and routes found. `indication` is a key or an ICD-10-CM code."""
    stated = frozenset(risks) | _older_than(protocol, known)
    known = None if known is None else with_diagnosis(_with(known, stated), protocol, indication)
    found = protocol.indication(indication)
    if found is None and indication and known is not None:
        found = indication_for(protocol, indication, known).value
    key = found.key if found else ""
    offered = protocol.regimens if regimen else regimens_by_brand(protocol, brand, key)
    regimens = tuple(item for item in offered if (item.key == regimen if regimen else _usual(item, known)))
    phases = tuple(item for one in regimens for item in one.phases if not phase or item.key == phase)
    routes = {route} if route else {item.route or protocol.routes[0] for item in phases} | set(() if phase else protocol.routes)
    return Asked(
        protocol,
        course,
        bag,
        key,
        regimens,
        phases,
        frozenset(routes),
        stated | _recorded(known),
        known,
        brand,
        approved,
        paced,
    )


def _usual(item: Regimen, known: Known | None) -> bool:
    """A regimen that is, or may be, for this patient."""
    return item.applies is None or known is None or evaluate(item.applies, known).truth is not Truth.FALSE


def _with(known: Known, risks: frozenset[str]) -> Known:
    """What is known, and each risk that the caller states as a fact of that day: conditions read `risk.…` like a cap does."""
    facts = tuple(Fact(FactKind.RISK, risk, known.day, "yes") for risk in sorted(risks))
    return replace(known, facts=(*known.facts, *facts))


def _recorded(known: Known | None) -> frozenset[str]:
    """Risks on record as facts."""
    if known is None:
        return frozenset()
    return frozenset(item.code for item in known.facts if item.kind is FactKind.RISK and item.on <= known.day and present(item))


def _older_than(protocol: Protocol, known: Known | None) -> frozenset[str]:
    """The ages beyond which the protocol sees a risk, and which the patient has reached."""
    age = None if known is None else age_years(known.patient, known.day)
    conditions = (*(cap.when for cap in protocol.rate_caps), *(gap.when for gap in protocol.not_encoded))
    tests = (test for one in conditions if one is not None for test in (*one.all, *one.any))
    read = {test.fact.removeprefix("risk.") for test in tests}
    named = read | {risk for cap in protocol.rate_caps for risk in cap.risks}
    return frozenset(risk for risk in named if age is not None and (limit := _OLDER.fullmatch(risk)) and age >= int(limit[1]))


def known_of(patient: Patient, facts: tuple[Fact, ...], protocol: Protocol, day: date | None) -> Known:
    """What conditions may read. Without a day, facts count as of the newest of them and an age by birth date is not known."""
    if day is None:
        day = max((item.on for item in facts), default=date.min)
        patient = replace(patient, born=None)
    return Known(day, patient, facts, (), protocol.facts)
