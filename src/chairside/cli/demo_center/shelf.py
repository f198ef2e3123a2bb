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
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit.values import LotDraw

IRON, INFLIXIMAB = "ferric_carboxymaltose", "infliximab_iv"


@dataclass(frozen=True, slots=True)
class Carton:
    """A lot as delivered. `days` until it expires; `quarantined` says why it must not be used."""

    protocol: str
    brand: str
    vial: str
    lot: str
    days: int
    vials: int
    quarantined: str = ""


CARTONS: tuple[Carton, ...] = (
    Carton(INFLIXIMAB, "Inflectra", "100 mg", "INF4471", 46, 18),
    Carton(INFLIXIMAB, "Inflectra", "100 mg", "INF4502", 320, 60),
    Carton(INFLIXIMAB, "Inflectra", "100 mg", "INF4433", 210, 12, "Refrigerator alarm at night; the maker is asked."),
    Carton(INFLIXIMAB, "Renflexis", "100 mg", "RNX0917", 9, 14),
    Carton(INFLIXIMAB, "Renflexis", "100 mg", "RNX1024", 290, 40),
    Carton(INFLIXIMAB, "Avsola", "100 mg", "AVS7810", 240, 30),
    Carton(INFLIXIMAB, "Remicade", "100 mg", "RMC2206", 400, 16),
    Carton(INFLIXIMAB, "Remicade", "100 mg", "RMC2188", 130, 8),
    Carton(IRON, "Injectafer", "750 mg", "FCM30115", 75, 9),
    Carton(IRON, "Injectafer", "750 mg", "FCM30442", 500, 24),
    Carton(IRON, "Injectafer", "1000 mg", "FCM31007", 410, 6),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Vials for one dose: how the preparation names them, and the rows they come from."""

    draws: tuple[LotDraw, ...]
    lots: dict[tuple[str, str], UUID]


class Shelf:
    """The lots as received, and how many vials the demo has not used yet."""

    def __init__(self, center: Center, cartons: tuple[Carton, ...]) -> None:
        self._lots: list[Lot] = []
        self._left: Counter[str] = Counter()
        pharmacist, at = center.actors["pharmacist"], center.at("08:40", -6)
        for carton in cartons:
            amount, _, unit = carton.vial.partition(" ")
            lot = must(
                stock.lot_receive(
                    site=center.site, protocol=carton.protocol, brand=carton.brand, strength=quantity(amount, unit),
                    number=carton.lot, expires_on=_expiry(center.day, carton.days), vials=carton.vials, actor=pharmacist, at=at,
                )
            )  # fmt: skip
            if carton.quarantined:
                at_opening = center.at("07:35")
                must(stock.lot_quarantine(lot=lot, reason=carton.quarantined, actor=pharmacist, at=at_opening))
            else:
                self._lots.append(lot)
                self._left[carton.lot] = carton.vials

    def take(self, brand: str, dose: Quantity) -> Drawn:
        """The vials for a dose: the smallest strength, the first to expire first."""
        need = dose
        draws: list[LotDraw] = []
        lots: dict[tuple[str, str], UUID] = {}
        fitting = (lot for lot in self._lots if lot.brand == brand)
        for lot in sorted(fitting, key=lambda lot: (lot.strength_amount, lot.expires_on)):
            vials = min(self._left[lot.number], ceil(need.amount / lot.strength_amount))
            if not vials:
                continue
            drawn = min(need, lot.strength * vials, key=lambda item: item.amount)
            draws.append(LotDraw(brand, lot.number, lot.strength, vials, drawn, lot.expires_on))
            lots[lot.number, str(lot.strength)] = lot.pk
            need = need - drawn
            self._left[lot.number] -= vials
        return Drawn(tuple(draws), lots)


def _expiry(day: date, days: int) -> date:
    """The last day of a month, as cartons say it; a lot that is about to expire by its very day."""
    on = day + timedelta(days=days)
    return on if days < 30 else (on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
