"""When two records may be merged, and where several merges end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.merging import Standing, judge, kept_at_the_end
from chairside.core.kernel.decision import Outcome

KEPT = Standing("1", "1", "MRN-1", "o", date(1961, 3, 4))
OTHER = Standing("2", "2", "MRN-2", "o", date(1961, 3, 4))


def test_two_records_with_a_reason_may_be_merged() -> None:
    assert judge(KEPT, OTHER, reason="both cards seen").allowed
    assert judge(KEPT, replace(OTHER, born=None), reason="seen").allowed
    assert judge(KEPT, replace(OTHER, born=None, birth_text="1961"), reason="seen").allowed


@pytest.mark.parametrize(
    ("kept", "merged", "reason", "field", "outcome"),
    [
        (KEPT, OTHER, "  ", "reason", Outcome.UNKNOWN),
        (KEPT, KEPT, "x", "patient", Outcome.REFUSED),
        (KEPT, replace(OTHER, organization="p"), "x", "patient", Outcome.REFUSED),
        (KEPT, replace(OTHER, person="3"), "x", "patient.merged_into", Outcome.REFUSED),
        (replace(KEPT, person="2"), OTHER, "x", "patient.merged_into", Outcome.REFUSED),
        (KEPT, replace(OTHER, in_a_chair=True), "x", "visit", Outcome.REFUSED),
        (KEPT, replace(OTHER, born=date(1961, 4, 3)), "x", "birth_date", Outcome.UNKNOWN),
        (KEPT, replace(OTHER, born=None, birth_text="1962"), "x", "birth_date", Outcome.UNKNOWN),
    ],
)
def test_what_stands_against_it(kept: Standing, merged: Standing, reason: str, field: str, outcome: Outcome) -> None:
    decision = judge(kept, merged, reason=reason)
    assert [(item.field, item.outcome) for item in decision.reasons] == [(field, outcome)]


def test_a_visit_of_the_record_that_is_kept_does_not_stand_against_it() -> None:
    assert judge(replace(KEPT, in_a_chair=True), OTHER, reason="x").allowed


def test_birth_dates_that_differ_take_the_right_one_and_it_is_that_of_the_kept_record() -> None:
    other = replace(OTHER, born=date(1961, 4, 3))
    assert judge(KEPT, other, reason="x", birth_date=date(1961, 3, 4)).allowed
    wrong = judge(KEPT, other, reason="x", birth_date=date(1961, 4, 3))
    assert [(item.code, item.outcome) for item in wrong.reasons] == [("wrong_person", Outcome.REFUSED)]


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8), max_size=8), st.integers(0, 8))
def test_the_end_of_the_merges_is_merged_no_further(merges: dict[int, int], record: int) -> None:
    try:
        end = kept_at_the_end(merges, record)
    except ValueError:
        walked, at = set(), record
        while at in merges and at not in walked:
            walked.add(at)
            at = merges[at]
        assert at in walked, "only a circle has no end"
    else:
        assert end not in merges
        assert end == record or record in merges
