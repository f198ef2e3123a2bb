"""A typical adult, or child, for every therapy, asked of the engine: dose, minutes, clearance, chair; to be read for sense.

python -m tests.formulary.typical            the table of adults
python -m tests.formulary.typical child      of children, where the label has them
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chairside.cli.rulebook import FormularyOnDisk
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.dose import Ordered
from chairside.core.protocols.schema.indication import Indication
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.scheduling.visit_shape import visit_shape
from chairside.exchange.questions.table import ask
from chairside.formulary.loader import load_all

RULES = FormularyOnDisk()
DAY = "2026-11-23"
ADULT = {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "70", "height_cm": "165"}
CHILD = {"birth_date": "2014-05-01", "sex": "female", "weight_kg": "40", "height_cm": "150"}
# What a typical patient of a therapy has that its dose is computed from; else the middle of what its rules ask for.
FACTS: dict[str, list[dict[str, str]]] = {
    "omalizumab_sc": [{"kind": "lab", "code": "ige", "value": "150", "unit": "[iU]/mL"}],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers about one therapy. `minutes` is of the drug, `chair` of the whole visit; "" where there is none."""

    protocol: Protocol
    indication: str
    regimen: str
    dose: dict[str, Any]
    run: dict[str, Any]
    clear: dict[str, Any]
    chair: int | None

    @property
    def amount(self) -> str:
        value = self.dose["value"]
        told = value.get("dose")
        return _short(told) if told else " + ".join(_items(value))

    @property
    def minutes(self) -> str:
        told = self.run.get("value", {}).get("total_min", "")
        return f"{Decimal(told).quantize(Decimal('0.1')).normalize():f}" if told else ""


def _items(value: dict[str, Any]) -> Iterator[str]:
    for item in value.get("items", []):
        told = item.get("value", {}).get("dose")
        yield f"{item['key']} {_short(told)}" if told else f"{item['key']} –"


def _short(told: dict[str, str]) -> str:
    return f"{Decimal(told['amount']).quantize(Decimal('0.01')).normalize():f} {told['unit']}"


def asked(protocol: Protocol, patient: dict[str, str] = ADULT) -> Asked | None:
    """Ask everything about a patient: the first indication that they can have, by the first regimen that gives a dose.

    None when no indication is for that age.
    """
    found: list[Asked] = []
    for indication in _fitting(protocol, patient):
        for regimen in _regimens(protocol, indication):
            found.append(_asked(protocol, indication, regimen, patient))
            if found[-1].dose["outcome"] == "allowed":
                return found[-1]
    if not found:
        return None
    return min(found, key=lambda one: (not one.amount, ("allowed", "review", "unknown", "refused").index(one.dose["outcome"])))


def _asked(protocol: Protocol, indication: Indication, regimen: str, patient: dict[str, str]) -> Asked:
    question: dict[str, Any] = {
        "protocol": protocol.id,
        "indication": indication.key,
        "date": DAY,
        "dose_number": 1,
        "patient": patient,
        "facts": _facts(protocol, indication, regimen),
        **({"regimen": regimen} if regimen else {}),
    }
    dose = ask("dose", question | _order(protocol, regimen, patient), RULES)
    if not dose["value"].get("bag_ml") and not dose["value"].get("vials") and protocol.products:
        branded = question | {"brand": protocol.products[0].brand}
        if (tried := ask("dose", branded | _order(protocol, regimen, patient), RULES))["value"]:
            dose, question = tried, branded
    run, cleared, chair = _run(protocol, question, dose), ask("clear", question, RULES), _chair(protocol, dose)
    return Asked(protocol, indication.key, regimen, dose, run, cleared, chair)


def _run(protocol: Protocol, question: dict[str, Any], dose: dict[str, Any]) -> dict[str, Any]:
    value = dose["value"]
    if "dose" not in value or not protocol.ladders:
        return {}
    shared = ("protocol", "indication", "date", "patient", "facts", "brand")
    kept = {name: question[name] for name in shared if name in question}
    volume = value.get("final_volume_ml") or value.get("bag_ml") or value.get("draw_ml") or "100"
    if value["dose"]["unit"] == "mL":
        volume = value["dose"]["amount"]
    named = {name: value[name] for name in ("regimen", "phase") if value.get(name)}
    return ask("ladder", {**kept, **named, "dose": value["dose"], "volume_ml": volume, "infusion_number": 1}, RULES)


