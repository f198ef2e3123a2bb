"""The sections, in the order in which a label is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chairside.core.protocols import Protocol
from chairside.formulary.sheet import dosing, preparing, rates, safety, watching
from chairside.formulary.sheet.parts import Mark, Row, Section

_SECTIONS: tuple[tuple[str, str, Callable[[Protocol], Iterable[Row]], bool], ...] = (
    ("indications", "Indications", dosing.indications, False),
    ("dose", "Dose and dates", dosing.regimens, True),
    ("preparation", "Products and preparation", preparing.products, False),
    ("rates", "Rates", rates.rates, True),
    ("premedication", "Premedication", watching.premedications, False),
    ("requirements", "Requirements before a dose", safety.requirements, False),
    ("against", "What speaks against a dose", safety.against, False),
    ("observation", "Vital signs and observation", watching.watching, False),
    ("reactions", "Reactions", watching.reactions, False),
    ("chair", "Chair time", watching.chairs, False),
    ("codes", "Billing", preparing.codes, False),
)


def sheet(protocol: Protocol) -> tuple[Section, ...]:
    """The whole protocol. A section without rows is left out."""
    made = (Section(key, title, tuple(make(protocol)), is_open) for key, title, make, is_open in _SECTIONS)
    return tuple(section for section in made if section.rows)


def marks(protocol: Protocol) -> dict[str, Mark]:
    """The sources by key, numbered as the table at the end lists them."""
    return {source.key: Mark(number, source) for number, source in enumerate(protocol.sources, 1)}
