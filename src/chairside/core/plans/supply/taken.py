"""What a dose takes from the shelf: vials, the volume to draw, the bag, and the billing units it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import in_force
from chairside.core.plans.supply.vials import VialChoice, choose
from chairside.core.protocols.schema.product import BillingCode, Container, Dilution, Handling, Product
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.truth import Known, Truth, evaluate


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


def supply(product: Product | None, branded: bool, amount: Quantity, known: Known, lots: Sequence[Quantity] = ()) -> Supply:
    """What the amount takes of a product.

    branded   the brand was named (or is the only one), so that there is something to bill
    lots      what one vial of each lot at hand holds, where the potency belongs to the lot; without them no vials are counted
    """
    if product is None or not product.vials:
        return Supply()
    strengths = lots if by_lot(product) else strengths_of(product)
    vials = choose(amount, strengths) if strengths else None
    draw = (amount / product.concentration).to("mL") if product.concentration is not None else None
    bag, discard, final = _bag(product, amount, draw, known)
    return Supply(vials, draw, bag, discard, final, _billing(product, amount, vials, known.day) if branded else None)


def strengths_of(product: Product) -> Sequence[Quantity]:
    return [vial.strength for vial in product.vials]


def by_lot(product: Product) -> bool:
    """True when what a vial holds is printed on its lot."""
    return any(vial.potency_by_lot for vial in product.vials)


def product_of(protocol: Protocol, brand: str, regimen: str) -> tuple[Product | None, bool]:
    """The product of the brand, and whether what it is billed by is settled: it is where only one is for the regimen.

    Without a brand, one that stands for all that are for the regimen, when they come in the same vials; brands that are
    billed by the same codes leave nothing open either.
    """
    if brand:
        return protocol.product(brand), True
    offered = list(for_regimen(protocol.products, regimen))
    if not offered:
        return None, False
    first = offered[0]
    alike = all(_sold_as(product) == _sold_as(first) for product in offered)
    return (first if alike else None), all(_billed_as(product) == _billed_as(first) for product in offered)


def _sold_as(product: Product) -> tuple[object, ...]:
    """Vials and concentration, whoever says so."""
    return (product.concentration, *(replace(vial, source="") for vial in product.vials))


def _billed_as(product: Product) -> tuple[BillingCode, ...]:
    return tuple(replace(code, source="") for code in product.billing)


def _bag(
    product: Product, amount: Quantity, draw: Quantity | None, known: Known
) -> tuple[Quantity | None, Quantity | None, Quantity | None]:
    """The bag, what to take out of it first, and the final volume. None when no listed bag holds it at its concentration."""
    how = product.preparation.dilution
    if how is None or draw is None:
        return None, None, None
    sizes = _bags_for(how, amount, known) or ([how.final_volume] if how.final_volume else []) + sorted(
        (size for size in how.bag_volumes if size != how.final_volume),
        key=lambda size: size.amount,
        reverse=not how.volume_is_total,
    )
    for size in sizes:
        final = size if how.volume_is_total else size + draw
        if draw <= final and _within(how, amount, final) and (how.largest_volume is None or size <= how.largest_volume):
            discard = draw if how.volume_is_total and Handling.REMOVE_BAG_OVERFILL in product.preparation.handling else None
            return size, discard, final
    return None, None, None


def _bags_for(how: Dilution, amount: Quantity, known: Known) -> list[Quantity]:
    """The bag that is stated for this dose or this patient: the first that fits. Nothing where it cannot be told."""
    for item in how.bags_for:
        if (item.dose_from is not None and amount < item.dose_from) or (item.dose_to is not None and item.dose_to < amount):
            continue
        truth = Truth.TRUE if item.when is None else evaluate(item.when, known).truth
        if truth is Truth.UNKNOWN:
            return []
        if truth is Truth.TRUE:
            return [item.volume]
    return []


def _within(how: Dilution, amount: Quantity, final: Quantity) -> bool:
    strength = amount / final
    return (how.least is None or how.least <= strength) and (how.most is None or strength <= how.most)


def _billing(product: Product, amount: Quantity, vials: VialChoice | None, day: date) -> BillingUnits | None:
    code = billing_code(product, day)
    if code is None:
        return None
    single = all(vial.container is Container.SINGLE_DOSE for vial in product.vials)
    whole = units(vials.drawn, code) if vials is not None and single else None
    given = units(amount, code)
    # Given and left-over units together are never more than the vials opened hold.
    return BillingUnits(code.code, given, max(Decimal(0), whole - given) if whole is not None else Decimal(0))


def billing_code(product: Product, day: date) -> BillingCode | None:
    """The code under which the product is billed on a day of service; None when it has none then."""
    return next((code for code in product.billing if in_force(code, day)), None)


def units(amount: Quantity, code: BillingCode) -> Decimal:
    """Billing units of an amount, a part of a unit counted as a whole one."""
    return (amount / code.unit.to(amount.unit)).amount.quantize(Decimal(1), ROUND_CEILING)
