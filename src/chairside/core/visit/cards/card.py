"""The one card of a visit: what happens next, why, on what evidence, by whom, and what it still waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chairside.core.kernel.decision import Reason, strongest


@dataclass(frozen=True, slots=True)
class NextAction:
    """One card. `command` is the kind of event it leads to, "" for waiting; `reasons` say what it still waits for."""

    command: str
    title: str
    why: str
    who: str = "nurse"
    evidence: tuple[str, ...] = ()
    due: datetime | None = None
    drug: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def ready(self) -> bool:
        return not self.reasons or strongest(self.reasons).word == "allowed"
