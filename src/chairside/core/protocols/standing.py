"""What the statuses of facts say: which fact of a key stands on a day, and what puts it in doubt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chairside.core.kernel.fact import Fact, FactKind

_USABLE = frozenset(
    (
        *("final", "corrected", "amended", "appended", "baseline", "given", "enrolled"),
        *("certified", "active", "taken", "signed", "completed", ""),
    )
)
_VOID = frozenset(("entered-in-error", "cancelled"))
_TO_COME = frozenset(("planned", "registered", "scheduled"))
_TAKEN_BACK = frozenset(
    (
        *("refused", "declined", "withdrawn", "revoked", "rejected", "not-done"),
        *("inactive", "expired", "ended", "disenrolled", "not-enrolled"),
    )
)
_REPLACES = frozenset(("corrected", "amended"))
_GONE = frozenset(("inactive", "resolved", "remission", "refuted")) | _VOID
# What only says that a fact is on record; any other status of a fact without a value is its word ("signed", "given").
_SILENT = frozenset(("final", "corrected", "amended", "appended", "baseline", "active", "completed", ""))
# A state that lasts until the next word on it, as against results, of which each stands for its own day.
_STATES = frozenset((FactKind.CONSENT, FactKind.REMS))
# Taken again within a day because the first was doubted: the one recorded last is meant.
_REPEATED = frozenset((FactKind.VITAL,))
# On record until someone says that it is over: a status that says nothing does not end it.
_LASTING = frozenset((FactKind.CONDITION, FactKind.ALLERGY, FactKind.REACTION, FactKind.RISK))


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest that is on record for a key.

    of_day   the usable facts of the newest day, in the order recorded
    doubt    a newer one that cannot be used: preliminary, or of a status that says nothing
    """

    of_day: tuple[Fact, ...] = ()
    doubt: Fact | None = None

    @property
    def fact(self) -> Fact | None:
        return self.of_day[-1] if self.of_day else None


def status_of(fact: Fact) -> str:
    """The status as it is compared: one spelling for `entered_in_error` and `entered-in-error`."""
    return fact.status.strip().casefold().replace("_", "-")


def latest(facts: Iterable[Fact], day: date) -> Latest:
    """Of facts of one key in the order recorded: what stands on the day.

    Of a state (a consent, an enrollment) the newest of any status decides. A refused result leaves an earlier one standing.
    """
    usable: list[Fact] = []
    doubt: Fact | None = None
    for fact in sorted((item for item in facts if item.on <= day), key=lambda item: item.on):
        status = status_of(fact)
        if status in _VOID or status in _TO_COME or (status in _TAKEN_BACK and fact.kind not in _STATES):
            continue
        if status in _USABLE or status in _TAKEN_BACK:
            alone = status in _REPLACES or fact.kind in _STATES or fact.kind in _REPEATED
            usable = [fact] if alone or (usable and usable[-1].on < fact.on) else [*usable, fact]
            doubt = None
        else:
            doubt = fact
    return Latest(tuple(usable), doubt)


def taken_back(fact: Fact) -> bool:
    """True when a consent or an enrollment was refused, withdrawn, or has ended, by its status or by its word."""
    word = fact.value.strip().casefold() if isinstance(fact.value, str) else ""
    return fact.kind in _STATES and (status_of(fact) in _TAKEN_BACK or word in _TAKEN_BACK or word == "no")


def present(fact: Fact) -> bool:
    """True when the fact is there: a diagnosis or an allergy until it is said to be over, anything else by a usable status."""
    return status_of(fact) not in _GONE if fact.kind in _LASTING else status_of(fact) in _USABLE


def said(fact: Fact) -> str | None:
    """The word of a fact that holds no number: its value, else the status where that says something."""
    if isinstance(fact.value, str) and fact.value.strip():
        return fact.value
    return status_of(fact) if fact.value is None and status_of(fact) not in _SILENT else None
