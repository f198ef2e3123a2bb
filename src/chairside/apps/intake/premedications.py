"""Premedications of an order version: as the rulebook reads them, and as they are stored."""

from __future__ import annotations

from collections.abc import Sequence

from chairside.apps.intake.models import OrderVersion, PremedicationOrdered
from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.quantity import decimal, plain, quantity


def premedications_of(version: OrderVersion) -> tuple[OrderedPremedication, ...]:
    """What this version orders, in its order, digit for digit."""
    return tuple(
        OrderedPremedication(
            key=row.key,
            amount=quantity(decimal(plain(row.amount, group=False)), row.unit),
            route=row.route,
            agent=row.agent,
            wait_minutes=row.wait_minutes,
            sedating=row.sedating,
        )
        for row in version.premedications.order_by("place")
    )


def premedications_write(version: OrderVersion, items: Sequence[OrderedPremedication]) -> None:
    """Store the items of a draft. Each states everything (`core.intake.premedication.premedication_reasons`)."""
    PremedicationOrdered.objects.bulk_create(_row(version, place, item) for place, item in enumerate(items, start=1))


def _row(version: OrderVersion, place: int, item: OrderedPremedication) -> PremedicationOrdered:
    if item.amount is None or item.wait_minutes is None or item.sedating is None:
        raise ValueError(f"{item.key} leaves something open; the service judges it first")
    return PremedicationOrdered(
        organization_id=version.organization_id,
        version=version,
        place=place,
        key=item.key,
        agent=item.agent,
        amount=item.amount.amount,
        unit=item.amount.unit.code,
        route=item.route,
        wait_minutes=item.wait_minutes,
        sedating=item.sedating,
    )
