"""What it is for, and how much on which day."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import Cap, DoseRule, Flat, Ordered, Per, PerSurface, PerWeight, Table, WeightChoice
from chairside.core.protocols.schema.indication import Indication, LabelStatus
from chairside.core.protocols.schema.regimen import Anchor, Every, Offsets, Phase, Regimen, Timing
from chairside.core.protocols.vocabulary import name_of
from chairside.formulary.sheet import words
from chairside.formulary.sheet.numbers import ages_text, condition_text, leaves
from chairside.formulary.sheet.parts import Row, Said, row

_WEIGHTS = {
    WeightChoice.RECORD: "the dosing weight of record",
    WeightChoice.ACTUAL: "today's weight",
    WeightChoice.LEAN: "the lean weight",
    WeightChoice.ADJUSTED: "the adjusted weight",
    WeightChoice.FROZEN: "the weight at the first dose",
}
_ANCHORS = {
    Anchor.FIRST_DOSE: "the first dose",
    Anchor.LAST_DOSE: "the dose before",
    Anchor.CALENDAR: "the original calendar",
    Anchor.CYCLE_START: "the start of the cycle",
    Anchor.EVENT: "the event",
}
_PER = {Per.DOSE: "a dose", Per.COURSE: "a course", Per.LIFETIME: "a lifetime"}


def indications(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.indications:
        yield row(item.names.en, _indication(item))


def _indication(item: Indication) -> Iterator[Said]:
    codes = words.listed([f"{code.prefix}{' (supporting only)' if code.supporting else ''}" for code in item.codes])
    people = f"{ages_text(item.ages)}{f', {item.sex} only' if item.sex else ''}"
    yield Said(f"Diagnosis codes that begin with {codes}; {people}.", item.source)
    if item.status is LabelStatus.OFF_LABEL:
        yield Said("Not in the label.", item.source)
    if item.needs is not None:
        yield Said(f"Needs {condition_text(item.needs)}.", item.source)


def regimens(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.regimens:
        yield row(item.names.en, _regimen(item, protocol), item.layer)
    stated = protocol.tolerances
    tolerance = (
        f"An ordered dose more than {plain(stated.order_percent)} % from the computed one, or a weight more than "
        f"{plain(stated.weight_percent)} % from the dosing weight of record, goes to a person."
    )
    yield row("Tolerances", [Said(tolerance, stated.source)], stated.layer)


def _regimen(item: Regimen, protocol: Protocol) -> Iterator[Said]:
    named = [found.names.en if (found := protocol.indication(key)) else words.key(key) for key in item.indications]
    yield Said(
        f"For {'; '.join(named)}{words.only(item.applies)}.{' Only when the order names it.' if item.named_only else ''}",
        item.source,
    )
    for phase in item.phases:
        yield from _phase(phase, protocol)
    yield from (_cap(cap) for cap in item.caps)
    for change in item.adjustments:
        much = "do not give" if change.reduce_by_percent is None else f"reduce by {plain(change.reduce_by_percent)} %"
        yield Said(f"When {condition_text(change.when)}: {much}.", change.source)
    if item.rounding is not None:
        yield Said(f"Rounded to a multiple of {item.rounding.multiple_of.spelled()}.", item.rounding.source)
    if item.course_gap is not None:
        yield Said(
            f"After {words.days(item.course_gap.days)} without a dose the next one starts a new course.", item.course_gap.source
        )
    for choice in item.choices:
        ways = words.listed([words.key(key) for key in choice.regimens], "or")
        yield Said(f"After {choice.after_months} months the prescriber decides: {ways}.", choice.source)


def _phase(phase: Phase, protocol: Protocol) -> Iterator[Said]:
    count = "until stopped" if phase.doses is None else "1 dose" if phase.doses == 1 else f"{phase.doses} doses"
    much, when = _dose(phase.dose, protocol), _timing(phase.timing)
    yield Said(f"{words.started(words.key(phase.key))}, {count}: {much}; {when}{words.only(phase.when)}.", phase.source)
    if isinstance(phase.dose, Table):
        yield from (Said(f"{words.started(line)}.", phase.source) for line in _cells(phase.dose))
    around = phase.window
    if around.early_days or around.late_days:
        but = f", not for dose {words.listed(around.except_doses)} of the phase" if around.except_doses else ""
        span = f"from {words.days(around.early_days)} before to {words.days(around.late_days)} after"
        yield Said(f"On time {span}{but} ({around.layer.value}).", around.source)
    if phase.least_gap_days is not None:
        yield Said(f"Never sooner than {words.days(phase.least_gap_days)} after the dose before.", phase.source)
    for late in phase.late:
        yield Said(
            f"More than {words.days(late.more_than_days)} late: {words.key(late.action.value)} {words.key(late.phase)}".rstrip()
            + ".",
            late.source,
        )
    for part in phase.parts:
        yield Said(
            f"First {part.amount.spelled()} over {part.over_seconds} seconds, then wait {part.wait_minutes} min.", part.source
        )
    if phase.pump is not None:
        yield Said(f"By pump over {phase.pump.hours} h, never in less than {phase.pump.least_hours} h.", phase.pump.source)


def _dose(rule: DoseRule, protocol: Protocol) -> str:
    match rule:
        case Flat():
            return f"{rule.amount.spelled()}{_highest(rule)}"
        case PerWeight():
            whom = [found.names.en if (found := protocol.indication(key)) else words.key(key) for key in rule.highest_for]
            limit = f"{_highest(rule)}{f' for {words.listed(whom)}' if whom else ''}"
            return f"{rule.amount.spelled()} of {_WEIGHTS[rule.weight]}{limit}"
        case PerSurface():
            return f"{rule.amount.spelled()} of body surface{_highest(rule)}"
        case Ordered():
            return f"as ordered, {rule.least.spelled()} to {rule.most.spelled()}"
        case Table():
            return "by the table below"
    return "; ".join(f"{part}: {says}" for part, says in leaves(rule))


def _highest(rule: Flat | PerWeight | PerSurface) -> str:
    return f", by order up to {rule.highest.spelled()}" if rule.highest is not None else ""


def _cells(rule: Table) -> Iterator[str]:
    for cell in rule.cells:
        where = ", ".join(
            words.stretch(axis, step, name_of(axis.fact).lower()) for axis, step in zip(rule.axes, cell.at, strict=True)
        )
        much = (
            ", then ".join(f"{value.spelled()}{'' if value.amount else ' (not given)'}" for value in cell.amounts)
            or "do not dose"
        )
        every = f", every {words.days(cell.every_days)}" if cell.every_days else ""
        over = f", over at least {cell.least_minutes} min" if cell.least_minutes else ""
        yield f"{where}: {much}{every}{over}"


def _timing(timing: Timing) -> str:
    match timing:
        case Offsets():
            noun = "day" if len(timing.days) == 1 else "days"
            anchor = words.key(timing.event) or _ANCHORS[timing.anchor]
            return f"on {noun} {words.listed(timing.days)}, counted from {anchor}"
        case Every():
            first = f", the first on day {timing.first_day}" if timing.first_day is not None else ""
            short = f", by order down to {words.days(timing.shortest_days)}" if timing.shortest_days else ""
            return f"every {words.days(timing.days)}, counted from {_ANCHORS[timing.anchor]}{first}{short}"
    return "; ".join(f"{part}: {says}" for part, says in leaves(timing) if part != "timing")


def _cap(cap: Cap) -> Said:
    span = f"{cap.hours} hours" if cap.per is Per.ROLLING else _PER[cap.per]
    how = "; the computed dose is capped to it" if cap.part_of_formula else ""
    return Said(f"Never more than {cap.amount.spelled()} {span}{words.only(cap.when)}{how} ({cap.layer.value}).", cap.source)
