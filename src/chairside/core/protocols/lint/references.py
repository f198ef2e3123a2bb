"""References: whatever an item names exists, in this file or, for menus and plans, among the known protocols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from chairside.core.access import Role
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import Node, walk
from chairside.core.protocols.schema.dose import Adjustment, Cap, PerWeight
from chairside.core.protocols.schema.ladder import Ladder, Restart
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.schema.safety import Bound, Never
from chairside.core.protocols.schema.terms import Kind, Route
from chairside.core.protocols.schema.visit import Component, Delivery, Menu, Observation, Plan, PlanItem

Known = Mapping[str, Protocol]
_ROLES = frozenset(role.value for role in Role)


def check(protocol: Protocol, known: Known | None = None) -> Iterator[Finding]:
    """`known` are the protocols that menus and plans may name; without them those names are not judged."""
    for node in walk(protocol):
        yield from _scopes(node, protocol)
        yield from _roles(node)
        yield from _routes(node, protocol)
    for regimen in protocol.regimens:
        yield from _in_regimen(regimen)
    of_chair = [item.ladder for item in protocol.chair_times if item.ladder or protocol.ladders]
    yield from _missing("chair_times", "ladder", of_chair, _keys(protocol.ladders))
    yield from _treated(protocol)
    yield from _kind(protocol)
    if protocol.menu is not None:
        yield from _menu(protocol.menu, protocol, known)
    if protocol.plan is not None:
        yield from _plan(protocol.plan, protocol, known)


def _scopes(node: Node, protocol: Protocol) -> Iterator[Finding]:
    item = node.item
    if isinstance(item, Protocol | Menu | Plan | Component | PlanItem):
        return
    named = [*getattr(item, "indications", ()), *(item.highest_for if isinstance(item, PerWeight) else ())]
    yield from _missing(node.place, "indication", named, _keys(protocol.indications))
    yield from _missing(node.place, "regimen", getattr(item, "regimens", ()), _keys(protocol.regimens))
    if isinstance(item, Ladder):
        inside = [regimen for regimen in protocol.regimens if not item.regimens or regimen.key in item.regimens]
        phases = {phase.key for regimen in inside for phase in regimen.phases}
        yield from _missing(node.place, "phase", item.phases, phases)


def _in_regimen(regimen: Regimen) -> Iterator[Finding]:
    place = f"regimens[{regimen.key}]"
    phases = {phase.key: phase for phase in regimen.phases}
    again = [rule.phase for phase in regimen.phases for rule in phase.late if rule.phase]
    yield from _missing(place, "phase", again, set(phases))
    for change in regimen.adjustments:
        yield from _missing(f"{place}.adjustments[{change.key}]", "phase", change.phases, set(phases))
        yield from _positions(change, regimen, f"{place}.adjustments[{change.key}]")


def _positions(change: Adjustment, regimen: Regimen, place: str) -> Iterator[Finding]:
    counts = [phase.doses for phase in regimen.phases if not change.phases or phase.key in change.phases]
    most = None if None in counts or not counts else max(count for count in counts if count is not None)
    for position in change.positions:
        if position < 1 or (most is not None and position > most):
            yield Finding(Code.UNKNOWN_REFERENCE, place, f"there is no dose {position} of the phase")


def _roles(node: Node) -> Iterator[Finding]:
    """A release that names nobody's role could never be given."""
    released = getattr(node.item, "release", ())
    if isinstance(node.item, Restart | Observation):
        released = () if released in ("", "none") else (released,)
    for role in released:
        if role not in _ROLES:
            yield Finding(Code.UNKNOWN_ROLE, node.place, f"“{role}” is not a role of a center")


def _routes(node: Node, protocol: Protocol) -> Iterator[Finding]:
    item = node.item
    routes: Iterable[Route] = ()
    if isinstance(item, Ladder | Cap):
        routes = item.routes
    elif isinstance(item, Delivery):
        routes = (item.route,)
    phases = (phase.route for regimen in protocol.regimens for phase in regimen.phases if phase.route is not None)
    given = {*protocol.routes, *phases}
    yield from _missing(node.place, "route", [route.value for route in routes], {route.value for route in given})
    if isinstance(item, Never) and (item.limit is None) is not (item.bound is Bound.ROUTE):
        yield Finding(Code.UNKNOWN_REFERENCE, node.place, f"“{item.bound.value}” and its limit do not go together")


def _treated(protocol: Protocol) -> Iterator[Finding]:
    """Each indication has a regimen, or is said not to be encoded. Plans and menus treat by what they hold."""
    if protocol.plan is not None or protocol.menu is not None:
        return
    treated = set(chain.from_iterable(regimen.indications for regimen in protocol.regimens))
    said = set(chain.from_iterable(item.applies_to for item in protocol.not_encoded))
    for item in protocol.indications:
        if item.key not in treated | said:
            message = f"no regimen is for “{item.key}”, and it is not stated as not encoded"
            yield Finding(Code.UNTREATED_INDICATION, f"indications[{item.key}]", message)


def _kind(protocol: Protocol) -> Iterator[Finding]:
    for kind, part in ((Kind.MENU, protocol.menu), (Kind.PLAN, protocol.plan)):
        if (protocol.kind is kind) is (part is None):
            yield Finding(
                Code.KIND_PARTS, kind.value, f"a protocol of kind {protocol.kind.value} and its {kind.value} do not fit"
            )


def _menu(menu: Menu, protocol: Protocol, known: Known | None) -> Iterator[Finding]:
    groups = {item.group or f"alone {item.key}" for item in menu.components}
    most = len(groups) if menu.most is None else menu.most
    if not 1 <= menu.least <= most <= len(groups):
        message = f"from {menu.least} to {menu.most or 'any'} of {len(groups)} that can be chosen together"
        yield Finding(Code.MENU_CHOICE, "menu", message)
    for item in menu.components:
        place = f"menu.components[{item.key}]"
        if not item.regimen and not item.protocol:
            yield Finding(Code.MENU_CHOICE, place, "names neither a regimen nor a protocol")
        elif item.protocol:
            yield from _elsewhere(place, item.protocol, item.regimen, known)
        else:
            yield from _missing(place, "regimen", (item.regimen,), _keys(protocol.regimens))


def _plan(plan: Plan, protocol: Protocol, known: Known | None) -> Iterator[Finding]:
    for item in plan.items:
        place = f"plan.items[{item.key}]"
        if not item.days or list(item.days) != sorted(set(item.days)) or item.days[0] < 1 or item.days[-1] > plan.cycle_days:
            yield Finding(Code.PLAN_DAYS, place, f"days {list(item.days)} are not days of a cycle of {plan.cycle_days}")
        if item.protocol == protocol.id:
            yield from _missing(place, "regimen", (item.regimen,), _keys(protocol.regimens))
        else:
            yield from _elsewhere(place, item.protocol, item.regimen, known)


def _elsewhere(place: str, name: str, regimen: str, known: Known | None) -> Iterator[Finding]:
    if known is None:
        return
    other = known.get(name)
    if other is None:
        yield Finding(Code.UNKNOWN_REFERENCE, place, f"there is no protocol “{name}”")
    elif regimen:
        yield from _missing(place, f"regimen of {name}", (regimen,), _keys(other.regimens))


def _keys(items: Iterable[object]) -> set[str]:
    return {str(getattr(item, "key", "")) for item in items}


def _missing(place: str, kind: str, names: Iterable[str], known: set[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield Finding(Code.UNKNOWN_REFERENCE, place, f"there is no {kind} “{name}”")
