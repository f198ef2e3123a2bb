"""RXO with its timings, route and components -> a drug order. Its dose is the one stated; two that differ are refused."""

from __future__ import annotations

from collections.abc import Sequence

from chairside.core.intake.meanings import ROUTES, brand_in
from chairside.core.intake.referral import Amount, Dosage, DrugOrder, Identifier, Request
from chairside.exchange.hl7v2.reading.context import SNOMED, Context, plain_number, text_of
from chairside.exchange.hl7v2.reading.groups import Group
from chairside.exchange.hl7v2.reading.timing import Timing, older_timings, spelled, timing
from chairside.exchange.hl7v2.segments import Segment

_COMPONENTS = {"B": "base", "A": "additive"}


def timings_of(group: Group, orc: Segment, source: str, context: Context) -> list[Timing]:
    """The timings of an order: TQ1, else the older form in ORC-7, else in OBR-27."""
    found = [timing(item, source, context) for item in group.named("TQ1")] or older_timings(orc, 7, source, context)
    obr = group.first("OBR")
    return found or (older_timings(obr, 27, source, context) if obr else [])


def drug_order(
    group: Group,
    orc: Segment,
    rxo: Segment,
    timings: Sequence[Timing],
    request: Request,
    identifiers: tuple[Identifier, ...],
    context: Context,
) -> DrugOrder:
    """One drug order. It bears no signature: that an order was sent is no proof that somebody signed it."""
    codes = context.coded(rxo.value(1))
    stated, said = _stated(rxo, context)
    _agree(rxo, stated, timings, context)
    route, way = _route(group, context)
    lines = timings or [Timing()]
    extras = [*said, *way, *(text for at in (6, 7) if (text := text_of(context.coded(rxo.value(at)))))]
    first = [extras, *([] for _ in lines[1:])]  # what is said of the whole order is said once
    dosages = tuple(_dosage(item, stated, route, told, rxo, context) for item, told in zip(lines, first, strict=True))
    whole = timings and all(item.ends for item in timings)
    return DrugOrder(
        request.source,
        request.text,
        tuple((item.system, item.code) for item in codes if item.code),
        brand_in(request.text),
        request.status,
        request.authored,
        request.prescriber,
        dosages,
        request.diagnoses,
        request.wanted,
        max((item.ends for item in timings if item.ends), default=None) if whole else None,
        orc.text(4),
        notes=(*group.notes(), *_components(group, context)),
        identifiers=identifiers,
    )


def _stated(rxo: Segment, context: Context) -> tuple[Amount | None, list[str]]:
    """The amount of RXO-2. A range (RXO-3) is no amount: it stays words."""
    units = context.coded(rxo.value(4))
    least, most = rxo.text(2), rxo.text(3)
    if most and plain_number(most) != plain_number(least):
        return None, [f"from {least or 'an amount that was not sent'} to {most} {text_of(units)}".strip()]
    return context.amount(rxo, 2, least, units), []


def _agree(rxo: Segment, stated: Amount | None, timings: Sequence[Timing], context: Context) -> None:
    """H-002: an order that states two different doses is not used. A loading dose may differ from the one after it."""
    timed = [item.amount for item in timings if item.amount is not None]
    if stated is None or not timed or any(_same(stated, item) for item in timed):
        return
    told = ", ".join(str(item) for item in timed)
    context.wrong(rxo, 2, "102", f"RXO-2 orders {stated} and the timing orders {told}. Ask the sender which is right.")


def _same(one: Amount, other: Amount) -> bool:
    known, against = one.quantity(), other.quantity()
    if known is None or against is None or not known.unit.comparable(against.unit):
        return one == other
    return known.same(against)


def _dosage(item: Timing, stated: Amount | None, route: str, extras: Sequence[str], rxo: Segment, context: Context) -> Dosage:
    amount = item.amount or stated
    dose = " ".join(part for part in (f"{item.times} ×" if item.times else "", str(amount or ""), route) if part)
    often = spelled(item.pattern) if item.pattern else ""
    count = f"{item.count} times" if item.count is not None else ""
    rate, per = rxo.text(21), context.coded(rxo.value(22))
    return Dosage(
        ", ".join(part for part in (dose, item.text) if part),
        amount,
        rate=context.amount(rxo, 21, rate, per) if rate and per else None,
        minutes=item.minutes,
        count=item.count,
        route=route,
        extra=(*(part for part in (often, count, *item.said) if part), *extras),
    )


def _route(group: Group, context: Context) -> tuple[str, list[str]]:
    """The route in the words of protocols; any other route, and the device, stay words."""
    rxr = group.first("RXR")
    if rxr is None:
        return "", []
    found = context.coded(rxr.value(1))
    known = next((ROUTES[item.code] for item in found if item.system == SNOMED and item.code in ROUTES), "")
    route = known or next((word for item in found if (word := context.tables.word("route", item.name, item.code))), "")
    said = [] if route or not found else [f"route: {text_of(found)}"]
    for at, called in ((2, "site"), (3, "device")):
        if text := text_of(context.coded(rxr.value(at))):
            said.append(f"{called}: {text}")
    return route, said


def _components(group: Group, context: Context) -> list[str]:
    """What an infusion is mixed of (RXC), as a person reads it."""
    found = []
    for rxc in group.named("RXC"):
        amount = " ".join(part for part in (rxc.text(3), text_of(context.coded(rxc.value(4)))) if part)
        sort = _COMPONENTS.get(rxc.text(1), "component")
        found.append(f"{sort}: {text_of(context.coded(rxc.value(2)))} {amount}".strip())
    return found
