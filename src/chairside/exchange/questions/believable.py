"""What a number can be at all where its field's name says what it measures: a slipped digit and a wrong unit are caught here.

Wide on purpose: whatever a person, a bag or a pump could ever show is let through, and the rules judge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

# The end of a field's name: lowest and highest number that is read. Zero and below are judged by the field itself.
_ENDS: Mapping[str, tuple[Decimal, Decimal]] = {
    end: (Decimal(low), Decimal(high))
    for end, low, high in (
        ("weight_kg", "0.1", "1000"),
        ("height_cm", "10", "300"),
        ("volume_ml", "0.01", "10000"),
        ("ml_h", "0.001", "10000"),
        ("mg_ml", "0.0000001", "5000"),
        ("micron", "0.01", "1000"),
        ("minutes", "0.01", "1000000"),
        ("hours", "0.001", "10000"),
    )
}


@lru_cache(maxsize=256)
def believable(name: str) -> tuple[Decimal, Decimal] | None:
    """The lowest and the highest number that a field of that name can hold; None where its name says nothing."""
    return next((ends for end, ends in _ENDS.items() if name.endswith(end)), None)
