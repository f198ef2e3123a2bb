"""Drug units from the vials drawn: units given, units discarded, and their modifiers (UNIT-1, WASTE-1 to -4, VIAL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from chairside.core.charges.lines import Line, NotBilled
from chairside.core.charges.table import PayerProfile
from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.supply.vials import choose

SINGLE_DOSE = "single_dose"


@dataclass(frozen=True, slots=True)
class DrugGiven:
    """A drug to bill.

    code       billing code and `unit`, the amount that one billing unit stands for
    dose       what the patient got
    vials      strength and count of the vials drawn; empty when they are to be chosen from `available`
    container  single_dose or multi_dose
    bought     False for stock that the site did not buy (white bag, brown bag, free drug)
    """

    code: str
    unit: Quantity
    dose: Quantity
    container: str
    vials: tuple[tuple[Quantity, int], ...] = ()
    available: tuple[Quantity, ...] = ()
    bought: bool = True
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Units:
    """The drug's lines, the vials they rest on, and what is not billed."""

    lines: tuple[Line, ...]
    vials: tuple[tuple[Quantity, int], ...]
    not_billed: tuple[NotBilled, ...] = ()


def drug_units(drug: DrugGiven, *, on: date | None, payer: PayerProfile) -> Decision[Units]:
    """The lines of one drug. Units given are rounded up to whole billing units; what that leaves of the vials is discarded."""
    vials = drug.vials or (choose(drug.dose, drug.available).counts if drug.available else ())
    if not vials:
        return Decision(None, (unknown("missing_fact", "No vials are recorded for the drug.", field="drug.vials"),))
    drawn = sum((strength.to(drug.unit.unit).amount * count for strength, count in vials), Decimal(0))
    dose, unit = drug.dose.to(drug.unit.unit).amount, drug.unit.amount
    if drawn < dose:
        message = f"The vials hold {Quantity(drawn, drug.unit.unit).spelled()}; {drug.dose.spelled()} was given."
        return Decision(None, (refused("mismatch", message, field="drug.vials"),))
    if not drug.bought:
        units = int((dose / unit).to_integral_value(ROUND_CEILING))
        left_out = NotBilled(drug.code, "not_purchased", ("SUPPLY-1",), units, drug.dose)
        return Decision(Units((), vials, (left_out,)))
    given = int((dose / unit).to_integral_value(ROUND_CEILING))
    opened = int((drawn / unit).to_integral_value(ROUND_FLOOR))
    discarded = max(opened - given, 0) if drug.container == SINGLE_DOSE else 0
    working = (f"{dose} / {unit} = {given} units given; vials {drawn} = {opened} units; {discarded} discarded",)
    return Decision(_lines(drug, vials, given, discarded, on, payer), (), working)


def _lines(
    drug: DrugGiven, vials: tuple[tuple[Quantity, int], ...], given: int, discarded: int, on: date | None, payer: PayerProfile
) -> Units:
    marks_waste = _from(payer.waste_modifier_from, on)
    marks_none = _from(payer.no_waste_modifier_from, on) and drug.container == SINGLE_DOSE and not discarded
    lines = [
        Line(
            drug.code,
            given,
            frozenset({"JZ"}) if marks_none else frozenset(),
            drug.evidence,
            (),
            ("UNIT-1", "WASTE-3" if marks_none else "WASTE-2" if not discarded else "WASTE-1"),
        )
    ]
    if not discarded:
        return Units(tuple(lines), vials)
    if marks_waste:
        lines.append(Line(drug.code, discarded, frozenset({"JW"}), drug.evidence, (), ("WASTE-1",)))
        return Units(tuple(lines), vials)
    held = sum((strength.to(drug.unit.unit).amount * count for strength, count in vials), Decimal(0))
    left = Quantity(held - drug.dose.to(drug.unit.unit).amount, drug.unit.unit)
    return Units(tuple(lines), vials, (NotBilled(drug.code, "waste_not_billed_to_this_payer", ("WASTE-1",), discarded, left),))


def _from(first: date | None, on: date | None) -> bool:
    return first is not None and on is not None and on >= first
