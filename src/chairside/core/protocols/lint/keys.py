"""Keys: unique and spelled as keys; no prose where a machine reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from chairside.core.kernel.evidence import Source
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import Node, walk
from chairside.core.protocols.schema.protocol import Protocol, Signature
from chairside.core.protocols.schema.site import Site, SiteApproval, SiteChange
from chairside.core.protocols.schema.terms import Words

_KEY = re.compile(r"^[a-z][a-z0-9_]*$")
_NAMED_BY_FACT = frozenset(("facts", "scales"))
# Proper names, at most a few words long and never a sentence.
_NAMES = frozenset(("generic", "tall_man", "brand", "nonproprietary", "agent", "agents", "diluents", "flush", "member"))
_MOST_WORDS = 5
# What ends or parts a sentence; the dot of an initial (D.H.E. 45) does not.
_SENTENCE = re.compile(r"(?:(?<!\b[A-Za-z])\.|[;:!?])(\s|$)")


def check(protocol: Protocol) -> Iterator[Finding]:
    if not _KEY.match(protocol.id):
        yield Finding(Code.PROSE, "id", f"“{protocol.id}” is not a key (lower case, digits and underscores)")
    for node in walk(protocol):
        yield from _unique(node)
        if not isinstance(node.item, Words | Source | Signature | Site | SiteApproval | SiteChange):
            yield from _prose(node)


def _unique(node: Node) -> Iterator[Finding]:
    """No two items of one list bear one name: whoever asks for it could get the other."""
    for field in fields(node.item):
        value = getattr(node.item, field.name)
        if isinstance(value, tuple):
            for name, count in Counter(filter(None, (_own_name(item, field.name) for item in value))).items():
                if count > 1:
                    place = f"{node.place}.{field.name}".lstrip(".")
                    yield Finding(Code.DUPLICATE_KEY, f"{place}[{name}]", f"“{name}” is stated {count} times")


def _own_name(item: object, field: str) -> str:
    names = ("fact",) if field in _NAMED_BY_FACT else ("key", "brand", "word")
    return next((str(getattr(item, name)) for name in names if getattr(item, name, "")), "")


def _prose(node: Node) -> Iterator[Finding]:
    for field in fields(node.item):
        value = getattr(node.item, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if not isinstance(text, str):
                continue
            words = len(text.split())
            if field.name == "key" and not _KEY.match(text):
                yield Finding(Code.PROSE, f"{node.place}.key", f"“{text}” is not a key (lower case, digits and underscores)")
            elif words > (_MOST_WORDS if field.name in _NAMES else 1) or (words > 1 and _SENTENCE.search(text)):
                yield Finding(Code.PROSE, f"{node.place}.{field.name}", f"“{text}” is prose in a field that a machine reads")
