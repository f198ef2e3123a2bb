"""Keys that fit their columns."""

from __future__ import annotations

from chairside.exchange.fhir.text import digest


def bounded(text: str, limit: int) -> str:
    """The text; one too long for its column keeps its beginning and ends with a digest, so that two never become one."""
    return text if len(text) <= limit else f"{text[: limit - 33]}~{digest(text)[:32]}"
