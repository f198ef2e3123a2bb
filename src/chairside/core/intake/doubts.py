"""Which received values nobody may take at their word: unreadable units, impossible numbers, pounds taken for kilograms.

A doubted value is kept as it came and marked by its status, so that no rule uses it as a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.growth import unlikely
from chairside.core.intake.packet_rules import POUND_TOLERANCE, POUNDS_IN_A_KILOGRAM
from chairside.core.intake.recording import implausible
from chairside.core.intake.referral import Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import plain
from chairside.core.kernel.span import months_old
from chairside.core.kernel.ucum import measure
from chairside.core.protocols.standing import status_of
from chairside.core.protocols.vocabulary import name_of, unit_of

IMPLAUSIBLE, UNIT_UNKNOWN, NO_VALUE = "implausible", "unit_unknown", "no_value"
DOUBTED = {
    IMPLAUSIBLE: "questioned: cannot be right",
    UNIT_UNKNOWN: "questioned: unit not known",
    NO_VALUE: "no value",
}
_NOT_MEANT = frozenset(("entered-in-error", "cancelled", "implausible", "unit-unknown", "no-value"))
_MARK = "Received as “"
_SIZES = ("weight_kg", "height_cm")
_ASKED = {"weight_kg": "weight_implausible", "height_cm": "height_implausible"}
_GRAVE = {"weight_kg": Severity.HOLD, "height_cm": Severity.REVIEW}
_CHILD_MONTHS, _GROWN_MONTHS, _CHILD_DAYS = 12, 216, 180  # a child past the first year does not double within half a year
# How a number looks that was measured in one unit and written down as another.
_SWAPPED = {
    "weight_kg": (POUNDS_IN_A_KILOGRAM, "pounds were written as kilograms", "kg"),
    "height_cm": (1 / Decimal("2.54"), "inches were written as centimeters", "cm"),
}


@dataclass(frozen=True, slots=True)
class Doubted:
    """Facts with what is doubted marked, and what to ask about them."""

    facts: tuple[Recorded, ...]
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()  # what intake has to ask for


def doubted(
    facts: Sequence[Recorded], rails: Mapping[str, Guardrail], born: date | None, earlier: Sequence[Fact] = ()
) -> Doubted:
    """Every fact, those that nobody may take at their word marked.

    born      the patient's birth date; without it nothing is said about an age
    earlier   weights and heights that are on record already, with which a new one must agree
    """
    found = [_judged(item, rails, born) for item in facts]
    asked = [
        Finding(_ASKED[item.fact.code], _GRAVE[item.fact.code], f"{why} It is not used for any dose")
        for item, status, why in found
        if item.fact.code in _SIZES and item.fact.kind is FactKind.VITAL and status
    ]
    swaps = [finding for code in _SIZES for finding in _swapped(code, found, earlier, born)]
    marked = [_marked(item, status, why) if status else item for item, status, why in found]
    missing = [f"re-measured {finding.code.partition('_')[0]}" for finding in asked]
    missing += [f"re-measured {finding.code.partition('_')[0]} and re-computed doses" for finding in swaps]
    return Doubted(tuple(marked), tuple(dict.fromkeys((*asked, *swaps))), tuple(dict.fromkeys(missing)))


def as_sent(status: str, note: str) -> tuple[str, str]:
    """The status and the note as they were before a doubt marked them."""
    if not note.startswith(_MARK):
        return status, note
    first, _, rest = note.partition("\n")
    return first.removeprefix(_MARK).partition("”")[0], rest


_Judged = tuple[Recorded, str, str]


def _judged(item: Recorded, rails: Mapping[str, Guardrail], born: date | None) -> _Judged:
    fact = item.fact
    if not isinstance(fact.value, Decimal) or status_of(fact) in _NOT_MEANT:
        return item, "", ""
    wanted = unit_of(f"{fact.kind.value}.{fact.code}")
    name = name_of(f"{fact.kind.value}.{fact.code}") if wanted else item.display or fact.code
    if item.doubt:
        return item, UNIT_UNKNOWN, item.doubt
    if wanted and not fact.unit:
        return item, UNIT_UNKNOWN, f"{name} came as {plain(fact.value)} without a unit. Ask for the unit."
    if fact.unit and measure(fact.unit) is None:
        return item, UNIT_UNKNOWN, f"{name} came in “{fact.unit}”, which is no unit that can be read. Ask for the unit."
    why = implausible(fact, rails)
    if not why and fact.kind is FactKind.VITAL and fact.unit == wanted:
        why = unlikely(fact.code, fact.value, born, fact.on)
    return item, IMPLAUSIBLE if why else "", why


def _marked(item: Recorded, status: str, why: str) -> Recorded:
    note = f"{_MARK}{item.fact.status}”. {why}\n{item.fact.note}".strip()
    return replace(item, fact=replace(item.fact, status=status, note=note))


def _swapped(code: str, found: list[_Judged], earlier: Sequence[Fact], born: date | None) -> list[Finding]:
    """Mark in `found` what looks like pounds (or inches) against the reading before it; the findings to ask about."""
    factor, story, unit = _SWAPPED[code]
    sized = [(fact, -1) for fact in earlier if _is_size(fact, code, unit)]
    sized += [
        (item.fact, place) for place, (item, status, _) in enumerate(found) if not status and _is_size(item.fact, code, unit)
    ]
    sized.sort(key=lambda pair: pair[0].on)
    findings = []
    for (before, before_at), (now, now_at) in pairwise(sized):
        ratio = _ratio(before, now)
        if (before_at < 0 and now_at < 0) or _grown(before.on, now.on, born):
            continue
        if _near(ratio, factor):
            told, place = story, now_at
        elif _near(1 / ratio, factor):
            told, place = f"the one before was not in {unit}", before_at
        else:
            continue
        days = (now.on - before.on).days
        why = f"{now.shown} against {before.shown} {days} days earlier: it looks as if {told}"
        if place >= 0:
            found[place] = (found[place][0], IMPLAUSIBLE, f"{why}.")
        if (now, now_at) == sized[-1]:  # an older pair that later readings have settled holds nothing up
            follows = "; every dose by weight or surface follows it"
            findings.append(Finding(_ASKED[code], _GRAVE[code], why + follows))
    return findings


def _ratio(before: Fact, now: Fact) -> Decimal:
    assert isinstance(before.value, Decimal)
    assert isinstance(now.value, Decimal)
    return now.value / before.value


def _near(ratio: Decimal, factor: Decimal) -> bool:
    return abs(ratio / factor - 1) <= POUND_TOLERANCE


def _grown(before: date, now: date, born: date | None) -> bool:
    """True when a child may have grown as much between the two days."""
    if born is None or before < born:
        return False
    then = months_old(born, before)
    return then < _GROWN_MONTHS and (then < _CHILD_MONTHS or (now - before).days > _CHILD_DAYS)


def _is_size(fact: Fact, code: str, unit: str) -> bool:
    usable = status_of(fact) not in _NOT_MEANT and status_of(fact) != "preliminary"
    return (
        fact.kind is FactKind.VITAL
        and fact.code == code
        and fact.unit == unit
        and usable
        and isinstance(fact.value, Decimal)
        and fact.value > 0
    )
