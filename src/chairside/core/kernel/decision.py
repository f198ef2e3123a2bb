"""A decision: what the rulebook answers. A clinical "no" is a value with reasons, never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Generic, TypeVar

Value = TypeVar("Value")
Other = TypeVar("Other")


class Outcome(IntEnum):
    """Ordered by rank: refused outranks unknown, unknown outranks review, review outranks allowed."""

    ALLOWED = 0
    REVIEW = 1  # allowed only by a named person with a reason
    UNKNOWN = 2  # a needed fact is missing; never taken as zero, false or adult
    REFUSED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


# The stable vocabulary of reasons (contracts.md). A new code is a change of contract.
REASON_CODES = frozenset(
    """
    above_maximum below_minimum too_early too_late missing_fact stale_fact out_of_range contraindicated interaction
    duplicate_therapy off_label wrong_indication wrong_population wrong_route wrong_diluent wrong_concentration
    wrong_filter preparation_expired rate_limit duration_limit interval course_complete requires_lab requires_vaccine
    requires_imaging requires_screening requires_rems requires_consent requires_test requires_prophylaxis weight_changed
    risk_alert not_permitted not_signed wrong_state wrong_person wrong_product not_independent mismatch not_encoded
    slot_taken not_available sequence_conflict
    """.split()  # noqa: SIM905 - a paragraph of words is easier to read than a column of strings
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision is not simply "yes".

    code      one of REASON_CODES
    message   a sentence that a nurse understands, with the offending value and the way forward
    field     what it is about, as a path (`order.dose`)
    limit     the limit that was met, as text with its unit
    source    where the limit comes from (a key of the protocol's sources, or a named policy)
    override  who may release it by a typed record: a role, or "none"
    outcome   how strong it is
    """

    code: str
    message: str
    outcome: Outcome
    field: str = ""
    limit: str = ""
    source: str = ""
    override: str = "none"

    def __post_init__(self) -> None:
        if self.code not in REASON_CODES:
            raise ValueError(f"“{self.code}” is not a reason code; add it to REASON_CODES and to the contract first")


@dataclass(frozen=True, slots=True)
class Decision(Generic[Value]):
    """An outcome, the value where it could be computed (also beside a refusal), every reason, and the working."""

    value: Value | None = None
    reasons: tuple[Reason, ...] = ()
    working: tuple[str, ...] = ()
    inputs: tuple[str, ...] = field(default=())

    @property
    def outcome(self) -> Outcome:
        return max((reason.outcome for reason in self.reasons), default=Outcome.ALLOWED)

    @property
    def allowed(self) -> bool:
        return self.outcome is Outcome.ALLOWED

    def because(self, *reasons: Reason) -> Decision[Value]:
        """The same decision with more reasons: reasons can only be added, so a decision can only get stricter."""
        return replace(self, reasons=self.reasons + reasons)

    def without_value(self) -> Decision[Other]:
        """Carry reasons and working into a decision about something else."""
        return Decision(None, self.reasons, self.working, self.inputs)


def refused(code: str, message: str, **detail: str) -> Reason:
    """A reason to refuse. Detail: field, limit, source, override."""
    return Reason(code, message, Outcome.REFUSED, **detail)


def unknown(code: str, message: str, **detail: str) -> Reason:
    """A reason that a needed fact is missing."""
    return Reason(code, message, Outcome.UNKNOWN, **detail)


def review(code: str, message: str, **detail: str) -> Reason:
    """A reason for a named person to judge."""
    return Reason(code, message, Outcome.REVIEW, **detail)


def strongest(reasons: Iterable[Reason]) -> Outcome:
    """The outcome that a set of reasons adds up to."""
    return max((reason.outcome for reason in reasons), default=Outcome.ALLOWED)
