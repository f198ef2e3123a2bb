"""What a dose takes from the shelf: vials, the volume to draw, the bag, and the billing units it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.vials import VialChoice, choose
from chairside.core.protocols.schema.product import BillingCode, Container, Dilution, Handling, Product
from chairside.core.protocols.schema.protocol import Protocol


@dataclass(frozen=True, slots=True)
class BillingUnits:
    """Units of a billing code for the amount given, and for what single-dose vials leave over. Rounded up (CMS)."""

    code: str
    units: Decimal
    waste_units: Decimal


@dataclass(frozen=True, slots=True)
class Supply:
    """`vials` and `billing` are None when the brand is open and the brands differ; volumes where a concentration is stated."""

    vials: VialChoice | None = None
    draw: Quantity | None = None
    bag: Quantity | None = None
    discard: Quantity | None = None
    final: Quantity | None = None
    billing: BillingUnits | None = None


def supply(protocol: Protocol, brand: str, amount: Quantity, day: date) -> Supply:
    """What the amount takes, of one brand, or of any when all are alike."""
    product = protocol.product(brand) if brand else _any_of(protocol)
    if product is None or not product.vials:
        return Supply()
    vials = None if any(vial.potency_by_lot for vial in product.vials) else choose(amount, strengths_of(product))
    draw = (amount / product.concentration).to("mL") if product.concentration is not None else None
    bag, discard, final = _bag(product, amount, draw)
    return Supply(vials, draw, bag, discard, final, _billing(product, amount, vials, day) if brand else None)


def strengths_of(product: Product) -> Sequence[Quantity]:
    return [vial.strength for vial in product.vials]


def _any_of(protocol: Protocol) -> Product | None:
    """A product that stands for all of them, when they come in the same vials."""
    if not protocol.products:
        return None
    first = protocol.products[0]
    alike = all(product.vials == first.vials and product.concentration == first.concentration for product in protocol.products)
    return first if alike else None


def _bag(product: Product, amount: Quantity, draw: Quantity | None) -> tuple[Quantity | None, Quantity | None, Quantity | None]:
    """The bag, what to take out of it first, and the final volume. None when no listed bag keeps the concentration."""
    how = product.preparation.dilution
    if how is None or draw is None:
        return None, None, None
    sizes = ([how.final_volume] if how.final_volume else []) + sorted(
        (size for size in how.bag_volumes if size != how.final_volume),
        key=lambda size: size.amount,
        reverse=not how.volume_is_total,
    )
    for size in sizes:
        final = size if how.volume_is_total else size + draw
        if _within(how, amount, final) and (how.largest_volume is None or size <= how.largest_volume):
            discard = draw if how.volume_is_total and Handling.REMOVE_BAG_OVERFILL in product.preparation.handling else None
            return size, discard, final
    return None, None, None


def _within(how: Dilution, amount: Quantity, final: Quantity) -> bool:
    strength = amount / final
    return (how.least is None or how.least <= strength) and (how.most is None or strength <= how.most)


def _billing(product: Product, amount: Quantity, vials: VialChoice | None, day: date) -> BillingUnits | None:
    code = next((code for code in product.billing if in_force(code, day)), None)
    if code is None:
        return None
    single = all(vial.container is Container.SINGLE_DOSE for vial in product.vials)
    whole = units(vials.drawn, code) if vials is not None and single else None
    given = units(amount, code)
    # Given and left-over units together are never more than the vials opened hold.
    return BillingUnits(code.code, given, max(Decimal(0), whole - given) if whole is not None else Decimal(0))


def in_force(code: BillingCode, day: date) -> bool:
    """True when the code is valid on the day of service."""
    return (code.valid_from is None or code.valid_from <= day) and (code.valid_until is None or day <= code.valid_until)


def units(amount: Quantity, code: BillingCode) -> Decimal:
    """Billing units of an amount, a part of a unit counted as a whole one."""
    return (amount / code.unit.to(amount.unit)).amount.quantize(Decimal(1), ROUND_CEILING)
