"""Keys: unique, spelled as keys, pointing at something that exists; no prose where a machine reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields

from chairside.core.kernel.evidence import Source
from chairside.core.protocols.lint.finding import Finding, Node, walk
from chairside.core.protocols.schema.condition import Op, Test
from chairside.core.protocols.schema.dose import Axis
from chairside.core.protocols.schema.ladder import Ladder, RateCap
from chairside.core.protocols.schema.product import Product
from chairside.core.protocols.schema.protocol import Protocol, Signature
from chairside.core.protocols.schema.regimen import LateAction, Regimen
from chairside.core.protocols.schema.requirement import Question, Requirement
from chairside.core.protocols.schema.terms import Words
from chairside.core.protocols.vocabulary import known_fact
from chairside.core.protocols.words import declared, understood

_KEY = re.compile(r"^[a-z][a-z0-9_]*$")
# Proper names, at most a few words long and never a sentence.
_NAMES = frozenset(("generic", "tall_man", "brand", "nonproprietary", "agent", "agents", "diluents", "member"))
_MOST_WORDS = 5


def check(protocol: Protocol) -> Iterator[Finding]:
    yield from _unique(protocol)
    yield from _references(protocol)
    for node in walk(protocol):
        if not isinstance(node.item, Words | Source | Signature):
            yield from _prose(node)
        yield from _fact(node, protocol)
        yield from _words(node, protocol)


def _unique(protocol: Protocol) -> Iterator[Finding]:
    for field in fields(protocol):
        value = getattr(protocol, field.name)
        if isinstance(value, tuple):
            names = [getattr(item, "key", None) or getattr(item, "brand", None) for item in value]
            for name, count in Counter(name for name in names if name).items():
                if count > 1:
                    yield Finding("duplicate_key", f"{field.name}[{name}]", f"“{name}” is stated {count} times")
    for regimen in protocol.regimens:
        for name, count in Counter(phase.key for phase in regimen.phases).items():
            if count > 1:
                yield Finding("duplicate_key", f"regimens[{regimen.key}].phases[{name}]", f"“{name}” is stated {count} times")


def _references(protocol: Protocol) -> Iterator[Finding]:
    indications = {item.key for item in protocol.indications}
    regimens = {item.key for item in protocol.regimens}
    ladders = {item.key for item in protocol.ladders}
    for node in walk(protocol):
        item = node.item
        if isinstance(item, Regimen | Ladder | RateCap | Product | Requirement):
            yield from _missing(node.place, "indication", item.indications, indications)
        if isinstance(item, Regimen):
            for choice in item.choices:
                yield from _missing(f"{node.place}.choices[{choice.key}]", "regimen", choice.regimens, regimens)
            again = [rule.phase for phase in item.phases for rule in phase.late if rule.action is LateAction.GIVE_PHASE]
            yield from _missing(node.place, "phase", again, {phase.key for phase in item.phases})
    yield from _missing("chair_times", "ladder", [item.ladder for item in protocol.chair_times], ladders)
    treated = {key for regimen in protocol.regimens for key in regimen.indications}
    said = {key for item in protocol.not_encoded for key in item.applies_to}
    treated |= indications if protocol.plan is not None else set()  # the regimens of a plan stand in its items' own files
    for key in sorted(indications - treated - said):
        yield Finding(
            "unknown_reference", f"indications[{key}]", f"no regimen is for “{key}”, and it is not stated as not encoded"
        )


def _missing(place: str, kind: str, names: object, known: set[str]) -> Iterator[Finding]:
    for name in names if isinstance(names, list | tuple) else ():
        if name not in known:
            yield Finding("unknown_reference", place, f"there is no {kind} “{name}”")


def _prose(node: Node) -> Iterator[Finding]:
    for field in fields(node.item):
        value = getattr(node.item, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if not isinstance(text, str):
                continue
            words = len(text.split())
            if field.name == "key" and not _KEY.match(text):
                yield Finding("prose", f"{node.place}.key", f"“{text}” is not a key (lower case, digits and underscores)")
            elif words > (_MOST_WORDS if field.name in _NAMES else 1) or (words > 1 and re.search(r"[.;:!?](\s|$)", text)):
                yield Finding("prose", f"{node.place}.{field.name}", f"“{text}” is prose in a field that a machine reads")


def _words(node: Node, protocol: Protocol) -> Iterator[Finding]:
    """A word that nobody declared is read as unknown: a condition that rests on one could never be told."""
    test = node.item
    if not isinstance(test, Test) or test.op not in (Op.IN, Op.NOT_IN) or test.fact.startswith("patient."):
        return
    offered = declared(test.fact, protocol.facts)
    for word in test.words:
        if not understood(word, offered):
            yield Finding("undeclared_word", node.place, f"“{word}” is not among the words of “{test.fact}”")


def _fact(node: Node, protocol: Protocol) -> Iterator[Finding]:
    if isinstance(node.item, Test | Axis | Requirement | Question) and not known_fact(node.item.fact, protocol):
        yield Finding("unknown_fact", node.place, f"“{node.item.fact}” is not a common fact and is not declared under `facts`")
