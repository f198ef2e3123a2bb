"""Beyond-use time: until when a preparation may be used, and whether it lasts for what is still to run (H-017)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.protocols.schema.product import Deadline, Stability, Storage


def rule_for(rules: tuple[Stability, ...], storage: Storage) -> Stability | None:
    """The rule for a way of storing; of several, the shortest."""
    return min((rule for rule in rules if rule.storage is storage), key=lambda rule: rule.hours, default=None)


def use_by(rules: tuple[Stability, ...], *, storage: Storage, prepared_at: datetime) -> Decision[datetime]:
    """The time until which the preparation must be started or finished, as its rule says. No rule is unknown, never forever."""
    rule = rule_for(rules, storage)
    if rule is None:
        return Decision(
            None,
            (unknown("missing_fact", f"The protocol states no use-by time for storage: {storage.value}.", field="storage"),),
        )
    until = prepared_at + timedelta(microseconds=int(rule.hours * 3_600_000_000))
    text = f"{rule.hours} h from {rule.clock.value}, to {rule.deadline.value}"
    return Decision(until, (), (text,))


def lasts(
    rules: tuple[Stability, ...], *, storage: Storage, prepared_at: datetime, start_at: datetime, minutes: Decimal
) -> Decision[datetime]:
    """Whether a preparation may be started at `start_at` and run for `minutes`. The value is its use-by time."""
    answer = use_by(rules, storage=storage, prepared_at=prepared_at)
    rule = rule_for(rules, storage)
    if answer.value is None or rule is None:
        return answer
    if start_at < prepared_at:
        return answer.because(refused("out_of_range", "It cannot start before it is prepared.", field="start_at"))
    needed = start_at
    if rule.deadline is Deadline.FINISH:
        needed += timedelta(microseconds=int(minutes * 60_000_000))
    if needed <= answer.value:
        return answer
    what = "be started" if rule.deadline is Deadline.START else "end"
    message = f"The preparation must {what} within {rule.hours} h of {rule.clock.value}. Make a new one or start earlier."
    return answer.because(
        refused("preparation_expired", message, field="use_by", limit=answer.value.isoformat(), source=rule.source)
    )
