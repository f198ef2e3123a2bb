"""Which therapy orders are for. What an order says points to some therapies; those that all of it points to are meant.

What points to different ones is not decided here: all of them stay, and intake asks the prescriber. A longer name outranks the
shorter one that stands in it ("Ocrevus Zunovo" is not "Ocrevus").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from chairside.core.intake.referral import DrugOrder
from chairside.core.kernel.quantity import Quantity, QuantityError, quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import Flat, PerSurface, PerWeight
from chairside.core.protocols.schema.terms import Kind
from chairside.core.protocols.schema.visit import Plan, PlanItem
from chairside.formulary.loader import load, load_all
from chairside.formulary.therapy_names import Candidate, Stands, candidates

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
# An amount as a text states it, with the volume that it comes in; not an amount for each kilogram, square metre or hour.
_AMOUNT = re.compile(r"(?<![\w.,])(\d[\d,]*(?:\.\d+)?)\s*(mg|mcg|g|units?|mL)\b(?!\s*/\s*[a-zA-Z])", re.IGNORECASE)
_UNITS = {"mcg": "ug", "unit": "U", "units": "U", "ml": "mL", "mg": "mg", "g": "g"}
_ROUTE_WORDS = (
    ("iv", re.compile(r"\b(?:intravenous(?:ly)?|iv)\b", re.IGNORECASE)),
    ("sc", re.compile(r"\b(?:subcutaneous(?:ly)?|sc|subq|sq)\b", re.IGNORECASE)),
    ("im", re.compile(r"\b(?:intramuscular(?:ly)?|im)\b", re.IGNORECASE)),
    ("po", re.compile(r"\b(?:oral(?:ly)?|by mouth|po)\b", re.IGNORECASE)),
)


def recognise(orders: tuple[DrugOrder, ...], diagnoses: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the therapies that these orders can be for: none, one, or several when it stays ambiguous.

    Several may hold a twin that has no protocol here. One alone always has one. The items of a plan are the plan. An order for
    what accompanies others (a premedication, a fluid) is a therapy only where nothing else is ordered.
    """
    each = [_of_order(order, diagnoses) for order in orders]
    menus = tuple(menu.id for menu in _menus() if orders and all(_component(order, menu, diagnoses) for order in orders))
    if menus or any(_stand_alone(ids) for ids in each):
        each = [ids if _stand_alone(ids) else () for ids in each]
    found = tuple(dict.fromkeys((*(therapy for ids in each for therapy in ids), *menus)))
    for plan in _plans():
        parts = {item.protocol for item in _items(plan)}
        itself = frozenset((plan.id, *(key for key, item in candidates().items() if plan.id in item.twins)))
        items = [(order, _of_order(order, diagnoses, leaving_out=itself)) for order in orders]
        single = [(order, ids[0]) for order, ids in items if len(ids) == 1 and ids[0] in parts]
        named = any(ids == (plan.id,) for ids in each)
        if parts == {therapy for _, therapy in single} and (named or _as_planned(_items(plan), single)):
            return (plan.id, *(therapy for therapy in found if therapy not in parts | itself))
    return found if len(found) > 1 or all(candidates()[therapy].here for therapy in found) else ()


def _stand_alone(therapies: Iterable[str]) -> bool:
    return any(candidates()[therapy].stands is Stands.ALONE for therapy in therapies)


def says(order: DrugOrder, name: str) -> bool:
    """True when the order's text or brand holds the name as a whole."""
    return bool(name) and _pattern(name).search(_said(order)) is not None


