"""Fitting received text into columns. Nothing is lost: the received document keeps the whole."""

from __future__ import annotations

import re

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")  # what no database text can hold: NUL, and half of a character


def storable(text: str) -> str:
    """The text with what a database cannot hold replaced by the sign for a character that could not be read."""
    return _NOT_STORABLE.sub("\N{REPLACEMENT CHARACTER}", text) if _NOT_STORABLE.search(text) else text


def fit(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis that says it goes on."""
    text = storable(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
