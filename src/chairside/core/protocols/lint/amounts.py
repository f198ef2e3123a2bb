"""Doses come out in what the vials hold, rates empty bags, limits are measured like what they limit, none runs backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.dose import (
    Adjustment,
    Calvert,
    Cap,
    Deficit,
    Flat,
    FromProduct,
    Ordered,
    Per,
    PerSurface,
    PerWeight,
    Replacement,
    Rounding,
    Table,
    WantedRise,
)
from chairside.core.protocols.schema.ladder import Ladder, RateCap, Rung, SiteRate
from chairside.core.protocols.schema.protocol import Protocol, Tolerances
from chairside.core.protocols.schema.regimen import Part, Regimen
from chairside.core.protocols.schema.safety import Bound, Contraindication, Never
from chairside.core.protocols.schema.visit import Delivery
from chairside.core.protocols.vocabulary import unit_of

_KG, _M2, _ML, _HOUR = quantity(1, "kg"), quantity(1, "m2"), quantity(1, "mL"), quantity(1, "h")
_GFR = quantity(1, "mL/min")


def check(protocol: Protocol, known: Mapping[str, Protocol] | None = None) -> Iterator[Finding]:
    """`known` are the protocols whose doses another one may be computed from."""
    for regimen in protocol.regimens:
        yield from _regimen(regimen, protocol, known or {})
    given = _given(protocol, "")
    for node in walk(protocol):
        item = node.item
        if isinstance(item, Rung | RateCap | SiteRate):
            yield from _rate(item.rate, given, node.place)
        if isinstance(item, Delivery | SiteRate):
            volume = item.volume if isinstance(item, SiteRate) else item.most_per_site
            if volume is not None and not _same(volume, _ML):
                yield Finding(Code.UNIT_MISMATCH, node.place, f"{volume} is not a volume")
        for amount in _stated(item):
            yield from _dose(amount, given, node.place)
        if isinstance(item, Never) and item.limit is not None:
            yield from _never(item, item.limit, given, node.place)
        yield from (Finding(Code.BOUNDS, node.place, message) for message in _backward(item))
        if isinstance(item, Cap) and (item.per is Per.ROLLING) is not bool(item.hours and item.hours > 0):
            yield Finding(Code.CAP_SPAN, node.place, "hours go with a rolling cap, and it needs them")


def _regimen(regimen: Regimen, protocol: Protocol, known: Mapping[str, Protocol]) -> Iterator[Finding]:
    """Every amount of the regimen, against the vials of each product that it may be given from."""
    for given in _given(protocol, regimen.key):
        for node in walk(regimen, f"regimens[{regimen.key}]"):
            for amount in _amounts(node.item, protocol):
                yield from _dose(amount, [given], node.place)
            if isinstance(node.item, FromProduct):
                yield from _from_product(node.item, given, known, node.place)


def _given(protocol: Protocol, regimen: str) -> list[Quantity]:
    """One strength for each kind of unit that the products for a regimen ("" for any) are sold in."""
    strengths: dict[object, Quantity] = {}
    for product in protocol.products:
        if not regimen or not product.regimens or regimen in product.regimens:
            for vial in product.vials[:1]:
                strengths.setdefault(vial.strength.unit.measures(), vial.strength)
    return list(strengths.values())


def _amounts(item: object, protocol: Protocol) -> Iterator[Quantity]:
    """What a rule gives, worked out once with 1 for every fact: only the unit counts."""
    match item:
        case Flat() | PerWeight() | PerSurface():
            yield from filter(None, (item.amount, item.highest))
        case Table():
            yield from (amount for cell in item.cells for amount in cell.amounts)
        case Ordered():
            yield from (item.least, item.most)
        case Calvert():
            yield from (item.least_level * _GFR, item.most_level * item.gfr_cap)
        case WantedRise():
            yield from (item.least_rise * _ML, item.most_rise * _ML)
        case Deficit():
            yield from filter(None, (item.stores, item.per_kg))
            yield _point(item)
        case Replacement():
            yield item.per * _one(item.loss_fact, protocol) * _one(item.fraction_fact, protocol)
        case Rounding():
            yield item.multiple_of
        case Cap() | Part():
            yield item.amount


def _stated(item: object) -> Iterator[Quantity]:
    """Amounts that stand outside the regimens."""
    match item:
        case Ladder():
            yield from filter(None, (item.dose_from, item.dose_up_to))
        case Contraindication():
            yield from filter(None, (item.above,))


def _point(rule: Deficit) -> Quantity:
    """The amount for each kilogram and point of the level, whether or not its unit names the level."""
    bare = rule.per_kg_point * _KG
    try:
        return bare * quantity(1, rule.level_unit) if len(bare.unit.powers) > 1 else bare
    except UnitError:
        return bare


def _one(fact: str, protocol: Protocol) -> Quantity:
    """One of what the fact is kept in: a percentage and a plain number measure nothing."""
    kept = unit_of(fact, protocol)
    return quantity(1, "1" if kept in ("", "%") else kept)


def _dose(amount: Quantity, given: list[Quantity], place: str) -> Iterator[Finding]:
    if given and not any(_same(one, vial) for vial in given for one in (amount, amount * _KG, amount * _M2)):
        held = " or ".join(str(vial.unit) for vial in given)
        yield Finding(Code.UNIT_MISMATCH, place, f"{amount} does not come out in what the vials hold ({held})")


def _rate(rate: Quantity, given: list[Quantity], place: str) -> Iterator[Finding]:
    """A rate is a volume or an amount of the drug in a time, by weight or surface or for everybody."""
    hour = rate * _HOUR
    emptied = (_ML, *given)
    if not any(_same(one, what) for what in emptied for one in (hour, hour * _KG, hour * _M2)):
        yield Finding(Code.UNIT_MISMATCH, place, f"{rate} does not empty a bag")


def _never(item: Never, limit: Quantity, given: list[Quantity], place: str) -> Iterator[Finding]:
    if item.bound is Bound.MOST_DOSE:
        yield from _dose(limit, given, place)
    elif item.bound is Bound.MOST_RATE:
        yield from _rate(limit, given, place)
    elif item.bound is Bound.LEAST_MINUTES and not _same(limit, _HOUR):
        yield Finding(Code.UNIT_MISMATCH, place, f"{limit} is not a time")


def _from_product(rule: FromProduct, given: Quantity, known: Mapping[str, Protocol], place: str) -> Iterator[Finding]:
    for name in rule.protocols:
        other = known.get(name)
        for sold in _given(other, "") if other is not None else ():
            if not _same(sold, given):
                yield Finding(Code.UNIT_MISMATCH, place, f"a dose of {name} in {sold.unit} does not come out in {given.unit}")


def _backward(item: object) -> Iterator[str]:
    for least, most in _pairs(item):
        if not _same(least, most):
            yield f"{least} and {most} are not measured alike"
        elif most < least:
            yield f"from {least} to {most} runs backwards"
    if isinstance(item, Adjustment) and item.reduce_by_percent is not None and not 0 < item.reduce_by_percent < 100:
        yield f"a reduction by {item.reduce_by_percent} percent"
    if isinstance(item, Tolerances):
        shares = (item.order_percent, item.weight_percent)
        yield from (f"a tolerance of {share} percent" for share in shares if not 0 <= share < 100)
    if isinstance(item, Cap) and item.amount.amount <= 0:
        yield f"a cap of {item.amount}"
    if isinstance(item, Calvert) and not item.gfr_cap.unit.comparable(unit("mL/min")):
        yield f"{item.gfr_cap} is not a filtration rate"


def _pairs(item: object) -> Iterator[tuple[Quantity, Quantity]]:
    stated: tuple[tuple[Quantity | None, Quantity | None], ...] = ()
    match item:
        case Flat() | PerWeight() | PerSurface():
            stated = ((item.amount, item.highest),)
        case Ordered():
            stated = ((item.least, item.most),)
        case Calvert():
            stated = ((item.least_level, item.most_level),)
        case WantedRise():
            stated = ((item.least_rise, item.most_rise),)
        case Ladder():
            stated = ((item.dose_from, item.dose_up_to),)
    return ((least, most) for least, most in stated if least is not None and most is not None)


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit)
