"""Units close: doses come out in what the vials hold, rates in what the bag holds, limits in what the fact is measured in."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.lint.finding import Finding, walk
from chairside.core.protocols.schema.condition import Change, Limit, Test
from chairside.core.protocols.schema.dose import Axis, Cap, Deficit, Flat, Ordered, PerSurface, PerWeight, Table
from chairside.core.protocols.schema.product import Product
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.vocabulary import unit_of

_KG = quantity(1, "kg")
_M2 = quantity(1, "m2")
_IN_PERCENT = frozenset((Change.RISE_PERCENT, Change.FALL_PERCENT))


def check(protocol: Protocol) -> Iterator[Finding]:
    strengths = [vial.strength for product in protocol.products for vial in product.vials]
    given = strengths[0] if strengths else None
    for node in walk(protocol):
        item = node.item
        if isinstance(item, Product):
            yield from _product(item, node.place)
        elif (isinstance(item, Test) and item.times is Limit.NONE and item.value is not None) or isinstance(item, Axis):
            if not (isinstance(item, Test) and item.change in _IN_PERCENT and item.unit in ("", "%")):
                yield from _fact_unit(item.fact, item.unit, protocol, node.place)
        elif given is not None:
            for amount in _amounts(item):
                if not any(_same(candidate, given) for candidate in (amount, _times(amount, _KG), _times(amount, _M2))):
                    yield Finding(
                        "unit_mismatch", node.place, f"{amount} does not come out in what the vials hold ({given.unit})"
                    )


def _product(product: Product, place: str) -> Iterator[Finding]:
    for vial in product.vials:
        if not _same(vial.strength, product.vials[0].strength):
            yield Finding("unit_mismatch", place, f"vials of {vial.strength} and {product.vials[0].strength} together")
        sold = vial.strength / vial.volume if vial.volume is not None else None
        if sold is not None and product.concentration is not None and not sold.same(product.concentration):
            yield Finding("unit_mismatch", place, f"{vial.strength} in {vial.volume} is not {product.concentration}")
        for code in product.billing:
            if not _same(code.unit, vial.strength):
                yield Finding("unit_mismatch", place, f"billing unit {code.unit} against a vial of {vial.strength}")
    mixed = product.preparation.reconstitution
    if mixed is not None:
        into = mixed.makes or mixed.volume
        for vial in product.vials:
            if not _same(mixed.gives * into, vial.strength) or not (mixed.gives * into).same(vial.strength):
                yield Finding("unit_mismatch", place, f"{vial.strength} in {into} does not give {mixed.gives}")


def _amounts(item: object) -> Iterator[Quantity]:
    match item:
        case Flat() | PerWeight() | PerSurface():
            yield item.amount
            if item.highest is not None:
                yield item.highest
        case Table():
            yield from (amount for cell in item.cells for amount in cell.amounts)
        case Ordered():
            yield from (item.least, item.most)
        case Deficit():
            yield item.per_kg_point
        case Cap():
            yield item.amount


def _fact_unit(fact: str, code: str, protocol: Protocol, place: str) -> Iterator[Finding]:
    kept = unit_of(fact, protocol)
    try:
        fits = (not kept and not code) or (bool(kept and code) and unit(kept).comparable(unit(code)))
    except UnitError:
        fits = False
    if not fits:
        yield Finding("unit_mismatch", place, f"“{fact}” is kept in {kept or 'no unit'}, not in {code or 'no unit'}")


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit)


def _times(amount: Quantity, by: Quantity) -> Quantity:
    return amount * by
