"""Many different questions about one protocol, drawn from what its file names: its facts at and beside their limits, its
brands, its indications, days at and beside its intervals. The same seed draws the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from chairside.core.clearance.combined import evaluate_plan
from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient, Reaction
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.amounts.body import Formula
from chairside.core.plans.course_plan import Requested, plan_course
from chairside.core.plans.dosing import dose
from chairside.core.plans.limits.finishing import Policy
from chairside.core.plans.limits.order import OrderedDose
from chairside.core.plans.limits.rounding import Rounding
from chairside.core.plans.together.combined import plan_doses
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.condition import Test
from chairside.core.protocols.schema.regimen import Cycles, Every, Offsets
from chairside.core.protocols.vocabulary import unit_of
from chairside.core.protocols.words import declared, recordable
from chairside.core.visit.from_protocol import OrderedPremedication, visit_plan
from chairside.core.visit.plan import OrderOfRecord, Subject
from chairside.core.visit.reactions.reaction import restart
from chairside.core.visit.run.planned import planned_run
from chairside.core.visit.run.rates import Course

DAY = date(2026, 4, 13)
_ADULT, _INFANT, _CHILD, _EIGHTEEN = date(1981, 5, 1), date(2025, 9, 1), date(2023, 4, 13), date(2008, 4, 13)
_BIRTHS = (*[_ADULT] * 4, _INFANT, _CHILD, _EIGHTEEN, _EIGHTEEN + timedelta(days=1), date(1940, 1, 1), None)
_OFF = ("1", "1.004", "1.05", "0.94", "1.3", "0.5", "3")
_WEIGHTS = (*["82.4"] * 3, "9.5", "24.6", "40", "61", "100", "149.9", None)
_HEIGHTS = ("170", "170", "76", "158.5", None)


@dataclass(frozen=True)
class Asked:
    """A question: what is asked, with which words, and the call that answers it."""

    what: str
    words: dict[str, Any]
    answer: Callable[[], Decision[Any]]


def about(protocol: Protocol, others: dict[str, Protocol], each: int) -> Iterator[Asked]:
    """So many questions of each kind about one protocol. `others`: the protocols of a plan's items."""
    named = list(_named(protocol))
    for item in others.values():
        named += _named(item)
    for what, draw in _KINDS.items():
        for number in range(each):
            luck = Random(f"{protocol.id} {what} {number}")
            asked = draw(luck, protocol, others, sorted(set(named), key=repr))
            if asked is not None:
                yield Asked(f"{what} {number}", *asked)


def _named(node: Any) -> Iterator[tuple[str, Test | None]]:
    """Every fact that a protocol names, with the test that it stands in, where there is one."""
    if isinstance(node, Test):
        yield node.fact, node
    elif is_dataclass(node):
        for field in fields(node):
            value = getattr(node, field.name)
            if field.name == "fact" and isinstance(value, str) and "." in value:
                yield value, None
            elif field.name == "facts" and value and isinstance(value[0], str):
                yield from ((one, None) for one in value)
            else:
                yield from _named(value)
    elif isinstance(node, tuple):
        for one in node:
            yield from _named(one)


def _facts(luck: Random, protocol: Protocol, named: Sequence[tuple[str, Test | None]]) -> tuple[Fact, ...]:
    """Some of what the protocol names, mostly recorded, and mostly lately."""
    often, seed = luck.choice((0.0, 0.5, 0.9, 1.0)), luck.random()
    found: list[Fact] = []
    for name, test in named:
        # Its own luck for each fact: another fact in the file does not change what is drawn for this one.
        luck = Random(f"{seed} {name} {test}")
        kind, _, code = name.partition(".")
        if luck.random() > often or kind not in {one.value for one in FactKind}:
            continue
        value, unit = _value(luck, protocol, name, test)
        age = luck.choice((0, 0, 2, 6, 7, 8, 20, 29, 30, 31, 90, 180, 364, 366, 800))
        status = luck.choice(("final",) * 9 + ("planned", "preliminary", "refused"))
        on = DAY + timedelta(days=age % 31) if status == "planned" else DAY - timedelta(days=age)
        before = luck.choice((None, None, None, 1, 2, 3)) if kind in ("imaging", "lab") else None
        many = luck.choice((1, 1, 1, 2, 3)) if kind in ("vaccine", "lab", "vital") else 1
        for more in range(many):
            amount = value * (10 + more) / 10 if isinstance(value, Decimal) else value
            day = on - timedelta(days=more * luck.choice((1, 14, 28, 60)))
            name = f"{kind}.{code}.{len(found)}"
            found.append(Fact(FactKind(kind), code, day, amount, unit, status, "", Decimal(10), Decimal(40), before, name))
    return tuple(found)


