"""The question of a restart, asked of a whole protocol: its inputs judged, then the rule of `reaction.restart`."""

from __future__ import annotations

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.visit.reactions.reaction import CRITERIA, Restart, key_of, restart


def restart_of(
    protocol: Protocol, *, grade: int | None, term: str, rate_at_onset: Quantity | None, count: int, resolved: bool
) -> Decision[Restart]:
    """The same question of a whole protocol, with its inputs judged. A grade that was not given is never guessed.

    count   reactions in this visit, this one included
    """
    reasons: list[Reason] = []
    if grade is not None and not 1 <= grade <= 5:
        reasons.append(
            refused("out_of_range", "A grade is 1 to 5 (CTCAE).", field="reaction.grade", limit="1 to 5", source=CRITERIA)
        )
    if count < 1:
        message = "The reaction asked about counts too: the count is at least 1."
        reasons.append(refused("out_of_range", message, field="reaction.count_this_visit", limit="1"))
    if rate_at_onset is not None and rate_at_onset.amount <= 0:
        message = "The rate when the reaction began must be above zero."
        reasons.append(refused("out_of_range", message, field="reaction.rate_at_onset_ml_h"))
    if reasons:
        return Decision(None, tuple(reasons))
    return restart(
        protocol.restarts, grade=grade, term=key_of(term), rate_at_onset=rate_at_onset, count=count, resolved=resolved
    )
