"""The words that may answer a fact: those that the protocol declares, else those that are the same everywhere.

A word that was not declared is not understood: it is neither good nor bad, and whoever reads it takes it as unknown (H-030).
"""

from __future__ import annotations

from collections.abc import Iterable

from chairside.core.protocols.schema.protocol import FactKey

UNKNOWN = "unknown"
_USUAL = {
    "screening": ("negative", "positive", "indeterminate"),
    "consent": ("given", "signed", "yes", "refused", "declined", "withdrawn", "no"),
    "answer": ("yes", "no", UNKNOWN, "none"),
}
_OF_FACT = {"screening.tb": (*_USUAL["screening"], "treated", "treatment_started")}


def declared(fact: str, keys: Iterable[FactKey] = ()) -> tuple[str, ...]:
    """The words that may answer the fact. Empty when nobody has said which."""
    stated = next((key.words for key in keys if key.fact == fact and key.words), ())
    return stated or _OF_FACT.get(fact) or _USUAL.get(fact.partition(".")[0], ())


def plain(word: str) -> str:
    """The word as it is compared: without regard to case, and to space around it."""
    return word.strip().casefold()


def understood(word: str, among: Iterable[str]) -> bool:
    """True when the word is one of those, and says something."""
    return plain(word) != UNKNOWN and plain(word) in {plain(item) for item in among}
