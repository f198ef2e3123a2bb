"""Loads what payers ask beside a protocol: how fresh a result must be (`code_tables/payer_freshness.yaml`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

from chairside.formulary.reading import read_file

_FILE = Path(__file__).parent / "code_tables" / "payer_freshness.yaml"


@dataclass(frozen=True, slots=True)
class PayerFreshness:
    """A payer's policy on the age of results for some drugs."""

    policy: str
    payer: str
    billing_codes: tuple[str, ...]
    facts: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class AskedAge:
    """One result that a payer wants no older than so many days, and the policy that says so."""

    fact: str
    days: int
    policy: str


def ages_asked(payers: Collection[str], billing_codes: Collection[str]) -> Iterator[AskedAge]:
    """Ages of results that these payers ask for drugs billed under these codes."""
    for row in payer_freshness():
        if row.payer in payers and set(billing_codes) & set(row.billing_codes):
            yield from (AskedAge(fact, row.days, row.policy) for fact in row.facts)


@lru_cache(maxsize=1)
def payer_freshness() -> tuple[PayerFreshness, ...]:
    """Every row of the table. Raises FormularyError or ValidationError naming the line or field that is wrong."""
    adapter = TypeAdapter(tuple[PayerFreshness, ...], config=ConfigDict(extra="forbid"))
    return adapter.validate_python(tuple(read_file(_FILE)))
