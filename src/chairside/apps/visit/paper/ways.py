"""Readers of the ways of giving beside the infusion: a push, an injection, blood that is let, a pump that goes home."""

from __future__ import annotations

import re
from decimal import Decimal

from chairside.apps.visit.paper.words import Around, Parts, Unread, amount, measured
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit import events as e
from chairside.core.visit.values import InjectionSite

_PLACE = re.compile(r"(\d+(?:\.\d+)?\s*mL)\s+(?:(left|right)\s+)?(\D+)", re.I)


def push(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    traced, ready = parts.flag("line traced"), parts.flag("emergency ready")
    said = parts.identifiers()
    parts.done()
    return e.PushStarted(around.drug_key(), said, traced or None, ready or None)


def push_end(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    return e.PushEnded(around.drug_key(), measured(parts.first("how much was given: 10 mL"), "mL"), parts.rest())


def draw(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    said = parts.identifiers()
    parts.done()
    return e.DrawStarted(around.drug_key(), said)


def draw_end(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    return e.DrawEnded(around.drug_key(), measured(parts.first("how much was taken: 450 mL"), "mL"), parts.rest())


def injection(text: str, around: Around) -> e.Payload:
    """Each place with its volume; what was given is their sum. Without a place the amount alone: `650 mg`."""
    parts, sites = Parts(text), []
    for part in [part for part in parts.left if _PLACE.fullmatch(part)]:
        found = _PLACE.fullmatch(part)
        assert found is not None
        parts.left.remove(part)
        sites.append(InjectionSite(found[3].strip().casefold(), (found[2] or "").casefold(), measured(found[1], "mL")))
    ready = parts.flag("emergency ready")
    why = parts.after("because") or ""
    if sites:
        given = Quantity(sum((site.volume.amount for site in sites), Decimal(0)), unit("mL"))
    else:
        given = amount(parts.first("each place with its volume: 1.5 mL left abdomen"))
    said = parts.identifiers()
    parts.done()
    return e.DoseGiven(around.drug_key(), said, given, tuple(sites), None, why, ready or None)


def pump(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    number, shows = parts.after("pump") or "", parts.after("shows")
    traced, taught = parts.flag("line traced"), parts.flag("spill kit shown")
    contact, ready = parts.flag("number to call given"), parts.flag("emergency ready")
    rate = measured(parts.first("the rate: 1 mL/h"), "mL/h")
    said = parts.identifiers()
    parts.done()
    return e.PumpConnected(
        around.drug_key(),
        said,
        rate,
        number,
        traced or None,
        taught or None,
        contact or None,
        ready or None,
        measured(shows, "mL") if shows else None,
    )


def pump_off(text: str, around: Around) -> e.Payload:
    parts = Parts(text)
    given, left = parts.after("pump"), parts.after("left")
    leaked, dry = parts.flag("leaked"), parts.flag("nothing leaked")
    if leaked and dry:
        raise Unread("Write “leaked” or “nothing leaked”.")
    why = parts.after("because") or ""
    said = parts.identifiers()
    parts.done()
    return e.PumpDisconnected(
        around.drug_key(),
        said,
        measured(given, "mL") if given else None,
        measured(left, "mL") if left else None,
        "complete" if not why else "other",
        why,
        True if leaked else False if dry else None,
    )
