"""What a vaccine series lacks for a dose: doses, days between them, a booster, days before the first dose."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item
from chairside.core.clearance.occasion import lead_days
from chairside.core.clearance.requirement_item import absent_code, missing, unmet
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.series import series


def series_lacks(item: Requirement, ask: Ask) -> Item | None:
    """What a vaccine series still lacks: doses, days between them, a booster, or days before the first dose. None: nothing."""
    wanted = item.series or 1
    found = series(ask.known.of(item.fact), ask.day, item.apart_days)
    counted = len(found.counted)
    if counted < wanted:
        message = f"{item.names.en}: {counted} of {wanted} are on record."
        if found.too_close is not None:
            message += (
                f" The one of {day_spelled(found.too_close.on)} came too soon after the one before it and does not count."
            )
        return missing(item, ask, message, code=absent_code(item), limit=str(wanted), evidence=found.on_record)
    newest = found.counted[-1]
    if _wants_booster(item, ask, newest):
        days = (ask.day - newest.on).days
        message = f"{item.names.en}: the last one ({day_spelled(newest.on)}) is {days} days old on the day; a booster is due."
        return missing(item, ask, message, code=absent_code(item), limit=f"{item.booster_days} days", evidence=(newest,))
    lead = lead_days(item, ask)
    in_time = series(ask.known.of(item.fact), ask.day - timedelta(days=lead), item.apart_days).counted
    if len(in_time) < wanted or _wants_booster(item, ask, in_time[-1]):
        return _too_late(item, ask, newest, lead)
    return None


def _wants_booster(item: Requirement, ask: Ask, last: Fact) -> bool:
    return item.booster_days is not None and (ask.day - last.on).days >= item.booster_days


def lead_lacks(item: Requirement, ask: Ask, newest: Fact) -> Item | None:
    """Too few days before the first dose, or None."""
    lead = lead_days(item, ask)
    return _too_late(item, ask, newest, lead) if (ask.day - newest.on).days < lead else None


def _too_late(item: Requirement, ask: Ask, newest: Fact, lead: int) -> Item:
    days = (ask.day - newest.on).days
    message = f"{item.names.en}: {day_spelled(newest.on)} is {days} days before the dose; at least {lead} are needed."
    return unmet(item, ask, newest, message, f"{lead} days")
