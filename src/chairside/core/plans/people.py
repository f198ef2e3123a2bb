"""Whom a therapy is for: ages counted on the calendar, months for infants."""

from __future__ import annotations

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.span import months_old
from chairside.core.protocols.schema.indication import Indication
from chairside.core.protocols.schema.terms import Ages
from chairside.core.protocols.truth import Known, age_years


def age_reason(item: Indication, known: Known) -> tuple[Reason, ...]:
    """Nothing when the age fits; else why not. An age that is not known is never taken as adult."""
    ages = item.ages
    if ages == Ages():
        return ()
    years = age_years(known.patient, known.day)
    months = months_old(known.patient.born, known.day) if known.patient.born else None
    # An age in years says its months only within a year: one that may lie on either side is not known.
    from_months = ages.from_months or 0
    if years is None or (months is None and years * 12 < from_months):
        message = f"The age is not known. {item.names.en} is stated for {spelled(ages)}."
        return (unknown("missing_fact", message, field="patient.birth_date", limit=spelled(ages), source=item.source),)
    too_young = years < (ages.from_years or 0) or (months is not None and months < from_months)
    if too_young or (ages.below_years is not None and years >= ages.below_years):
        message = f"{item.names.en} is stated for {spelled(ages)}; the patient is {years}."
        return (
            refused(
                "wrong_population", message, field="patient.age", limit=spelled(ages), source=item.source, override="prescriber"
            ),
        )
    return ()


def spelled(ages: Ages) -> str:
    """Ages as a nurse reads them."""
    parts = []
    if ages.from_months is not None:
        parts.append(f"{ages.from_months} {'month' if ages.from_months == 1 else 'months'} and older")
    if ages.from_years is not None:
        parts.append(f"{ages.from_years} years and older")
    if ages.below_years is not None:
        parts.append(f"below {ages.below_years} years")
    return ", ".join(parts) or "all ages"
