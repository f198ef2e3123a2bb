"""What stands on the pharmacy's shelf: several lots a brand, one near its expiry, one in quarantine."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from uuid import UUID

from chairside.apps.stock import services as stock
from chairside.apps.stock.models import Lot
from chairside.cli.demo_center.center import Center, must
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.values import LotDraw

_IRON, _INFLIXIMAB = "ferric_carboxymaltose", "infliximab_iv"
# protocol, brand, vial, lot, days until it expires, vials, quarantined because
_LOTS: tuple[tuple[str, str, str, str, int, int, str], ...] = (
    (_INFLIXIMAB, "Inflectra", "100 mg", "INF4471", 46, 18, ""),
    (_INFLIXIMAB, "Inflectra", "100 mg", "INF4502", 320, 60, ""),
    (_INFLIXIMAB, "Inflectra", "100 mg", "INF4433", 210, 12, "Refrigerator alarm at night; the maker is asked."),
    (_INFLIXIMAB, "Renflexis", "100 mg", "RNX0917", 9, 6, ""),
    (_INFLIXIMAB, "Renflexis", "100 mg", "RNX1024", 290, 40, ""),
    (_INFLIXIMAB, "Avsola", "100 mg", "AVS7810", 240, 30, ""),
    (_INFLIXIMAB, "Remicade", "100 mg", "RMC2206", 400, 16, ""),
    (_INFLIXIMAB, "Remicade", "100 mg", "RMC2188", 130, 8, ""),
    (_IRON, "Injectafer", "750 mg", "FCM30115", 75, 9, ""),
    (_IRON, "Injectafer", "750 mg", "FCM30442", 500, 24, ""),
    (_IRON, "Injectafer", "1000 mg", "FCM31007", 410, 6, ""),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Vials for one dose: how the preparation names them, and the rows they come from."""

    draws: tuple[LotDraw, ...]
    lots: dict[tuple[str, str], UUID]


class Shelf:
    """The lots as received, and how many vials the demo has not used yet."""

    def __init__(self, center: Center) -> None:
        self._lots: list[tuple[Lot, str]] = []
        self._left: Counter[str] = Counter()
        pharmacist, at = center.actors["pharmacist"], center.at("08:40", -6)
        for protocol, brand, vial, number, days, vials, why in _LOTS:
            amount, _, unit = vial.partition(" ")
            lot = must(
                stock.lot_receive(
                    site=center.site, protocol=protocol, brand=brand, strength=quantity(amount, unit), number=number,
                    expires_on=_month_end(center.day + timedelta(days=days)) if days > 30 else center.day + timedelta(days=days),
                    vials=vials, actor=pharmacist, at=at,
                )
            )  # fmt: skip
            if why:
                must(stock.lot_quarantine(lot=lot, reason=why, actor=pharmacist, at=center.at("07:35")))
                continue
            self._lots.append((lot, brand))
            self._left[number] = vials

    def take(self, brand: str, dose: object) -> Drawn:
        """The vials for an amount, from one strength, the first to expire first."""
        need = quantity(dose.amount, dose.unit.code)  # type: ignore[attr-defined]
        fitting = sorted((lot for lot, of in self._lots if of == brand), key=lambda lot: (lot.strength_amount, lot.expires_on))
        draws: list[LotDraw] = []
        lots: dict[tuple[str, str], UUID] = {}
        for lot in fitting:
            if need.amount <= 0:
                break
            vials = min(self._left[lot.number], ceil(need.amount / lot.strength_amount))
            if not vials:
                continue
            drawn = min(need, lot.strength * vials, key=lambda item: item.amount)
            draws.append(LotDraw(brand, lot.number, lot.strength, vials, drawn, lot.expires_on))
            lots[lot.number, str(lot.strength)] = lot.pk
            need = need - drawn
            self._left[lot.number] -= vials
        return Drawn(tuple(draws), lots)


def _month_end(day: date) -> date:
    """Cartons say a month; its last day counts."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
