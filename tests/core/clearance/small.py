"""A small protocol for the tests of clearance: one regimen, nothing asked, until a test adds what it is about."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.requirement import Requirement, What
from chairside.core.protocols.schema.terms import Layer, Occasion, Words
from tests.core.plans.cast import DAY, INFLIXIMAB, MARISOL

EMPTY: Protocol = replace(
    INFLIXIMAB, requirements=(), questions=(), contraindications=(), hypersensitivities=(), interactions=(), facts=()
)


def clear(protocol: Protocol, facts=(), number=1, **more):
    asked = {"indication": "K50.80", "dose_number": number, "day": DAY, "patient": MARISOL, **more}
    return evaluate(protocol, facts=facts, **asked)


def words(text: str) -> Words:
    return Words(text, text)


def requirement(fact: str, **more) -> Requirement:
    kind = fact.partition(".")[0]
    stated = {
        "key": fact.partition(".")[2],
        "what": What(kind),
        "names": words(f"The {fact}"),
        "when": Occasion.EVERY_DOSE,
        **more,
    }
    return Requirement(fact=fact, layer=Layer.LABEL, source="label", **stated)


def holding(*tests: Test) -> Condition:
    return Condition(all=tests)


def among(fact: str, *said: str) -> Test:
    return Test(fact, Op.IN, words=said)


def fact(key: str, value=None, days_ago: int = 0, status: str = "final", unit: str = "") -> Fact:
    kind, _, code = key.partition(".")
    number = Decimal(value) if isinstance(value, int) else value
    return Fact(FactKind(kind), code, DAY - timedelta(days=days_ago), number, unit, status=status, id=f"{code}-{days_ago}")
