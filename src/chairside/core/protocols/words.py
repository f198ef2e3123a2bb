"""The words that may answer a fact: those that the protocol declares, else those that are the same everywhere.

A word that was not declared is not understood: it is neither good nor bad, and whoever reads it takes it as unknown (H-030).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from chairside.core.protocols.schema.protocol import FactKey

UNKNOWN = "unknown"
_USUAL = {
    "screening": ("negative", "positive", "indeterminate"),
    "consent": ("given", "signed", "yes", "refused", "declined", "withdrawn", "no"),
    "answer": ("yes", "no", UNKNOWN, "none"),
}
_OF_FACT = {"screening.tb": (*_USUAL["screening"], "treated", "treatment_started")}
# Facts that are recorded in the same words whatever the therapy.
_SAME_EVERYWHERE = frozenset(
    {
        *("screening.tb", "screening.hbsag", "screening.anti_hbc", "screening.hiv", "screening.hcv", "screening.pregnancy"),
        "consent.treatment",
    }
)
# A protocol that reads a class still declares which of its words it knows.
_CLASSES = {"screening.nyha_class": ("I", "II", "III", "IV", "none")}


def declared(fact: str, keys: Iterable[FactKey] = ()) -> tuple[str, ...]:
    """The words that may answer the fact. Empty when nobody has said which."""
    stated = next((key.words for key in keys if key.fact == fact and key.words), ())
    return stated or _OF_FACT.get(fact) or _USUAL.get(fact.partition(".")[0], ())


def recordable(fact: str) -> tuple[str, ...]:
    """The words that may be recorded for the fact whatever the therapy; empty where each protocol has its own.

    That a result is not known may be recorded, a consent is given or it is not.
    """
    if fact in _CLASSES:
        return (*_CLASSES[fact], UNKNOWN)
    if fact not in _SAME_EVERYWHERE:
        return ()
    return declared(fact) if fact.startswith("consent.") else (*declared(fact), UNKNOWN)


def plain(word: str) -> str:
    """The word as it is compared: without regard to case, and to space around it."""
    return word.strip().casefold()


def understood(word: str, among: Iterable[str]) -> bool:
    """True when the word is one of those, and says something."""
    said = plain(word)
    return said != UNKNOWN and said in _plain_words(tuple(among))


@lru_cache(maxsize=1024)
def _plain_words(words: tuple[str, ...]) -> frozenset[str]:
    """Lists of words come from protocols, the same ones for each question. What a person said is not kept here."""
    return frozenset(plain(word) for word in words)
