"""Decision tables: scales read every number from zero as one word, and every combination of words has its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product

from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.safety import DecisionTable, Scale
from chairside.core.protocols.stretch import holds
from chairside.core.protocols.words import UNKNOWN, declared, plain

_ANY = "*"
_SHOWN = 3  # combinations without a row that one finding names


def check(protocol: Protocol) -> Iterator[Finding]:
    for table in protocol.tables:
        place = f"tables[{table.key}]"
        for scale in table.scales:
            yield from _scale(scale, table, f"{place}.scales[{scale.fact}]")
        yield from _grid(table, protocol, place)


def _scale(scale: Scale, table: DecisionTable, place: str) -> Iterator[Finding]:
    """A count or a measured value starts at zero and has no end."""
    if scale.fact not in table.facts:
        yield Finding(Code.TABLE_SHAPE, place, f"“{scale.fact}” is not a fact of the table")
    edges = {edge for grade in scale.grades for edge in (grade.at.low, grade.at.high) if edge is not None and edge >= 0}
    points = sorted(edges | {Decimal(0)})
    between = [(one + other) / 2 for one, other in pairwise(points)]
    for value in sorted([*points, *between, points[-1] + 1]):
        words = [grade.word for grade in scale.grades if holds(grade.at, value)]
        if not words:
            yield Finding(Code.SCALE_GAP, place, f"no word for {value:f} {scale.unit}".rstrip())
        elif len(words) > 1:
            yield Finding(Code.SCALE_OVERLAP, place, f"{' and '.join(words)} both hold {value:f} {scale.unit}".rstrip())


def _grid(table: DecisionTable, protocol: Protocol, place: str) -> Iterator[Finding]:
    for index, row in enumerate(table.rows):
        if len(row.words) != len(table.facts):
            message = f"{len(row.words)} words for {len(table.facts)} facts"
            yield Finding(Code.TABLE_SHAPE, f"{place}.rows[{index}]", message)
            return
    offered = [_offered(fact, table, protocol) for fact in table.facts]
    for fact, words in zip(table.facts, offered, strict=True):
        if not words:
            yield Finding(Code.TABLE_SHAPE, place, f"nobody has declared the words of “{fact}”")
    for index, row in enumerate(table.rows):
        for word, words in zip(row.words, offered, strict=True):
            if words and word != _ANY and plain(word) not in words:
                yield Finding(Code.UNDECLARED_WORD, f"{place}.rows[{index}]", f"“{word}” is not a word of its fact")
    yield from _covered(table, offered, place)


def _covered(table: DecisionTable, offered: Sequence[Sequence[str]], place: str) -> Iterator[Finding]:
    taken: set[int] = set()
    without: list[str] = []
    for words in product(*offered):
        first = next((index for index, row in enumerate(table.rows) if _matches(row.words, words)), None)
        if first is None:
            without.append(", ".join(words))
        else:
            taken.add(first)
    if without:
        more = f" and {len(without) - _SHOWN} more" if len(without) > _SHOWN else ""
        yield Finding(Code.ROW_GAP, place, f"no row for: {'; '.join(without[:_SHOWN])}{more}")
    for index in range(len(table.rows)):
        if index not in taken:
            yield Finding(Code.ROW_UNREACHABLE, f"{place}.rows[{index}]", "an earlier row always matches first")


def _matches(asked: Sequence[str], words: Sequence[str]) -> bool:
    return all(one == _ANY or plain(one) == word for one, word in zip(asked, words, strict=True))


def _offered(fact: str, table: DecisionTable, protocol: Protocol) -> list[str]:
    """The words that the fact can be read as. That it is not known is no word: the table then says nothing."""
    scale = next((scale for scale in table.scales if scale.fact == fact), None)
    words = [grade.word for grade in scale.grades] if scale is not None else declared(fact, protocol.facts)
    return [plain(word) for word in words if plain(word) != UNKNOWN]
