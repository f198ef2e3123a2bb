"""Beyond-use time: until when a preparation may be used, and whether it lasts for what is still to run (H-017)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.schema.product import Deadline, Stability, Storage
from chairside.core.stock.diluents import diluent_named


def rules_for(
    rules: tuple[Stability, ...], storage: Storage, concentration: Quantity | None = None, diluent: str = ""
) -> tuple[Stability, ...]:
    """The rules for a way of storing, a concentration and a diluent, the shortest first.

    Where concentration or diluent is not known, a rule that depends on it may be the one, so it counts.
    """
    mine = [
        rule
        for rule in rules
        if rule.storage is storage and _strength(rule, concentration) and _dissolved(rule, diluent_named(diluent))
    ]
    return tuple(sorted(mine, key=lambda rule: rule.hours))


def _strength(rule: Stability, concentration: Quantity | None) -> bool:
    if concentration is None:
        return True
    try:
        above = rule.least is None or rule.least <= concentration
        return above and (rule.most is None or concentration <= rule.most)
    except UnitError:
        return True


def _dissolved(rule: Stability, diluent: str) -> bool:
    return not diluent or not rule.diluents or diluent in {diluent_named(name) for name in rule.diluents}


def use_by(
    rules: tuple[Stability, ...],
    *,
    storage: Storage,
    prepared_at: datetime,
    concentration: Quantity | None = None,
    diluent: str = "",
) -> Decision[datetime]:
    """The time until which the preparation must be started or finished, as its rule says. No rule is unknown, never forever."""
    rule = next(iter(rules_for(rules, storage, concentration, diluent)), None)
    if rule is None:
        message = f"The protocol states no use-by time for storage: {storage.value}."
        return Decision(None, (unknown("missing_fact", message, field="storage"),))
    text = f"{plain(rule.hours)} h from {rule.clock.value}, to {rule.deadline.value}"
    return Decision(_until(rule, prepared_at), (), (text,))


def lasts(
    rules: tuple[Stability, ...],
    *,
    storage: Storage,
    prepared_at: datetime,
    start_at: datetime,
    minutes: Decimal,
    concentration: Quantity | None = None,
    diluent: str = "",
) -> Decision[datetime]:
    """Whether a preparation may be started at `start_at` and run for `minutes`. The value is its use-by time.

    Every rule that applies is held: one may ask for the start by an earlier time, another for the end by a later one.
    """
    answer = use_by(rules, storage=storage, prepared_at=prepared_at, concentration=concentration, diluent=diluent)
    if answer.value is None:
        return answer
    if start_at < prepared_at:
        return answer.because(refused("out_of_range", "It cannot start before it is prepared.", field="start_at"))
    ends_at = start_at + timedelta(microseconds=int(minutes * 60_000_000))
    late = [
        _expired(rule, prepared_at)
        for rule in rules_for(rules, storage, concentration, diluent)
        if _until(rule, prepared_at) < (start_at if rule.deadline is Deadline.START else ends_at)
    ]
    return answer.because(*late)


def _until(rule: Stability, prepared_at: datetime) -> datetime:
    return prepared_at + timedelta(microseconds=int(rule.hours * 3_600_000_000))


def _expired(rule: Stability, prepared_at: datetime) -> Reason:
    what = "be started" if rule.deadline is Deadline.START else "end"
    message = (
        f"The preparation must {what} within {plain(rule.hours)} h of {rule.clock.value}. Make a new one or start earlier."
    )
    limit = _until(rule, prepared_at).isoformat()
    return refused("preparation_expired", message, field="use_by", limit=limit, source=rule.source)
