"""What intake asks of the code tables. The formulary has the tables; whoever reads a wire is handed them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chairside.core.intake.referral import DrugOrder
from chairside.core.kernel.fact import FactKind
from chairside.core.protocols import Protocol as TherapyProtocol


@dataclass(frozen=True, slots=True)
class FactKey:
    """The key that protocols use for a coded thing, and the unit that it is kept in ("" keeps the sender's).

    below_limit, from_limit   of a test that is reported as a number and asked for as a word: the word for a number below the
                              laboratory's own upper limit, and for one at or above it; "" leaves the number as it is
    below_lower, from_lower   the same by the laboratory's own lower limit
    words                     (what a result's text begins with, the word that protocols use)
    """

    kind: FactKind
    code: str
    unit: str = ""
    below_limit: str = ""
    from_limit: str = ""
    words: tuple[tuple[str, str], ...] = ()
    below_lower: str = ""
    from_lower: str = ""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One protocol of a plan, and the regimen of it that the plan gives."""

    protocol: TherapyProtocol
    regimen: str


class CodeTables(Protocol):
    """LOINC, CVX and others to fact keys; ICD-10-CM validity on a day; which therapy an order is for."""

    def fact_key(self, system: str, code: str) -> FactKey | None:
        """The fact key of a code, or None when no protocol uses it."""

    def fact_named(self, text: str) -> FactKey | None:
        """The fact key of a result that was sent with a name and without a code, or None when the name is not known."""

    def icd10_valid(self, code: str, on: date) -> bool | None:
        """Whether the ICD-10-CM code may be used on that day; None when the tables do not hold the code."""

    def icd10_replacements(self, code: str) -> tuple[str, ...]:
        """The codes to choose from in place of a retired one."""

    def recognise(self, orders: tuple[DrugOrder, ...], diagnoses: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the therapies that these orders can be for: none, one, or several when it stays ambiguous."""

    def called(self, therapy: str) -> str:
        """What a therapy is called, also one that has no protocol here; its id when the tables do not hold it."""

    def parts_of(self, protocol: TherapyProtocol) -> tuple[PlanPart, ...]:
        """What a plan is made of; nothing for any other protocol."""
