"""Ages of an indication: years, months, and an age in years that leaves the months open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Patient
from chairside.core.plans.people import age_reason, spelled
from chairside.core.protocols.schema.terms import Ages
from chairside.core.protocols.truth import Known
from chairside.formulary.loader import load

DAY = date(2026, 4, 13)


@pytest.mark.parametrize(
    ("ages", "patient", "outcome"),
    [
        (Ages(from_months=1), Patient(born=date(2026, 3, 13)), None),
        (Ages(from_months=1), Patient(born=date(2026, 3, 14)), Outcome.REFUSED),
        (Ages(from_months=1), Patient(age_years=0), Outcome.UNKNOWN),
        (Ages(from_months=1), Patient(age_years=1), None),
        (Ages(from_months=18), Patient(born=date(2024, 10, 13)), None),
        (Ages(from_months=18), Patient(born=date(2024, 10, 14)), Outcome.REFUSED),
        (Ages(from_months=18), Patient(age_years=1), Outcome.UNKNOWN),
        (Ages(from_months=18), Patient(age_years=2), None),
        (Ages(from_years=18), Patient(age_years=17), Outcome.REFUSED),
        (Ages(from_years=18), Patient(), Outcome.UNKNOWN),
        (Ages(below_years=18), Patient(age_years=18), Outcome.REFUSED),
        (Ages(), Patient(), None),
    ],
)
def test_an_age_fits_is_refused_or_is_not_known(ages, patient, outcome):
    indication = replace(load("infliximab_iv").indications[0], ages=ages)
    found = [reason.outcome for reason in age_reason(indication, Known(DAY, patient))]
    assert found == ([] if outcome is None else [outcome])


def test_ages_are_spelled_as_a_nurse_reads_them():
    assert spelled(Ages(from_months=1)) == "1 month and older"
    assert spelled(Ages(from_months=4, below_years=18)) == "4 months and older, below 18 years"
    assert spelled(Ages()) == "all ages"