def _value(luck: Random, protocol: Protocol, name: str, test: Test | None) -> tuple[Decimal | str | None, str]:
    unit = (test.unit if test is not None else "") or unit_of(name, protocol)
    if test is not None and test.value is not None:
        base = test.value * (40 if test.times else 1)
        return luck.choice((base, base * 9 / 10, base * 11 / 10, base / 3, base * 3)), unit
    if unit:
        return Decimal(luck.choice(("0.8", "3.5", "12", "55", "180", "4000"))), unit
    words = [*(test.words if test is not None else ()), *declared(name, protocol.facts), *recordable(name)]
    return luck.choice(words or ["yes", "no", "negative", "positive", None]), ""


def _patient(luck: Random) -> Patient:
    weight, height = luck.choice(_WEIGHTS), luck.choice(_HEIGHTS)
    return Patient(
        luck.choice(_BIRTHS),
        None,
        luck.choice(("female", "male", "female", "male", "")),
        None if weight is None else quantity(weight, "kg"),
        None if height is None else quantity(height, "cm"),
    )


def _spacing(protocol: Protocol, regimen: str) -> int:
    chosen = [one for one in protocol.regimens if one.key == regimen] or list(protocol.regimens)
    for phase in (phase for one in chosen for phase in one.phases):
        if isinstance(phase.timing, Every):
            return phase.timing.days
        if isinstance(phase.timing, Cycles) and phase.timing.length_days:
            return phase.timing.length_days
        if isinstance(phase.timing, Offsets) and len(phase.timing.days) > 1:
            return phase.timing.days[1] - phase.timing.days[0]
    return 28


def _amount(luck: Random, protocol: Protocol) -> Quantity:
    vials = [vial.strength for product in protocol.products for vial in product.vials]
    least = vials[0] if vials else quantity("100", "mg")
    return Quantity(least.amount * luck.choice((1, 2, 3, 5)), least.unit)


def _history(luck: Random, protocol: Protocol, regimen: str, count: int) -> tuple[DoseGiven, ...]:
    """Earlier doses, the newest about one interval ago; now and then one is absent, was not tolerated or was another brand."""
    if not count or luck.random() < 0.1:
        return ()
    days = _spacing(protocol, regimen)
    on = DAY - timedelta(days=days + luck.choice((0, 0, 0, -1, 1, -4, 4, -9, 9, 40, 400)))
    brands = [product.brand for product in protocol.products] or [""]
    given: list[DoseGiven] = []
    for number in range(count, max(0, count - 8), -1):
        if luck.random() > 0.06:
            reaction = Reaction(luck.choice((1, 2, 3)), "infusion_related_reaction") if luck.random() < 0.15 else None
            well = reaction is None or reaction.grade < 2
            route = luck.choice(("", protocol.routes[0].value if protocol.routes else ""))
            given.append(
                DoseGiven(protocol.id, number, on, _amount(luck, protocol), luck.choice(brands), reaction, well, route)
            )
        on -= timedelta(days=days + luck.choice((0, 0, 0, 2, -2)))
    if luck.random() < 0.1:
        given.append(DoseGiven(protocol.id, 0, DAY - timedelta(days=2), _amount(luck, protocol), extra=True))
    return tuple(sorted(given, key=lambda one: (one.on, one.dose_number)))


def _usual(luck: Random, protocol: Protocol) -> dict[str, Any]:
    indications = [one.key for one in protocol.indications]
    codes = [code for one in protocol.indications for code in getattr(one, "icd10", ())]
    return {
        "indication": luck.choice([*(indications * 3), *codes[:2], "Z00.0"]),
        "regimen": luck.choice(["", "", *(one.key for one in protocol.regimens)]),
        "brand": luck.choice(["", *(one.brand for one in protocol.products)]),
    }