@lru_cache(maxsize=1024)  # the same orders are asked about by many rules
def _of_order(order: DrugOrder, diagnoses: tuple[str, ...], leaving_out: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The therapies that one order can be for."""
    routes = _routes(order)
    known = {key: item for key, item in candidates().items() if key not in leaving_out and (not routes or routes & item.routes)}
    spoken = _spoken(_said(order))
    pointers = [
        {key for key in known if spoken & _own_names(key)},
        {key for key in known if spoken & _shared_names(key)},
        {key for key, item in known.items() if any((HCPCS, code) in order.codes for code in item.billing)},
        {key for key, item in known.items() if any((RXNORM, code) in order.codes for code in item.rxnorm)},
    ]
    possible = _with_twins(set().union(*pointers), known)
    stated = _amounts(order)
    pointers.append(_by(possible, lambda item: item.amounts, lambda item: any(_among(one, item.amounts) for one in stated)))
    pointers.append(
        _by(possible, lambda item: item.told_by_diagnosis, lambda item: any(item.treats(code) for code in diagnoses))
    )
    telling = [pointed for pointed in pointers if pointed]
    meant = (set.intersection(*telling) if telling else set()) or possible
    drugs = {key for key in meant if candidates()[key].stands is not Stands.DILUENT}
    return tuple(key for key in candidates() if key in (drugs or meant))


def _with_twins(found: set[str], known: Mapping[str, Candidate]) -> set[str]:
    """The therapies found, and those that one of them could be taken for: named as its twins, or called the same."""
    of = {twin for key in found for twin in known[key].twins if twin in known}
    called = {name for key in found for name in _lower(known[key].names)}
    return found | of | {key for key, item in known.items() if set(item.twins) & found or called & _shared_names(key)}


def _by(possible: set[str], states: Callable[[Candidate], object], fits: Callable[[Candidate], bool]) -> set[str]:
    """Those that fit. Nothing when none does; what a therapy does not state does not speak against it."""
    items = [candidates()[key] for key in possible]
    fitting = {item.id for item in items if states(item) and fits(item)}
    return fitting | {item.id for item in items if not states(item)} if fitting else set()


def _spoken(text: str) -> frozenset[str]:
    """The names of the tables that stand in a text; of names that overlap, the longest."""
    found: list[tuple[int, int, str]] = []
    for name in _all_names():
        if name in text:
            found += [(match.start(), match.end(), name) for match in _pattern(name).finditer(text)]
    return frozenset(
        name for start, end, name in found if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found)
    )


def _component(order: DrugOrder, menu: Protocol, diagnoses: tuple[str, ...]) -> bool:
    """A component of a menu is meant as one only for what the menu treats: saline for a migraine, not saline for anything."""
    if not any(candidates()[menu.id].treats(code) for code in diagnoses) or menu.id not in candidates():
        return False
    routes = _routes(order)
    if routes and not routes & candidates()[menu.id].routes:
        return False
    return any(
        says(order, product.brand)
        or says(order, product.nonproprietary)
        or any((HCPCS, billing.code) in order.codes for billing in product.billing)
        for product in menu.products
    )


def _as_planned(items: Iterable[PlanItem], orders: list[tuple[DrugOrder, str]]) -> bool:
    """True when the orders state what the plan's items state, neither more nor less: another level may be another plan."""
    wanted = {item.key: (item.protocol, _levels(item)) for item in items}
    lines = [(therapy, dosage.ordered) for order, therapy in orders for dosage in order.dosages if dosage.ordered is not None]
    stated = [(therapy, amount.quantity()) for therapy, amount in lines]
    every_item = all(
        any(therapy == protocol and (not levels or (level is not None and _among(level, levels))) for therapy, level in stated)
        for protocol, levels in wanted.values()
    )
    every_line = all(
        level is not None
        and any(therapy == protocol and (not levels or _among(level, levels)) for protocol, levels in wanted.values())
        for therapy, level in stated
    )
    return every_item and every_line


def _levels(item: PlanItem) -> tuple[Quantity, ...]:
    """The doses that an item's regimen states; none when its dose is not one number."""
    regimen = load(item.protocol).regimen(item.regimen)
    rules = [phase.dose for phase in regimen.phases] if regimen else []
    return tuple(rule.amount for rule in rules if isinstance(rule, Flat | PerWeight | PerSurface))


def _among(level: Quantity, levels: Iterable[Quantity]) -> bool:
    return any(_same(level, other) for other in levels)


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit) and one.same(other)


def _amounts(order: DrugOrder) -> list[Quantity]:
    """The amounts of one dose that the order states, in its text and in its doses."""
    found = [quantity(number.replace(",", ""), _UNITS[unit.lower()]) for number, unit in _AMOUNT.findall(order.text)]
    for amount in (amount for dosage in order.dosages for amount in (dosage.ordered, dosage.calculated) if amount is not None):
        try:
            found.append(quantity(amount.number, amount.unit))
        except (QuantityError, UnitError):
            continue
    return found


def _routes(order: DrugOrder) -> frozenset[str]:
    """The coded route, else the routes that the words say; empty when nothing says it."""
    if order.route:
        return frozenset((order.route.casefold(),))
    text = " ".join((order.text, *(dosage.text for dosage in order.dosages)))
    return frozenset(route for route, words in _ROUTE_WORDS if words.search(text))


def _said(order: DrugOrder) -> str:
    return f"{order.text} {order.brand}".casefold()


@lru_cache(maxsize=1024)
def _own_names(key: str) -> frozenset[str]:
    return _lower(candidates()[key].brands)


@lru_cache(maxsize=1024)
def _shared_names(key: str) -> frozenset[str]:
    return _lower((*candidates()[key].names, *candidates()[key].brands))


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(name.casefold())}(?![\w-])")


@lru_cache(maxsize=1)
def _all_names() -> tuple[str, ...]:
    return tuple(sorted({name for item in candidates().values() for name in _lower((*item.brands, *item.names))}))


@lru_cache(maxsize=1)
def _menus() -> tuple[Protocol, ...]:
    return tuple(protocol for protocol in load_all() if protocol.kind is Kind.MENU and protocol.id in candidates())


@lru_cache(maxsize=1)
def _plans() -> tuple[Protocol, ...]:
    return tuple(protocol for protocol in load_all() if protocol.plan is not None and protocol.id in candidates())


def _items(protocol: Protocol) -> tuple[PlanItem, ...]:
    plan: Plan | None = protocol.plan
    return plan.items if plan is not None else ()
