"""Which requirements a dose asks for: whose they are, on which days they stand, and on which occasion they are due."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.ask import Ask
from chairside.core.kernel import span
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.schema.terms import Occasion
from chairside.core.protocols.scope import for_regimen
from chairside.core.protocols.truth import Truth, evaluate


def in_force(ask: Ask) -> tuple[Requirement, ...]:
    """The requirements that are for this indication, regimen and patient, and stand on the day of the dose."""
    if not ask._in_force:
        ask._in_force.append(tuple(_in_force(ask)))
    return ask._in_force[0]


def _in_force(ask: Ask) -> Iterator[Requirement]:
    for item in for_regimen(ask.protocol.requirements, ask.regimen):
        if item.indications and ask.indication not in item.indications:
            continue
        if item.jurisdiction != ask.protocol.jurisdiction or not span.in_force(item, ask.day):
            continue
        if item.applies is None or evaluate(item.applies, ask.known).truth is not Truth.FALSE:
            yield item


def is_asked(item: Requirement, ask: Ask) -> bool:
    """Whether the occasion of the requirement is this dose."""
    match item.when:
        case Occasion.EVERY_DOSE | Occasion.EVERY_VISIT:
            return True
        case Occasion.DOSES:
            return ask.dose_number in item.doses
        case Occasion.COURSE:
            return ask.dose_number == 1
        case Occasion.FIRST_DOSE:
            return ask.dose_number == 1 and not ask.course.earlier
        case Occasion.REPEAT_COURSE:
            return ask.dose_number == 1 and _repeats(item, ask)


def lead_days(item: Requirement, ask: Ask) -> int:
    """Days that must lie between it and the dose. Only a first dose, or one that is named, waits: what is begun goes on."""
    return (item.lead_days or 0) if ask.dose_number == 1 or item.when is Occasion.DOSES else 0


def _repeats(item: Requirement, ask: Ask) -> bool:
    if not ask.course.earlier:
        return False
    months = item.repeat_within_months
    return months is None or span.months_old(ask.course.earlier[-1].on, ask.day) < months
