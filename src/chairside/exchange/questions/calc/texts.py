"""Dose texts, written safely or rejected by the part that is not safe."""

from __future__ import annotations

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.dose_text import UnsafeText, safe
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.sums import Sum, summed


def dose_text(inputs: Fields) -> Sum:
    return summed(Decision(()), cases=[_written(text) for text in inputs.texts("cases")])


def _written(text: str) -> str:
    try:
        return safe(text)
    except UnsafeText as unsafe:
        return f"reject: {unsafe.part}"
