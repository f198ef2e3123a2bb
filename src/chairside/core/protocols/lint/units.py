"""Units close: what a product is sold, billed and mixed in, and what each fact is measured in."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.condition import Change, Limit, Test
from chairside.core.protocols.schema.dose import Axis
from chairside.core.protocols.schema.product import BagFor, Dilution, Product, Stability
from chairside.core.protocols.schema.protocol import FactKey, Protocol
from chairside.core.protocols.schema.safety import Scale
from chairside.core.protocols.vocabulary import unit_of

_KG = quantity(1, "kg")
_ML = quantity(1, "mL")
_IN_PERCENT = frozenset((Change.RISE_PERCENT, Change.FALL_PERCENT))


def check(protocol: Protocol) -> Iterator[Finding]:
    for product in protocol.products:
        place = f"products[{product.brand}]"
        for message in (*_sold(product), *_mixed(product)):
            yield Finding(Code.UNIT_MISMATCH, place, message)
        for message in _backward(product):
            yield Finding(Code.BOUNDS, place, message)
    for node in walk(protocol):
        item = node.item
        if isinstance(item, FactKey):
            yield from _known_unit(item.unit, node.place)
        elif isinstance(item, Test) and item.change in _IN_PERCENT:
            if item.unit not in ("", "%"):
                yield Finding(Code.UNIT_MISMATCH, node.place, f"a change in percent has no unit {item.unit}")
        elif isinstance(item, Axis | Scale) or (isinstance(item, Test) and item.times is Limit.NONE and item.value is not None):
            yield from _fact_unit(item.fact, item.unit, protocol, node.place)
        elif isinstance(item, Test) and item.times is not Limit.NONE and item.unit:
            yield Finding(Code.UNIT_MISMATCH, node.place, "a multiple of the laboratory's limit has no unit")


def _sold(product: Product) -> Iterator[str]:
    for vial in product.vials:
        if not _same(vial.strength, product.vials[0].strength):
            yield f"vials of {vial.strength} and {product.vials[0].strength} together"
        if vial.volume is not None:
            yield from _solution(vial.strength, vial.volume, product)
        for code in product.billing:
            if not _same(code.unit, vial.strength):
                yield f"billing unit {code.unit} against a vial of {vial.strength}"


def _solution(strength: Quantity, volume: Quantity, product: Product) -> Iterator[str]:
    if not _same(volume, _ML):
        yield f"{volume} is not a volume"
    elif product.concentration is not None:
        sold = strength / volume
        if not _same(sold, product.concentration) or not sold.same(product.concentration):
            yield f"{strength} in {volume} is not {product.concentration}"


def _mixed(product: Product) -> Iterator[str]:
    made = product.preparation.reconstitution
    if made is not None:
        into = made.makes or made.volume
        for vial in product.vials:
            if not _same(made.gives * into, vial.strength) or not (made.gives * into).same(vial.strength):
                yield f"{vial.strength} in {into} does not give {made.gives}"
    bag = product.preparation.dilution
    for volume in _volumes(bag) if bag is not None else ():
        if not _same(volume, _ML):
            yield f"a bag of {volume} is not a volume"
    given = product.vials[0].strength if product.vials else None
    if given is None:
        return
    for strength in _strengths(product):
        if not _same(strength, given / _ML):
            yield f"{strength} is not {given.unit} in a volume"
    for one in bag.bags_for if bag is not None else ():
        for dose in (one.dose_from, one.dose_to):
            if dose is not None and not (_same(dose, given) or _same(dose * _KG, given)):
                yield f"a bag for a dose of {dose} against a vial of {given}"


def _volumes(bag: Dilution) -> Iterator[Quantity]:
    stated = (bag.final_volume, bag.largest_volume, *bag.bag_volumes, *(one.volume for one in bag.bags_for))
    return (volume for volume in stated if volume is not None)


def _strengths(product: Product) -> Iterator[Quantity]:
    bag = product.preparation.dilution
    spans: list[Dilution | Stability] = [*product.preparation.stability, *([bag] if bag is not None else [])]
    stated = (product.concentration, *(bound for span in spans for bound in (span.least, span.most)))
    return (strength for strength in stated if strength is not None)


def _backward(product: Product) -> Iterator[str]:
    bag = product.preparation.dilution
    spans: list[Dilution | Stability] = [*product.preparation.stability, *([bag] if bag is not None else [])]
    bags: tuple[BagFor, ...] = bag.bags_for if bag is not None else ()
    pairs = [*((span.least, span.most) for span in spans), *((one.dose_from, one.dose_to) for one in bags)]
    for least, most in pairs:
        if least is not None and most is not None and _same(least, most) and most < least:
            yield f"from {least} to {most} runs backwards"
    pores = product.preparation.filter
    fine, coarse = (pores.least_micron, pores.most_micron) if pores is not None else (None, None)
    if fine is not None and coarse is not None and coarse < fine:
        yield f"a filter from {fine} to {coarse} micrometers"


def _fact_unit(fact: str, code: str, protocol: Protocol, place: str) -> Iterator[Finding]:
    kept = unit_of(fact, protocol)
    try:
        fits = (not kept and not code) or (bool(kept and code) and unit(kept).comparable(unit(code)))
    except UnitError:
        fits = False
    if not fits:
        message = f"“{fact}” is kept in {kept or 'no unit'}, not in {code or 'no unit'}"
        yield Finding(Code.UNIT_MISMATCH, place, message)


def _known_unit(code: str, place: str) -> Iterator[Finding]:
    try:
        if code:
            unit(code)
    except UnitError as problem:
        yield Finding(Code.UNIT_MISMATCH, place, str(problem))


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit)