def _chair(protocol: Protocol, dose: dict[str, Any]) -> int | None:
    value = dose["value"]
    known = {name: value.get(name, "") for name in ("indication", "regimen", "phase")}
    amount = quantity(value["dose"]["amount"], value["dose"]["unit"]) if "dose" in value else None
    shape = visit_shape(protocol, 1, amount=amount, **known).value
    return int(shape.length.total_seconds() // 60) if shape else None


def _fitting(protocol: Protocol, patient: dict[str, str]) -> list[Indication]:
    years = 2026 - int(patient["birth_date"][:4])
    return [
        item
        for item in protocol.indications
        if (item.ages.from_years or 0) <= years
        and (item.ages.below_years is None or years < item.ages.below_years)
        and item.sex in ("", patient["sex"])
    ]


def _regimens(protocol: Protocol, indication: Indication) -> list[str]:
    """As the protocol chooses; else each regimen for it by name."""
    named = [item.key for item in protocol.regimens if not item.indications or indication.key in item.indications]
    return ["", *named]


def _order(protocol: Protocol, regimen: str, patient: dict[str, str]) -> dict[str, Any]:
    """What a prescriber would write where the amount is theirs to choose: the middle of the range."""
    chosen: Regimen | None = protocol.regimen(regimen) if regimen else next(iter(protocol.regimens), None)
    rule = chosen.phases[0].dose if chosen is not None else None
    if not isinstance(rule, Ordered):
        return {}
    amount = (rule.least.amount + (rule.most.amount if rule.most is not None else rule.least.amount)) / 2
    per = dict(rule.least.unit.powers)
    weight = Decimal(patient["weight_kg"])
    factor = weight if "kg" in per else (weight * Decimal(patient["height_cm"]) / 3600).sqrt() if "m2" in per else Decimal(1)
    unit = rule.least.unit.code.partition("/")[0]
    return {"order": {"dose": {"amount": f"{(amount * factor).quantize(Decimal('0.01')):f}", "unit": unit}}}


def _facts(protocol: Protocol, indication: Indication, regimen: str) -> list[dict[str, str]]:
    """What makes the indication this one, and what the therapy's dose is computed from."""
    found = [{"date": DAY, **fact} for fact in FACTS.get(protocol.id, [])]
    chosen = protocol.regimen(regimen)
    for condition in (indication.needs, chosen.applies if chosen is not None else None):
        found += [fact for test in _tests(condition) if (fact := _meeting(test)) and _not_told(fact, found)]
    return found


def _not_told(fact: dict[str, str], found: list[dict[str, str]]) -> bool:
    return all((fact["kind"], fact["code"]) != (other["kind"], other["code"]) for other in found)


def _tests(condition: Condition | None) -> Iterator[Test]:
    for part in (*condition.all, *condition.any) if condition is not None else ():
        yield from _tests(part) if isinstance(part, Condition) else [part]


def _meeting(test: Test) -> dict[str, str]:
    kind, _, code = test.fact.partition(".")
    if kind in ("patient", "history"):
        return {}
    fact = {"kind": kind, "code": code, "date": DAY}
    if test.op is Op.IN and test.words:
        return fact | {"value": test.words[0]}
    if test.value is not None:
        return fact | {"value": str(test.value), "unit": test.unit} if test.unit else fact | {"value": str(test.value)}
    return {}


def main(words: Sequence[str]) -> None:
    patient = CHILD if "child" in words else ADULT
    print(f"{'therapy':<32}{'dose':<40}{'outcome':<9}{'vials':<22}{'min':>7}{'chair':>7}  {'clear':<9}held by")
    for protocol in load_all():
        if (one := asked(protocol, patient)) is not None:
            print(_line(one))


def _line(one: Asked) -> str:
    vials = ", ".join(f"{count} x {size}" for size, count in (one.dose["value"].get("vials") or {}).items())
    held = len(one.clear["value"].get("held_by", []))
    told = f"{one.protocol.id:<32}{one.amount[:38]:<40}{one.dose['outcome']:<9}{vials[:20]:<22}"
    return f"{told}{one.minutes:>7}{one.chair or '':>7}  {one.clear['outcome']:<9}{held}"


if __name__ == "__main__":
    main(sys.argv[1:])
