"""Loads what senders of HL7 v2 messages mean by their codes (`code_tables/hl7v2.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pydantic import ConfigDict, TypeAdapter

from chairside.formulary.codes import TABLES
from chairside.formulary.reading import read_file


@dataclass(frozen=True, slots=True)
class CodeSystem:
    """What a coding system's name means."""

    system: str
    tier: str


@dataclass(frozen=True, slots=True)
class Senders:
    """The whole table, as the file says it."""

    authorities: Mapping[str, Mapping[str, str]]
    code_systems: Mapping[str, CodeSystem]
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


class MessageTables:
    """The table as reading asks for it (`exchange.hl7v2.tables.Tables`)."""

    def identifier_system(self, authority: str, kind: str) -> str | None:
        """The system of numbers that an authority assigns, or None when nobody has said which that is."""
        return senders().authorities.get(authority, {}).get(kind)

    def code_system(self, name: str) -> str | None:
        """The system that a coding system's name means, or None."""
        found = senders().code_systems.get(name)
        return found.system if found else None

    def unit(self, system: str, code: str) -> str | None:
        """The UCUM code of a unit of another system, or None where nobody has checked that they are the same."""
        return senders().units.get(system, {}).get(code)

    def word(self, of: str, system: str, code: str) -> str | None:
        """Our word for a code, or None."""
        return senders().words.get(of, {}).get(system, {}).get(code)


@lru_cache(maxsize=1)
def senders() -> Senders:
    """The table. Raises FormularyError or ValidationError naming the line or field that is wrong."""
    adapter = TypeAdapter(tuple[Senders], config=ConfigDict(extra="forbid"))
    return adapter.validate_python((read_file(TABLES / "hl7v2.yaml"),))[0]
