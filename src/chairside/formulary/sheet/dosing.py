"""What it is for, and how much on which day."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import Adjustment, Cap, Per, Table
from chairside.core.protocols.schema.indication import Indication, LabelStatus
from chairside.core.protocols.schema.regimen import LateAction, Phase, Regimen
from chairside.formulary.sheet import rules, words
from chairside.formulary.sheet.parts import Row, Said, row, said

_PER = {Per.DOSE: "a dose", Per.COURSE: "a course", Per.LIFETIME: "a lifetime", Per.ROLLING: "a rolling span"}
_LATE = {
    LateAction.KEEP_CALENDAR: "the later doses keep their days",
    LateAction.COUNT_FROM_GIVEN: "the later doses are counted from the day it was given",
    LateAction.GIVE_PHASE: "an earlier phase is given again",
    LateAction.ASK: "the prescriber decides",
}


def indications(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.indications:
        yield row(item.names.en, _indication(item, protocol), key=item.key)


def _indication(item: Indication, protocol: Protocol) -> Iterator[Said]:
    told = [
        f"{code.prefix}{' (supporting only)' if code.supporting else ''}{words.valid(code.valid_from, code.valid_until)}"
        for code in item.codes
    ]
    people = f"{words.ages(item.ages)}{f', {item.sex} only' if item.sex else ''}"
    yield Said(
        f"Diagnosis codes that begin with {words.listed(told)}." if told else "No diagnosis code is stated.", item.source
    )
    yield Said(f"{words.started(people)}.", item.source)
    if item.status is LabelStatus.OFF_LABEL:
        yield Said("Not in the label.", item.source)
    if item.needs is not None:
        yield Said(f"Only where {words.condition(item.needs, protocol)}.", item.source)
    if item.valid_from is not None or item.valid_until is not None:
        yield Said(f"In the label{words.valid(item.valid_from, item.valid_until).removeprefix(',')}.", item.source)


def regimens(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.regimens:
        yield row(item.names.en, _regimen(item, protocol), item.layer, item.key)
    yield from _menu(protocol)
    yield from _plan(protocol)
    stated = protocol.tolerances
    tolerance = (
        f"An ordered dose more than {plain(stated.order_percent)}% from the computed one, or a weight more than "
        f"{plain(stated.weight_percent)}% from the dosing weight of record, goes to a person."
    )
    yield row("Tolerances", [Said(tolerance, stated.source)], stated.layer)


def _regimen(item: Regimen, protocol: Protocol) -> Iterator[Said]:
    named = [found.names.en if (found := protocol.indication(key)) else words.key(key) for key in item.indications]
    whom = "; ".join(named) or "no indication of its own"
    order = " Only when the order names it." if item.named_only else ""
    yield Said(f"For {whom}{words.only(item.applies, protocol)}.{order}", item.source)
    for phase in item.phases:
        yield from _phase(phase, protocol)
    yield from (_cap(cap, protocol) for cap in item.caps)
    yield from (_adjustment(change, protocol) for change in item.adjustments)
    if item.rounding is not None:
        rounding = item.rounding
        yield said(f"Rounded to a multiple of {rounding.multiple_of.spelled()}.", rounding.source, rounding.layer)
    if item.course_gap is not None:
        gap = item.course_gap
        yield said(f"After {words.days(gap.days)} without a dose the next one starts a new course.", gap.source, gap.layer)
    for choice in item.choices:
        names = {found.key: f"“{found.names.en}”" for found in protocol.regimens}
        ways = words.listed([names.get(key, words.key(key)) for key in choice.regimens], "or")
        when = f"after {choice.after_months} months the prescriber decides"
        yield Said(f"{words.started(words.key(choice.key))}: {when}: {ways}.", choice.source)
    for switch in item.switches:
        yield said(
            f"Coming from {words.keys(switch.from_protocols, 'or')}: first dose {words.days(switch.after_days)} after it.",
            switch.source,
            switch.layer,
        )


def _phase(phase: Phase, protocol: Protocol) -> Iterator[Said]:
    count = "until stopped" if phase.doses is None else words.counted(phase.doses, "dose")
    way = f", {words.route(phase.route)}" if phase.route is not None else ""
    name = f"{words.started(words.key(phase.key))}{way}"
    yield Said(f"{name}, {count}: {rules.dose(phase.dose, protocol)}{words.only(phase.when, protocol)}.", phase.source)
    if isinstance(phase.dose, Table):
        yield from (
            Said(f"{words.started(line)}.", source or phase.source) for line, source in rules.cells(phase.dose, protocol)
        )
    yield Said(f"{name}: {rules.timing(phase.timing, protocol)}.", phase.source)
    yield _window(phase)
    if phase.least_gap_days is not None:
        yield Said(f"Never sooner than {words.days(phase.least_gap_days)} after the dose before.", phase.source)
    for late in phase.late:
        again = f" ({words.key(late.phase)})" if late.phase else ""
        how = f"{_LATE[late.action]}{again}"
        when = f"More than {words.days(late.more_than_days)} late" if late.more_than_days else "When it is late"
        yield said(f"{when}: {how}.", late.source, late.layer)
    for part in phase.parts:
        yield said(
            f"{words.started(words.key(part.key))}: first {part.amount.spelled()} over {part.over_seconds} seconds, then wait "
            f"{part.wait_minutes} min{words.for_infusions(part.infusions)}.",
            part.source,
            part.layer,
        )
    if phase.pump is not None:
        yield Said(f"By pump over {phase.pump.hours} h, never in less than {phase.pump.least_hours} h.", phase.pump.source)


def _window(phase: Phase) -> Said:
    around = phase.window
    but = f"; dose {words.listed(around.except_doses)} of the phase has no window" if around.except_doses else ""
    span = (
        f"from {words.days(around.early_days)} before to {words.days(around.late_days)} after"
        if around.early_days or around.late_days
        else "only on the day itself"
    )
    return said(f"On time {span}{but}.", around.source, around.layer)


def _cap(cap: Cap, protocol: Protocol) -> Said:
    hours = f"in {cap.hours} hours" if cap.hours is not None else ""
    span = hours if hours and cap.per is Per.ROLLING else f"{_PER[cap.per]} {hours}".rstrip()
    routes = f", counting only {words.listed([words.route(way) for way in cap.routes])}" if cap.routes else ""
    how = "; the computed dose is capped to it" if cap.part_of_formula else ""
    return said(
        f"Never more than {cap.amount.spelled()} {span}{routes}{words.only(cap.when, protocol)}{how}.", cap.source, cap.layer
    )


def _adjustment(change: Adjustment, protocol: Protocol) -> Said:
    more = " or more" if change.at_least else ""
    much = "do not give" if change.reduce_by_percent is None else f"reduce by {plain(change.reduce_by_percent)}%{more}"
    phases = f" in {words.keys(change.phases)}" if change.phases else ""
    which = f", dose {words.listed(change.positions)} of the phase" if change.positions else ""
    text = f"{words.started(words.key(change.key))}: when {words.condition(change.when, protocol)}{phases}{which}, {much}."
    return said(text, change.source, change.layer)


def _menu(protocol: Protocol) -> Iterator[Row]:
    stated = protocol.menu
    if stated is None:
        return
    most = f", at most {stated.most}" if stated.most is not None else ""
    told = [Said(f"At least {stated.least}{most} of these; nothing is chosen by itself.", stated.source)]
    for item in stated.components:
        what = f"the protocol {words.key(item.protocol)}" if item.protocol else ""
        own = f"the regimen {words.key(item.regimen)}" if item.regimen else ""
        group = f" (only one of the group {words.key(item.group)})" if item.group else ""
        told.append(
            Said(f"{words.started(words.key(item.key))}: {', '.join(filter(None, (own, what)))}{group}.", stated.source)
        )
    yield row("To choose from", told)


def _plan(protocol: Protocol) -> Iterator[Row]:
    stated = protocol.plan
    if stated is None:
        return
    count = f", {words.counted(stated.cycles, 'cycle')}" if stated.cycles is not None else ""
    told = [Said(f"Cycles of {words.days(stated.cycle_days)}{count}.", stated.source)]
    for item in stated.items:
        what = f"{words.key(item.protocol)}, regimen {words.key(item.regimen)}"
        days = f"day{'' if len(item.days) == 1 else 's'} {words.listed(item.days)}"
        told.append(Said(f"{item.sequence}. {words.started(words.key(item.key))}: {what}, {days}.", item.source))
    yield row("Given together", told)
