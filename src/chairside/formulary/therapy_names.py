"""What therapies are called in orders: the names of every protocol, and of its twins that have no protocol here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Kind
from chairside.formulary.loader import load_all
from chairside.formulary.reading import read_file

# A strength in a name is an amount, and is read as one.
_STRENGTH = re.compile(r"\s+\d[\d.,]*\s*(?:mg|mcg|g|units?)\b.*$")
_FILE = Path(__file__).parent / "code_tables" / "therapies.yaml"


@dataclass(frozen=True, slots=True)
class ProtocolNames:
    """A row of `protocols`: what the protocol's own file does not say."""

    routes: tuple[str, ...]
    tier: str
    rxnorm: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    amounts: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherNames:
    """A row of `others`: a therapy that has no protocol here, and the protocols that it must not be taken for."""

    name: str
    of: tuple[str, ...]
    routes: tuple[str, ...]
    names: tuple[str, ...]
    tier: str
    brands: tuple[str, ...] = ()
    billing: tuple[str, ...] = ()
    amounts: tuple[Quantity, ...] = ()
    diagnoses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamesTable:
    protocols: Mapping[str, ProtocolNames]
    others: Mapping[str, OtherNames]


class Stands(IntEnum):
    """Whether an order for it is the therapy, or accompanies one: a fluid dilutes a drug, a companion is given beside it."""

    DILUENT = 0
    COMPANION = 1
    ALONE = 2


_STANDS = {"hydration": Stands.DILUENT, "supportive": Stands.COMPANION}  # by the protocol's family


@dataclass(frozen=True, slots=True)
class Candidate:
    """A therapy that an order can be for.

    here       False when it has no protocol here
    brands     names that are its own; `names` may belong to several
    diagnoses  ICD-10-CM prefixes that it treats
    twins      protocols that it must not be taken for
    stands     whether it is a therapy by itself when others are ordered beside it
    """

    id: str
    called: str
    here: bool
    routes: frozenset[str]
    brands: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    billing: frozenset[str] = frozenset()
    rxnorm: frozenset[str] = frozenset()
    amounts: tuple[Quantity, ...] = ()
    diagnoses: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()
    stands: Stands = Stands.ALONE

    @property
    def told_by_diagnosis(self) -> bool:
        """What accompanies a therapy is ordered under that one's diagnosis, so a diagnosis says nothing against it."""
        return bool(self.diagnoses) and self.stands is Stands.ALONE

    def treats(self, diagnosis: str) -> bool:
        return any(diagnosis.startswith(prefix) for prefix in self.diagnoses)


@lru_cache(maxsize=1)
def candidates() -> Mapping[str, Candidate]:
    """Every therapy that the tables know, by id: protocols that are in the table, and their twins without a protocol."""
    table = names_table()
    here = {
        protocol.id: _of_protocol(protocol, table.protocols[protocol.id])
        for protocol in load_all()
        if protocol.id in table.protocols
    }
    return {**here, **{key: _of_other(key, row) for key, row in table.others.items() if key not in here}}


@lru_cache(maxsize=1)
def names_table() -> NamesTable:
    """The table as it stands. Raises FormularyError or ValidationError naming the line or field that is wrong."""
    forbid = ConfigDict(extra="forbid")
    sections = TypeAdapter(dict[str, dict[str, Any]]).validate_python(read_file(_FILE))
    return NamesTable(
        TypeAdapter(dict[str, ProtocolNames], config=forbid).validate_python(sections["protocols"]),
        TypeAdapter(dict[str, OtherNames], config=forbid).validate_python(sections["others"]),
    )


def _of_protocol(protocol: Protocol, row: ProtocolNames) -> Candidate:
    """A menu or a plan is called by its own name only: what it is made of has names of its own."""
    products = () if protocol.kind in (Kind.MENU, Kind.PLAN) else protocol.products
    shared = (_STRENGTH.sub("", protocol.generic), *(product.nonproprietary for product in products), *row.also)
    own = (protocol.names.en,) if protocol.kind in (Kind.MENU, Kind.PLAN) else ()
    sold_as = tuple(_STRENGTH.sub("", product.brand) for product in products)
    brands = (*row.brands, *(brand for brand in sold_as if not _is_the_name(brand, shared)))
    return Candidate(
        protocol.id,
        protocol.names.en,
        True,
        frozenset(row.routes),
        (*own, *brands),
        tuple(dict.fromkeys(name for name in (*shared, *row.brands, *sold_as) if name)),
        frozenset(billing.code for product in products for billing in product.billing),
        frozenset(row.rxnorm),
        row.amounts,
        tuple(code.prefix for item in protocol.indications for code in item.codes if not code.supporting),
        stands=_STANDS.get(protocol.family, Stands.ALONE),
    )


def _is_the_name(brand: str, names: tuple[str, ...]) -> bool:
    """True for what is sold under its common name: that says no more than the name does."""
    return any(name.casefold().startswith(brand.casefold()) for name in names)


def _of_other(key: str, row: OtherNames) -> Candidate:
    return Candidate(
        key,
        row.name,
        False,
        frozenset(row.routes),
        row.brands,
        row.names,
        frozenset(row.billing),
        frozenset(),
        row.amounts,
        row.diagnoses,
        row.of,
    )
