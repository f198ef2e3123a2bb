"""What the second engine thinks of a question: findings with a severity, and the values that the documents settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

ALLOWED, REVIEW, UNKNOWN, REFUSED = 0, 1, 2, 3
NAMES = ("allowed", "review", "unknown", "refused")


@dataclass(frozen=True)
class Finding:
    """One finding. Where no document states how severe it is, `least` and `most` differ. `codes`: any of these names it."""

    why: str
    codes: tuple[str, ...]
    least: int
    most: int


@dataclass
class Opinion:
    """The answer expected. A value of None with `silent` naming it is not settled by the documents and is not compared."""

    findings: list[Finding] = field(default_factory=list)
    amounts: tuple[Fraction, ...] = ()  # acceptable amounts in base units; empty: none can be computed
    unit_kind: tuple[tuple[str, int], ...] = ()
    interval: Fraction | None = None
    silent: set[str] = field(default_factory=set)
    rule: str = ""
    note: str = ""

    def add(self, why: str, codes: str, least: int, most: int | None = None) -> None:
        """Add a finding; codes are separated by spaces."""
        self.findings.append(Finding(why, tuple(codes.split()), least, least if most is None else most))

    def missing(self, why: str) -> None:
        """A needed fact is missing, stale or not final: unknown, whatever else."""
        self.add(why, "missing_fact stale_fact", UNKNOWN)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that agree with the findings. Refused outranks unknown, unknown review, review allowed."""
        low = max((item.least for item in self.findings), default=ALLOWED)
        high = max((item.most for item in self.findings), default=ALLOWED)
        # A severity that is open does not become a missing fact: unknown is there only when a finding says it.
        open_ranks = {low, high} | {item.least for item in self.findings} | {item.most for item in self.findings}
        return tuple(NAMES[rank] for rank in range(low, high + 1) if rank in open_ranks)
