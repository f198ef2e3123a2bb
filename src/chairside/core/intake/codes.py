"""What intake asks of the code tables. The formulary has the tables; whoever reads a wire is handed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chairside.core.intake.referral import DrugOrder
from chairside.core.kernel.fact import FactKind


@dataclass(frozen=True, slots=True)
class FactKey:
    """The key that protocols use for a coded thing, and the unit that it is kept in ("" keeps the sender's)."""

    kind: FactKind
    code: str
    unit: str = ""


class CodeTables(Protocol):
    """LOINC, CVX and others to fact keys; ICD-10-CM validity on a day; which therapy an order is for."""

    def fact_key(self, system: str, code: str) -> FactKey | None:
        """The fact key of a code, or None when no protocol uses it."""

    def icd10_valid(self, code: str, on: date) -> bool | None:
        """Whether the ICD-10-CM code may be used on that day; None when the tables do not hold the code."""

    def icd10_replacements(self, code: str) -> tuple[str, ...]:
        """The codes to choose from in place of a retired one."""

    def recognise(self, orders: tuple[DrugOrder, ...], diagnoses: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the therapies that these orders can be for: none, one, or several when it stays ambiguous."""