def _dose(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    number = luck.choice((1, 1, 2, 3, 4, 5, 9))
    words: dict[str, Any] = _usual(luck, protocol) | {"dose_number": number, "day": DAY, "patient": _patient(luck)}
    words["facts"] = _facts(luck, protocol, named)
    words["history"] = _history(luck, protocol, words["regimen"], number - 1)
    words["policy"] = Policy(luck.choice(list(Rounding)), Decimal(luck.choice((5, 10))), luck.choice(list(Formula)))
    if protocol.plan is not None:
        del words["brand"], words["regimen"]
        return words, lambda: plan_doses(protocol, others, **words)
    if luck.random() < 0.4:
        plain = dose(protocol, **words).value
        usual = plain.amount if plain is not None and plain.amount is not None else _amount(luck, protocol)
        off = Decimal(luck.choice(_OFF))
        words["order"] = OrderedDose(Quantity(usual.amount * off, usual.unit))
    return words, lambda: dose(protocol, **words)


def _clear(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    number = luck.choice((1, 1, 2, 3, 4, 5, 7, 14))
    words: dict[str, Any] = _usual(luck, protocol) | {"dose_number": number, "day": DAY, "patient": _patient(luck)}
    words["facts"] = _facts(luck, protocol, named)
    words["history"] = _history(luck, protocol, words["regimen"], number - 1)
    if protocol.plan is not None:
        del words["brand"], words["regimen"]
        return words, lambda: evaluate_plan(protocol, others, **words)
    if luck.random() < 0.4:
        words["as_of"] = DAY - timedelta(days=luck.choice((1, 7, 20)))
        words["facts"] = tuple(fact for fact in words["facts"] if fact.on <= words["as_of"] or fact.status == "planned")
        words["history"] = tuple(given for given in words["history"] if given.on <= words["as_of"])
    return words, lambda: evaluate(protocol, **words)


def _course(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    count = luck.choice((0, 1, 2, 3, 5, 8))
    words: dict[str, Any] = _usual(luck, protocol) | {"patient": _patient(luck), "facts": _facts(luck, protocol, named)}
    words |= {"history": _history(luck, protocol, words["regimen"], count), "protocols": others}
    words["as_of"] = luck.choice((DAY, DAY, DAY, None))
    if not words["history"]:
        words["start"] = luck.choice((DAY, DAY + timedelta(days=3), None))
    if luck.random() < 0.5:
        ahead = luck.choice((0, 0, 1, -1, 3, 6, 10, 30, 60, 150))
        words["request"] = Requested(count + luck.choice((1, 1, 1, 1, 2, 0)), DAY + timedelta(days=ahead))
    return words, lambda: plan_course(protocol, **words)


def _run(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    words: dict[str, Any] = _usual(luck, protocol) | {
        "patient": _patient(luck),
        "facts": _facts(luck, protocol, named),
        "day": DAY,
    }
    words["dose"] = _amount(luck, protocol)
    words["volume"] = quantity(luck.choice(("20", "100", "250", "500")), "mL")
    if luck.random() < 0.2:
        words["concentration"] = Quantity(words["dose"].amount / words["volume"].amount, words["dose"].unit) / quantity(
            "1", "mL"
        )
        words["volume"] = luck.choice((None, words["volume"]))
    words["infusion_number"] = luck.choice((1, 1, 2, 3, 4, 6))
    words["tolerated"] = luck.choice((True, True, False, None))
    words["risks"] = luck.choice(((), (), ("renal",), ("thrombosis", "renal")))
    words["approved"] = frozenset(one.key for one in protocol.ladders if luck.random() < 0.4)
    words["wanted"] = luck.choice(["", "", "", *(one.key for one in protocol.ladders)])
    words["route"] = luck.choice([None, None, *protocol.routes])
    if luck.random() < 0.3:
        words["minutes"] = Decimal(luck.choice((10, 15, 29, 30, 31, 60, 90, 120, 240)))
    if luck.random() < 0.3:
        words["max_rate"] = quantity(luck.choice(("10", "60", "125", "250", "999")), "mL/h")
    return words, lambda: planned_run(protocol, **words)


def _restart(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    if not protocol.restarts:
        return None
    terms = [term for one in protocol.restarts for term in one.terms]
    words: dict[str, Any] = {"grade": luck.choice((None, 1, 2, 2, 3, 4, 0, 6)), "count": luck.choice((1, 1, 2, 3))}
    words["term"] = luck.choice(["infusion_related_reaction", "anaphylaxis", *terms])
    words["rate_at_onset"] = luck.choice((quantity("120", "mL/h"), quantity("7", "mL/h"), None))
    words["resolved"] = luck.choice((True, True, False))
    return words, lambda: restart(protocol.restarts, **words)


def _visit(luck: Random, protocol: Protocol, others: dict[str, Protocol], named: Any) -> Any:
    if not protocol.ladders or not protocol.products:
        return None
    number = luck.choice((1, 1, 2, 3, 4, 6))
    words: dict[str, Any] = _usual(luck, protocol) | {"course": Course(number, luck.choice((number - 1, number - 1, 0)))}
    words |= {"subject": Subject("Ana Ruiz", _ADULT), "order": OrderOfRecord("o", DAY), "dose": _amount(luck, protocol)}
    words |= {"volume": quantity(luck.choice(("100", "250", "500")), "mL"), "weight": quantity("80", "kg")}
    words["approved"] = frozenset(one.key for one in protocol.ladders if luck.random() < 0.4)
    words["wanted_ladder"] = luck.choice(["", "", "", *(one.key for one in protocol.ladders)])
    listed = [one.key for one in protocol.premedications]
    words["ordered"] = tuple(_premedication(luck, listed) for _ in range(luck.choice((0, 0, 1, 2))))
    del words["regimen"]
    return words, lambda: visit_plan(protocol, **words)


def _premedication(luck: Random, listed: Sequence[str]) -> OrderedPremedication:
    agent = luck.choice(("", "cetirizine"))
    key, amount = luck.choice([*listed, "famotidine"]), luck.choice((quantity("10", "mg"), quantity("25", "mg"), None))
    route = luck.choice(("oral", "iv", ""))
    return OrderedPremedication(key, amount, route, agent, luck.choice((None, 0, 60)), luck.choice((None, True, False)))


_KINDS: dict[str, Callable[[Random, Protocol, dict[str, Protocol], Any], Any]] = {
    "dose": _dose,
    "clear": _clear,
    "course": _course,
    "run": _run,
    "restart": _restart,
    "visit": _visit,
}
