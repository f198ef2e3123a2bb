"""Finding a therapy by what people call it: drug, brand, class, condition, code, route; misspellings are forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Route

_ROUTES = {
    Route.IV: "intravenous infusion iv",
    Route.IV_PUSH: "intravenous push bolus iv",
    Route.IV_PUMP: "intravenous pump ambulatory iv",
    Route.SC: "subcutaneous injection under the skin sc subq",
    Route.IM: "intramuscular injection im",
    Route.PO: "oral by mouth po",
    Route.VENESECTION: "venesection phlebotomy",
}
_NEAR = 0.75  # of difflib: two letters exchanged or one left out in a word of eight
_AS_NEAR = 0.05
_LONGEST = 200  # characters that are looked for
_SHORTEST = 4  # letters of a word that may be misspelled
_WORD = re.compile(r"[^\W_]+(?:[.\-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that a therapy is called: what sort of name it is, the name, its words, and how much a hit on it counts."""

    sort: str
    text: str
    words: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    """A therapy that was found, and by which of its names ("" when nothing was asked for)."""

    protocol: Protocol
    score: int = 0
    by: str = ""


class Finder:
    """The names of some protocols, laid out once to be searched often."""

    def __init__(self, protocols: Iterable[Protocol]) -> None:
        self._known = [(protocol, tuple(_names(protocol))) for protocol in protocols]
        self._vocabulary = sorted(
            {word for _, names in self._known for name in names if name.sort != "diagnosis" for word in name.words}
        )

    def find(self, wanted: str) -> list[Found]:
        """The therapies that every word of `wanted` is a name of, or begins one; the best first; all of them for no words.

        A word that is no name and begins none is taken for the names nearest to it.
        """
        asked = [self._spellings(word) for word in dict.fromkeys(_words(wanted[:_LONGEST]))]
        if not asked:
            return [Found(protocol) for protocol, _ in self._known]
        found = [hit for protocol, names in self._known if (hit := _hit(protocol, names, asked))]
        return sorted(found, key=lambda hit: (-hit.score, hit.protocol.names.en))

    def _spellings(self, word: str) -> Sequence[str]:
        known = any(_fits(word, name) for _, names in self._known for name in names)
        return [word] if known or len(word) < _SHORTEST else _nearest(word, self._vocabulary)


def _nearest(word: str, vocabulary: Sequence[str]) -> list[str]:
    """The name nearest to a misspelled one, and those that are as near."""
    near = get_close_matches(word, vocabulary, 4, _NEAR)
    likeness = [SequenceMatcher(None, name, word).ratio() for name in near]
    return [name for name, ratio in zip(near, likeness, strict=True) if ratio > likeness[0] - _AS_NEAR]


def _hit(protocol: Protocol, names: Sequence[Name], asked: Sequence[Sequence[str]]) -> Found | None:
    total, best, by = 0, 0, ""
    for spellings in asked:
        hits = [(name.weight * how, name) for name in names for word in spellings if (how := _fits(word, name))]
        if not hits:
            return None
        score, name = max(hits, key=lambda hit: hit[0])
        total += score
        if score > best:
            best, by = score, f"{name.sort} {name.text}"
    return Found(protocol, total, by)


def _fits(word: str, name: Name) -> int:
    """3 for a whole word, 2 for the beginning of one or for a code that lies under a prefix, 0 otherwise."""
    if word in name.words:
        return 3
    if name.sort == "diagnosis":
        return 2 if len(word) >= 3 and word.startswith(name.words) else 0
    return 2 if len(word) >= 2 and any(each.startswith(word) for each in name.words) else 0


def _names(protocol: Protocol) -> Iterator[Name]:
    yield _name("drug", protocol.generic, 8)
    yield _name("drug", protocol.names.en, 8)
    yield _name("drug", protocol.names.es, 8)
    yield _name("drug", protocol.id.replace("_", " "), 6)
    for product in protocol.products:
        yield _name("brand", product.brand, 8)
        yield _name("drug", product.nonproprietary, 6)
        for code in product.billing:
            yield _name("billing code", code.code, 6)
    yield _name("class", protocol.therapy_class.replace("_", " "), 4)
    yield _name("class", protocol.family.replace("_", " "), 4)
    for indication in protocol.indications:
        yield _name("condition", indication.names.en, 4)
        yield _name("condition", indication.names.es, 4)
        codes = [code.prefix for code in indication.codes]
        yield Name("diagnosis", ", ".join(codes), tuple(code.casefold() for code in codes), 4)
    for route in protocol.routes:
        yield _name("route", _ROUTES[route], 2)


def _name(sort: str, text: str, weight: int) -> Name:
    return Name(sort, text, tuple(_words(text)), weight)


def _words(text: str) -> list[str]:
    """The words of a text without accents, in small letters."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return _WORD.findall(plain)
