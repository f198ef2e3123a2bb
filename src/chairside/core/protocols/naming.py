"""Does what somebody typed name one of the agents that a protocol lists? Whole words, whatever joins them, one or several."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PARTS = re.compile(r"[,;/&+\n]|\b(?:and|or|with|except|but)\b")
_JOINTS = re.compile(r"[\W_]+")


def names(text: str, agents: Iterable[str]) -> bool:
    """True when the text holds one of the agents as whole words: "IV-iron" and "mouse proteins" too, "environment" not."""
    said = f" {spelled(text)} "
    return any(re.search(rf" {re.escape(spelled(agent))}(?:e?s)? ", said) for agent in agents if spelled(agent))


def names_nothing_else(text: str, agents: Iterable[str]) -> bool:
    """True when each part of a list ("penicillin, latex") holds one of the agents."""
    known = tuple(agents)
    parts = [part for part in _PARTS.split(text.casefold()) if spelled(part)]
    return bool(parts) and all(names(part, known) for part in parts)


def spelled(text: str) -> str:
    return _JOINTS.sub(" ", text.casefold()).strip()
