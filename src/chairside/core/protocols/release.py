"""How a release, or a site's layer over it, comes to be ordered by: a pharmacist's review, then the director's approval.

The review is a thread: queries, each about a place of the sheet, their answers, and acceptances. An acceptance counts only
while no query came after it, so whoever accepted had seen every query answered. Approval is another person's, for one site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chairside.core.kernel.decision import Reason, refused, unknown

_SOURCE = "two people and a release"


class Kind(StrEnum):
    """What an entry of a review thread is."""

    QUERY = "query"
    ANSWER = "answer"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `by` is the person's id; `answers` is the number of the query that an answer is to."""

    number: int
    kind: Kind
    by: str
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """The review of one thing, in the order of its numbers. `of` is what a person calls it."""

    of: str
    entries: tuple[Entry, ...] = ()

    @property
    def open_queries(self) -> tuple[int, ...]:
        """The numbers of the queries that nobody has answered."""
        answered = {entry.answers for entry in self.entries if entry.kind is Kind.ANSWER}
        return tuple(entry.number for entry in self.entries if entry.kind is Kind.QUERY and entry.number not in answered)

    @property
    def accepted_by(self) -> tuple[str, ...]:
        """Who accepted it after the last query, in order."""
        last = max((entry.number for entry in self.entries if entry.kind is Kind.QUERY), default=0)
        return tuple(entry.by for entry in self.entries if entry.kind is Kind.ACCEPTED and entry.number > last)

    @property
    def accepted(self) -> bool:
        return bool(self.accepted_by)


def acceptance_reasons(thread: Thread, *, by: str, note: str, recalled: bool) -> tuple[Reason, ...]:
    """Why this person may not accept now. `recalled`: some numbers were never looked up in a source (H-040)."""
    reasons = list(_open(thread))
    if by in thread.accepted_by:
        reasons.append(refused("wrong_state", f"You have already accepted {thread.of}.", field="review", source=_SOURCE))
    if recalled and not note.strip():
        reasons.append(_note())
    return tuple(reasons)


def answer_reasons(thread: Thread, *, query: int, text: str) -> tuple[Reason, ...]:
    """Why this answer cannot be written down."""
    reasons = []
    if query not in thread.open_queries:
        message = "There is no such open query. Open the page again."
        reasons.append(refused("wrong_state", message, field="query", source=_SOURCE))
    if not text.strip():
        reasons.append(unknown("missing_fact", "Write the answer.", field="text"))
    return tuple(reasons)


def approval_reasons(threads: Sequence[Thread], *, by: str, note: str, recalled: bool) -> tuple[Reason, ...]:
    """Why this person may not approve now. `threads`: the release's, and the layer's where the site has one over it."""
    reasons: list[Reason] = []
    for thread in threads:
        reasons += _open(thread)
        if not thread.accepted:
            message = f"No pharmacist has accepted {thread.of}. A pharmacist reviews and accepts it first."
            reasons.append(refused("not_signed", message, field="review", source=_SOURCE))
        elif set(thread.accepted_by) == {by}:
            message = f"You accepted {thread.of} yourself. Who reviews and who approves are two people: ask another one."
            reasons.append(refused("not_independent", message, field="actor", source=_SOURCE))
    if recalled and not note.strip():
        reasons.append(_note())
    return tuple(reasons)


def _open(thread: Thread) -> list[Reason]:
    numbers = thread.open_queries
    if not numbers:
        return []
    which = ", ".join(map(str, numbers))
    message = f"Not answered yet in the review of {thread.of}: query {which}. Answer it first."
    return [refused("wrong_state", message, field="review", limit="no open query", source=_SOURCE)]


def _note() -> Reason:
    message = "Some numbers of this protocol were never looked up in a source. Write how you checked them."
    return unknown("missing_fact", message, field="note", source=_SOURCE)
