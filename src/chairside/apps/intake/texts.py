"""Fitting received text into columns. Nothing is lost: the received document keeps the whole."""

from __future__ import annotations


def fit(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis that says it goes on."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
