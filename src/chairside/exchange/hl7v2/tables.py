"""What reading asks of the tables of senders' codes: plain answers, whoever holds them."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote


class Tables(Protocol):
    """Assigning authorities, code systems, units and words of HL7 v2 senders."""

    def identifier_system(self, authority: str, kind: str) -> str | None:
        """The system of numbers that an authority (namespace or universal id) assigns.

        kind    of HL7 table 0203: MR for patients, PLAC and FILL for orders, NPI, NIIP for payers
        "" as the authority asks for kinds that one authority assigns for a whole country, whoever sends them (NPI)
        """

    def code_system(self, name: str) -> str | None:
        """The system that a coding system's name of HL7 table 0396 means (`LN`, `I10C`), or None."""

    def unit(self, system: str, code: str) -> str | None:
        """The UCUM code of a unit of another system (`ISO+`), where somebody has checked that they are the same; or None."""

    def word(self, of: str, system: str, code: str) -> str | None:
        """Our word for a code.

        of      route, result, line (of business, by payer and plan), section (of a laboratory), priority
        """


def unknown_system(*names: str) -> str:
    """The system for numbers and codes of somebody whom no table knows: never taken to be anyone else's."""
    return ":".join(("urn:chairside:hl7v2", *(quote(name[:60], safe="") for name in names if name)))
