"""Doses given, and the dose of a bag. Days out of order and amounts that cannot be right are refused here, with their place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise

from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import unit
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Route
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.text import shown

_ROUTES = tuple(route.value for route in Route)
_NEARLY, _NEAR = "anaphyla", 0.75
_MOST_VIALS = 10_000
_DENSEST, _GRAM = quantity(5, "g/mL"), unit("g")


def history(
    question: Fields, protocols: Iterable[Protocol], until: date, born: date | None = None, known_ids: Collection[str] = ()
) -> tuple[DoseGiven, ...]:
    """The doses given, up to a day. Numbers of one course must rise with the days; a new course begins with dose 1.

    protocols   those that are asked about: their doses must be measured as their vials are
    known_ids   of the formulary: a dose of a therapy that it does not hold is kept, one whose id lacks its end is a slip
    """
    parts = question.parts("history")
    given = tuple(_given(part, until, born) for part in parts)
    for name in dict.fromkeys(dose.protocol for dose in given):
        _in_order([(part, dose) for part, dose in zip(parts, given, strict=True) if dose.protocol == name and not dose.extra])
    asked = {protocol.id: protocol for protocol in protocols}
    for part, dose in zip(parts, given, strict=True):
        if dose.protocol in asked:
            _measured_alike(part, dose, asked[dose.protocol])
        elif dose.protocol not in known_ids and (meant := next((key for key in asked if key.startswith(dose.protocol)), "")):
            raise part.problem("protocol", f"there is no protocol {shown(dose.protocol)}; did you mean {meant}?")
    return given


def _given(part: Fields, until: date, born: date | None) -> DoseGiven:
    name = part.needed("protocol", part.text("protocol"))
    brand, extra, number = part.text("brand"), part.flag("extra") or False, part.whole("dose_number")
    if not extra:  # one that was given because of an event has no number
        part.needed("dose_number", number)
    day = part.needed("date", part.day("date"))
    dose = part.measured(part.needed("dose", part.number("dose")), "unit")
    reaction = _reaction(part.part("reaction"))
    tolerated, route = part.flag("tolerated"), part.word("route", _ROUTES)
    part.close()
    if day > until:
        raise part.problem("date", f"{day.isoformat()} lies after {until.isoformat()}, the day that is asked about")
    if born is not None and day < born:
        raise part.problem("date", f"{day.isoformat()} lies before the birth date, {born.isoformat()}")
    well = tolerated if tolerated is not None else reaction is None or reaction.grade < 2
    return DoseGiven(name, number or 0, day, dose, brand or "", reaction, well, route or "", extra)


def _reaction(part: Fields | None) -> Reaction | None:
    if part is None:
        return None
    made = Reaction(part.needed("grade", part.whole("grade", most=5)), term_of(part))
    part.close()
    return made


def term_of(part: Fields) -> str:
    """The term of a reaction in the one spelling that rules compare: `Allergic reaction` is `allergic_reaction`.

    What is nearly anaphylaxis is asked again: under another name no rule of it would hold.
    """
    from difflib import get_close_matches  # here, because few questions tell of a reaction and all of them start this module

    from chairside.core.visit.reactions.reaction import ANAPHYLAXIS

    said = part.needed("term", part.text("term"))
    term = "_".join(said.casefold().replace("-", " ").replace("_", " ").split())
    if term != ANAPHYLAXIS and (_NEARLY in term or get_close_matches(term, (ANAPHYLAXIS,), 1, _NEAR)):
        raise part.problem("term", f"{shown(said)} is not a term of a reaction here; write {ANAPHYLAXIS} if it is meant")
    return term


def _in_order(rows: Sequence[tuple[Fields, DoseGiven]]) -> None:
    """As listed, a higher number has no earlier day; day by day, numbers rise until a new course begins with dose 1."""
    by_day = sorted(rows, key=lambda row: (row[1].on, row[1].dose_number))
    for (_, before), (part, dose) in (*pairwise(rows), *pairwise(by_day)):
        rises, goes_back = before.dose_number < dose.dose_number, dose.on < before.on
        earlier = f"dose {before.dose_number} of {before.on.isoformat()}"
        if rises and goes_back:
            raise part.problem("date", f"{dose.on.isoformat()} is out of order: dose {dose.dose_number} lies before {earlier}")
        if before == dose:
            raise part.problem("dose_number", f"dose {dose.dose_number} of {dose.on.isoformat()} is listed twice")
        twin = (before.on, before.dose_number) == (dose.on, dose.dose_number)  # a bolus and a pump of one plan
        if not rises and not goes_back and not twin and dose.dose_number != 1:
            sentence = f"is out of order: dose {dose.dose_number} lies after {earlier}, and a new course begins with dose 1"
            raise part.problem("date", f"{dose.on.isoformat()} {sentence}")


def _measured_alike(part: Fields, dose: DoseGiven, protocol: Protocol) -> None:
    """A dose of this protocol is measured as its vials are, else it could not be added to the others."""
    alike = _measured_as_its_vials(part, "unit", dose.dose, protocol)
    if alike and all(dose.dose > strength * _MOST_VIALS for strength in alike):
        raise part.problem("dose", f"{dose.dose.spelled()} cannot be right: more than {_MOST_VIALS:,} vials; check the number")


def _measured_as_its_vials(part: Fields, key: str, dose: Quantity, protocol: Protocol) -> list[Quantity]:
    """The strengths of the vials that are measured as the dose is."""
    strengths = [vial.strength for product in protocol.products for vial in product.vials]
    alike = [strength for strength in strengths if dose.unit.comparable(strength.unit)]
    if strengths and not alike:
        known = ", ".join(dict.fromkeys(str(strength.unit) for strength in strengths))
        raise part.problem(key, f"{shown(dose.unit)} does not measure a dose of {protocol.id} (its vials hold {known})")
    return alike


def in_a_bag(question: Fields, protocol: Protocol, volume: Quantity | None) -> Quantity:
    """The dose of one bag, measured as its vials are. More grams than the bag could weigh are a slip."""
    dose = question.needed("dose", question.quantity("dose"))
    _measured_as_its_vials(question, "dose.unit", dose, protocol)
    if volume is not None and dose.unit.comparable(_GRAM) and dose > _DENSEST * volume:
        sentence = f"{dose.spelled()} cannot be in {volume.spelled()}; check the number and its unit"
        raise question.problem("dose.amount", sentence)
    return dose
