"""ORC with what follows it -> an order, and what is to be done with it."""

from __future__ import annotations

from chairside.core.intake.referral import Clinician, Identifier, Request
from chairside.exchange.hl7v2.message import Control, OrderLine
from chairside.exchange.hl7v2.reading.context import ICD10, Context, source_of, text_of
from chairside.exchange.hl7v2.reading.drugs import drug_order, timings_of
from chairside.exchange.hl7v2.reading.groups import Group
from chairside.exchange.hl7v2.reading.people import clinicians
from chairside.exchange.hl7v2.segments import Segment

_CONTROLS = {"NW": Control.NEW, "XO": Control.CHANGE, "CA": Control.CANCEL, "DC": Control.DISCONTINUE}
# HL7 table 0038 -> the status of an order.
_STATUS = {"CA": "cancelled", "CM": "completed", "DC": "stopped", "ER": "entered-in-error", "HD": "on-hold", "RP": "stopped"}


def numbers(group: Group, context: Context) -> tuple[Identifier, ...]:
    """The placer's and the filler's number of the order, as far as they were sent."""
    found = []
    for at, kind in ((2, "PLAC"), (3, "FILL")):
        for segment in (group.first("ORC"), group.first("OBR")):
            value = segment.value(at) if segment else None
            if value is not None and value.text(1):
                found.append(context.entity(value, kind))
                break
    return tuple(found)


def order_line(group: Group, context: Context) -> tuple[OrderLine | None, tuple[Clinician, ...]]:
    """One order with its prescribers. None, with a problem, where it does not say what is to be done or has no number."""
    orc = group.segments[0]
    if orc.name != "ORC":
        context.wrong(orc, 0, "100", f"{orc.name} stands without an ORC: it does not say what is to be done.")
        return None, ()
    control = _CONTROLS.get(orc.text(1).upper())
    if control is None:
        context.wrong(orc, 1, "103", f"The order control code “{orc.text(1)[:10]}” is not read here. NW, XO, CA and DC are.")
        return None, ()
    identifiers = numbers(group, context)
    if not identifiers:
        context.wrong(orc, 2, "101", "The order has no number: at a repeat nobody could tell that it is the same order.")
        return None, ()
    obr = group.first("OBR")
    prescribers = tuple(clinicians((*orc.values(12), *(obr.values(16) if obr else ())), context))
    reason = text_of(context.coded(orc.value(16)))
    if control in (Control.CANCEL, Control.DISCONTINUE):
        return OrderLine(control, identifiers, reason=reason), prescribers
    return _asked(control, group, orc, identifiers, prescribers, reason, context), prescribers


def _asked(
    control: Control,
    group: Group,
    orc: Segment,
    identifiers: tuple[Identifier, ...],
    prescribers: tuple[Clinician, ...],
    reason: str,
    context: Context,
) -> OrderLine | None:
    """A new or changed order: the drug, where there is one, and the request to give it here."""
    source = source_of("Order", identifiers[0].system, identifiers[0].value)
    rxo, obr = group.first("RXO"), group.first("OBR")
    if rxo is None and obr is None:
        context.wrong(orc, 0, "100", "After ORC there is neither RXO nor OBR: nobody can tell what is ordered.")
        return None
    timings = timings_of(group, orc, source, context)
    request = Request(
        source,
        _STATUS.get(orc.text(5), "active"),
        next((item.priority for item in timings if item.priority), "routine"),
        text_of(context.coded(rxo.value(1) if rxo else obr.value(4) if obr else None)),
        context.day(orc, 9, source),
        min((item.starts for item in timings if item.starts), default=None),
        prescriber=prescribers[0].source if prescribers else "",
        diagnoses=_diagnoses(group, context),
    )
    if not request.text:
        segment, at = (rxo, 1) if rxo else (obr or orc, 4)
        context.wrong(segment, at, "101", f"{segment.name}-{at} does not say what is ordered.")
    drug = drug_order(group, orc, rxo, timings, request, identifiers, context) if rxo else None
    return OrderLine(control, identifiers, drug, request, reason)


def _diagnoses(group: Group, context: Context) -> tuple[str, ...]:
    """ICD-10-CM codes that the order gives as its reason; those of its DG1 where it names none itself."""
    named = [
        item.code
        for segment, at in ((group.first("RXO"), 20), (group.first("ORC"), 16), (group.first("OBR"), 31))
        for value in (segment.values(at) if segment else ())
        for item in context.coded(value)
        if item.system == ICD10 and item.code
    ]
    of_segments = [
        item.code for dg1 in group.named("DG1") for item in context.coded(dg1.value(3)) if item.system == ICD10 and item.code
    ]
    return tuple(dict.fromkeys(named or of_segments))
