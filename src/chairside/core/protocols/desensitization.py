"""Schemes of desensitization that an order may name, as data; and what a drug did that no scheme protects from.

A drug that once caused an immediate reaction is given in rising steps from weaker bags, by a specialist's signed order. The
bags and rates here are the shape in common use; the specialist confirms them with the order that names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.naming import names
from chairside.core.protocols.schema.protocol import Protocol

SOURCE = "desensitization (safety reference 2.5)"
# After these no drug is given again step by step: they are not of the kind that steps protect from.
NEVER_AFTER = {
    "sjs": "Stevens-Johnson syndrome",
    "ten": "toxic epidermal necrolysis",
    "dress": "DRESS",
    "serum_sickness": "serum sickness",
    "organ_injury": "injury of an organ by the drug",
}
_SAID = {
    "sjs": r"stevens.johnson|\bsjs\b",
    "ten": r"toxic epidermal|\blyell\b|\bTEN\b",
    "dress": r"\bDRESS\b|drug reaction with eosinophilia|drug.induced hypersensitivity syndrome",
    "serum_sickness": r"serum sickness",
    "organ_injury": r"(liver|kidney|hepatic|renal|organ)\W+(injury|failure|toxicity)|hepatitis|nephritis|pneumonitis|cytopenia",
}
_CASED = frozenset({"ten", "dress"})  # short words of another meaning are read as they are written


@dataclass(frozen=True, slots=True)
class Pouch:
    """One bag of a scheme. `part` of the dose that is mixed into it; None: all that the bags before do not deliver."""

    volume: Quantity
    part: Decimal | None


@dataclass(frozen=True, slots=True)
class Step:
    """One rate from one bag; the last step of a scheme has no minutes and runs until its bag is empty."""

    bag: int
    rate: Quantity
    minutes: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme as an order names it.

    most_pause   minutes of interruption after which tolerance counts as lost
    """

    key: str
    title: str
    pouches: tuple[Pouch, ...]
    steps: tuple[Step, ...]
    most_pause: Decimal
    source: str = ""


def _rows(bag: int, *rates: str) -> tuple[Step, ...]:
    return tuple(Step(bag, quantity(rate, "mL/h"), Decimal(15)) for rate in rates)


_250 = quantity("250", "mL")
SCHEMES = {
    item.key: item
    for item in (
        Scheme(
            "three_bags_twelve_steps",
            "12 steps from 3 bags: 1 to 100, 1 to 10, full strength",
            (Pouch(_250, Decimal("0.01")), Pouch(_250, Decimal("0.1")), Pouch(_250, None)),
            (
                *_rows(1, "2", "5", "10", "20"),
                *_rows(2, "5", "10", "20", "40"),
                *_rows(3, "10", "20", "40"),
                Step(3, quantity("75", "mL/h")),
            ),
            Decimal(30),
            f"{SOURCE}; rates of the steps and the longest pause recalled, to be confirmed by the specialist who orders it",
        ),
    )
}


def had_from(facts: Iterable[Fact], protocol: Protocol) -> tuple[str, ...]:
    """What this drug did to the patient, of NEVER_AFTER, by the allergies and reactions on record."""
    known = (protocol.generic, *(name for item in protocol.products for name in (item.brand, item.nonproprietary)))
    told = [
        f"{fact.code} {fact.value or ''} {fact.note}"
        for fact in facts
        if fact.kind in (FactKind.ALLERGY, FactKind.REACTION) and names(fact.code, known)
    ]
    return tuple(key for key, words in _SAID.items() if any(re.search(words, text, _flags(key)) for text in told))


def _flags(key: str) -> re.RegexFlag:
    return re.NOFLAG if key in _CASED else re.IGNORECASE


def lifts(key: str, facts: Iterable[Fact], protocol: Protocol) -> bool:
    """Whether an order that names this scheme opens what an allergy or a reaction to the drug has closed."""
    return key in SCHEMES and not had_from(facts, protocol)
