"""Days, ages and infusion numbers run forwards; codes of one product and prefixes of one indication do not overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from chairside.core.kernel.evidence import Source
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.indication import CodePrefix
from chairside.core.protocols.schema.product import BillingCode
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Ages, Infusions


def check(protocol: Protocol) -> Iterator[Finding]:
    for node in walk(protocol):
        item = node.item
        since, until = getattr(item, "valid_from", None), getattr(item, "valid_until", None)
        if since is not None and until is not None and until < since:
            yield Finding(Code.DATES_BACKWARD, node.place, f"valid from {since} until {until}")
        if isinstance(item, Source) and _read_before(item):
            yield Finding(Code.DATES_BACKWARD, node.place, f"read {item.read}, before it was published ({item.published})")
        if isinstance(item, Ages):
            yield from _ages(item, node.place)
        if isinstance(item, Infusions) and not (item.first >= 1 and (item.last is None or item.first <= item.last)):
            yield Finding(Code.INFUSION_RANGE, node.place, f"infusions {item.first} to {item.last}")
    for product in protocol.products:
        yield from _codes(product.billing, f"products[{product.brand}].billing")
    for indication in protocol.indications:
        yield from _codes(indication.codes, f"indications[{indication.key}].codes")


def _read_before(source: Source) -> bool:
    """A month of reading stands as its first day: what was published in that month may have been read in it."""
    return source.published is not None and source.read is not None and source.published.replace(day=1) > source.read


def _ages(ages: Ages, place: str) -> Iterator[Finding]:
    youngest = 12 * (ages.from_years or 0) + (ages.from_months or 0)
    if ages.below_years is not None and youngest >= 12 * ages.below_years:
        yield Finding(Code.AGE_RANGE, place, "the ages run backwards")


def _codes(codes: Sequence[BillingCode | CodePrefix], place: str) -> Iterator[Finding]:
    for one, other in combinations(codes, 2):
        if _rivals(one, other) and _days(one)[0] <= _days(other)[1] and _days(other)[0] <= _days(one)[1]:
            names = f"{_name(one)} and {_name(other)}" if _name(one) != _name(other) else f"{_name(one)} twice"
            yield Finding(Code.CODE_OVERLAP, place, f"{names} on the same days")


def _rivals(one: BillingCode | CodePrefix, other: BillingCode | CodePrefix) -> bool:
    """Two codes of which a day can have only one: of one system and place, or the same prefix stated twice."""
    if isinstance(one, BillingCode) and isinstance(other, BillingCode):
        return (one.system, one.jurisdiction) == (other.system, other.jurisdiction)
    return _name(one) == _name(other)


def _name(code: BillingCode | CodePrefix) -> str:
    return code.code if isinstance(code, BillingCode) else code.prefix


def _days(code: BillingCode | CodePrefix) -> tuple[date, date]:
    return code.valid_from or date.min, code.valid_until or date.max
