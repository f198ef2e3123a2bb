"""Keys that fit their columns."""

from __future__ import annotations

import hashlib

from chairside.apps.intake.texts import storable


def bounded(text: str, limit: int) -> str:
    """The text; one too long for its column keeps its beginning and ends with a digest, so that two never become one.

    So does one that holds what no database text can hold.
    """
    kept = storable(text)
    if kept is text and len(text) <= limit:
        return text
    return f"{kept[: limit - 33]}~{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:32]}"
