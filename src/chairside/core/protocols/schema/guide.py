"""What the patient reads: plain words, English and Spanish, and whether a qualified person has reviewed each."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.protocols.schema.terms import Words


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Who reviewed the text in each language; empty means nobody has, and the page says so."""

    en: str = ""
    es: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """The patient's page, in the order in which it is read. Lists hold one short point each."""

    what_for: Words
    how_long: Words
    how_often: Words
    feels: Words
    prepare: tuple[Words, ...]
    before: tuple[Words, ...]
    during: tuple[Words, ...]
    after: tuple[Words, ...]
    driving: Words
    call_us: tuple[Words, ...]
    emergency: Words
    questions: tuple[Words, ...] = ()
    reviewed: Reviewed = Reviewed()
    source: str = ""
