"""Code tables: fact keys by LOINC and CVX, validity of diagnosis codes by day, and which therapy an order is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

from chairside.core.intake.codes import FactKey
from chairside.core.intake.referral import DrugOrder
from chairside.core.kernel.fact import FactKind
from chairside.core.protocols import Protocol
from chairside.formulary.loader import load_all
from chairside.formulary.reading import read_file

TABLES = Path(__file__).parent / "code_tables"
LOINC = "http://loinc.org"
CVX = "http://hl7.org/fhir/sid/cvx"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
_SECTIONS = {LOINC: "loinc", "LN": "loinc", CVX: "cvx", "CVX": "cvx"}


@dataclass(frozen=True, slots=True)
class FactCode:
    fact: str
    tier: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """A diagnosis code and the days on which it may be used."""

    tier: str
    valid_from: date | None = None
    valid_until: date | None = None
    replaced_by: tuple[str, ...] = ()

    def valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class TherapyNames:
    routes: tuple[str, ...]
    rxnorm: tuple[str, ...] = ()


class Codes:
    """The code tables as intake asks for them (`core.intake.codes.CodeTables`)."""

    def fact_key(self, system: str, code: str) -> FactKey | None:
        """The fact key of a LOINC or CVX code, or None when no protocol uses it."""
        entry = _fact_codes().get(_SECTIONS.get(system, ""), {}).get(code)
        if entry is None:
            return None
        kind, _, name = entry.fact.partition(".")
        return FactKey(FactKind(kind), name, entry.unit)

    def icd10_valid(self, code: str, on: date) -> bool | None:
        """Whether the ICD-10-CM code may be used on that day; None when the table does not hold it."""
        entry = _diagnosis_codes().get(code)
        return None if entry is None else entry.valid(on)

    def icd10_replacements(self, code: str) -> tuple[str, ...]:
        """The codes to choose from instead of a retired one."""
        entry = _diagnosis_codes().get(code)
        return entry.replaced_by if entry else ()

    def recognise(self, orders: tuple[DrugOrder, ...], diagnoses: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the protocols that these orders can be for: none, one, or several when it stays ambiguous."""
        found = {protocol.id: protocol for order in orders for protocol in load_all() if _is_for(order, protocol)}
        if len(found) > 1:
            fitting = tuple(key for key, protocol in found.items() if any(_treats(protocol, code) for code in diagnoses))
            if fitting:
                return fitting
        return tuple(found)


def brand_of(order: DrugOrder, protocol: Protocol) -> str:
    """The brand that the order names by text, nonproprietary name or billing code; "" when it names none or several."""
    brands = {
        product.brand
        for product in protocol.products
        if _says(order, product.brand)
        or (product.nonproprietary != protocol.generic and _says(order, product.nonproprietary))
        or any((HCPCS, billing.code) in order.codes for billing in product.billing)
    }
    return brands.pop() if len(brands) == 1 else ""


def _is_for(order: DrugOrder, protocol: Protocol) -> bool:
    names = _therapies().get(protocol.id)
    if names is None or (order.route and order.route.casefold() not in names.routes):
        return False
    by_code = any((RXNORM, code) in order.codes for code in names.rxnorm) or any(
        (HCPCS, billing.code) in order.codes for product in protocol.products for billing in product.billing
    )
    return (
        by_code
        or _says(order, protocol.generic)
        or any(_says(order, product.brand) or _says(order, product.nonproprietary) for product in protocol.products)
    )


def _says(order: DrugOrder, name: str) -> bool:
    said = f"{order.text} {order.brand}".casefold()
    return re.search(rf"(?<![\w-]){re.escape(name.casefold())}(?![\w-])", said) is not None


def _treats(protocol: Protocol, diagnosis: str) -> bool:
    return any(diagnosis.startswith(code.prefix) for item in protocol.indications for code in item.codes if not code.supporting)


@lru_cache(maxsize=1)
def _fact_codes() -> Mapping[str, Mapping[str, FactCode]]:
    adapter = TypeAdapter(dict[str, dict[str, FactCode]], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(read_file(TABLES / "fact_codes.yaml"))


@lru_cache(maxsize=1)
def _diagnosis_codes() -> Mapping[str, DiagnosisCode]:
    adapter = TypeAdapter(dict[str, DiagnosisCode], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(read_file(TABLES / "icd10cm.yaml"))


@lru_cache(maxsize=1)
def _therapies() -> Mapping[str, TherapyNames]:
    adapter = TypeAdapter(dict[str, TherapyNames], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(read_file(TABLES / "therapies.yaml"))
