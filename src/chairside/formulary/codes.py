"""Code tables: fact keys by LOINC and CVX, validity of diagnosis codes by day, and which therapy an order is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

from chairside.core.intake.codes import FactKey, PlanPart
from chairside.core.intake.referral import DrugOrder
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.span import in_force
from chairside.core.protocols import Protocol
from chairside.core.protocols.naming import spelled
from chairside.formulary import recognition
from chairside.formulary.loader import load
from chairside.formulary.reading import read_file
from chairside.formulary.therapy_names import candidates

TABLES = Path(__file__).parent / "code_tables"
LOINC = "http://loinc.org"
CVX = "http://hl7.org/fhir/sid/cvx"
RXNORM, HCPCS = recognition.RXNORM, recognition.HCPCS
_SECTIONS = {LOINC: "loinc", "LN": "loinc", CVX: "cvx", "CVX": "cvx"}


@dataclass(frozen=True, slots=True)
class FactCode:
    """A coded fact. One that protocols ask for as a word is told by the laboratory's own lower limit."""

    fact: str
    tier: str
    unit: str = ""
    below_lower: str = ""
    from_lower: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """A diagnosis code and the days on which it may be used."""

    tier: str
    valid_from: date | None = None
    valid_until: date | None = None
    replaced_by: tuple[str, ...] = ()

    def valid(self, on: date) -> bool:
        return in_force(self, on)


@dataclass(frozen=True, slots=True)
class ResultName:
    """A result that is known by its name: the fact, and how what is reported becomes the words that protocols use."""

    fact: str
    tier: str
    below_limit: str = ""
    from_limit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


class Codes:
    """The code tables as intake asks for them (`core.intake.codes.CodeTables`)."""

    def fact_key(self, system: str, code: str) -> FactKey | None:
        """The fact key of a LOINC or CVX code, or None when no protocol uses it."""
        entry = _fact_codes().get(_SECTIONS.get(system, ""), {}).get(code)
        if entry is None:
            return None
        kind, _, name = entry.fact.partition(".")
        return FactKey(FactKind(kind), name, entry.unit, below_lower=entry.below_lower, from_lower=entry.from_lower)

    def fact_named(self, text: str) -> FactKey | None:
        """The fact key of a result sent with a name and no code, or None when the table does not hold the name."""
        entry = _result_names().get(spelled(text))
        if entry is None:
            return None
        kind, _, name = entry.fact.partition(".")
        words = tuple((begins.casefold(), word) for begins, word in entry.words.items())
        return FactKey(FactKind(kind), name, "", entry.below_limit, entry.from_limit, words)

    def icd10_valid(self, code: str, on: date) -> bool | None:
        """Whether the ICD-10-CM code may be used on that day; None when the table does not hold it."""
        entry = _diagnosis_codes().get(code)
        return None if entry is None else entry.valid(on)

    def icd10_replacements(self, code: str) -> tuple[str, ...]:
        """The codes to choose from instead of a retired one."""
        entry = _diagnosis_codes().get(code)
        return entry.replaced_by if entry else ()

    def recognise(self, orders: tuple[DrugOrder, ...], diagnoses: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the therapies that these orders can be for: none, one, or several when it stays ambiguous."""
        return recognition.recognise(orders, diagnoses)

    def called(self, therapy: str) -> str:
        """What a therapy is called, also one that has no protocol here."""
        known = candidates().get(therapy)
        return known.called if known else therapy

    def parts_of(self, protocol: Protocol) -> tuple[PlanPart, ...]:
        """What a plan is made of, each protocol with the regimen that the plan gives."""
        items = protocol.plan.items if protocol.plan else ()
        return tuple(PlanPart(load(item.protocol), item.regimen) for item in items)


def brand_of(order: DrugOrder, protocol: Protocol) -> str:
    """The brand that the order names by text, nonproprietary name or billing code; "" when it names none or several."""
    brands = {
        product.brand
        for product in protocol.products
        if recognition.says(order, product.brand)
        or (product.nonproprietary != protocol.generic and recognition.says(order, product.nonproprietary))
        or any((HCPCS, billing.code) in order.codes for billing in product.billing)
    }
    return brands.pop() if len(brands) == 1 else ""


@lru_cache(maxsize=1)
def _fact_codes() -> Mapping[str, Mapping[str, FactCode]]:
    adapter = TypeAdapter(dict[str, dict[str, FactCode]], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(read_file(TABLES / "fact_codes.yaml"))


@lru_cache(maxsize=1)
def _diagnosis_codes() -> Mapping[str, DiagnosisCode]:
    adapter = TypeAdapter(dict[str, DiagnosisCode], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(read_file(TABLES / "icd10cm.yaml"))


@lru_cache(maxsize=1)
def _result_names() -> Mapping[str, ResultName]:
    adapter = TypeAdapter(dict[str, ResultName], config=ConfigDict(extra="forbid"))
    read = adapter.validate_python(read_file(TABLES / "result_names.yaml"))
    return {spelled(name): entry for name, entry in read.items()}
