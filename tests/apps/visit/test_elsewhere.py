"""Doses given elsewhere: all or none, once, with their source, and they count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.people.history import history_for
from chairside.apps.visit.models import DoseGivenRecord
from chairside.apps.visit.services.elsewhere import doses_given_report
from chairside.core.kernel.fact import DoseGiven, Reaction
from chairside.core.kernel.quantity import quantity
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db

FIRST = DoseGiven("infliximab_iv", 1, story.TODAY - timedelta(days=42), quantity("410", "mg"), "Remicade")
SECOND = DoseGiven(
    "infliximab_iv", 2, story.TODAY - timedelta(days=28), quantity("410", "mg"), "Remicade", Reaction(2, "urticaria"), False
)


def report(cast: story.Cast, *doses: DoseGiven, who: str = "nurse", source: str = "Records of Lakeshore, by fax"):
    return doses_given_report(
        patient=cast.patient, doses=doses, source=source, today=story.TODAY, actor=cast.actors[who], at=story.NINE
    )


def test_they_are_part_of_the_history_from_then_on():
    with story.center() as cast:
        assert report(cast, FIRST, SECOND).allowed
        assert history_for(cast.patient) == (FIRST, SECOND)
        assert DoseGivenRecord.objects.get(dose_number=2).source == "Records of Lakeshore, by fax"
        assert AuditEntry.objects.filter(action="doses_given.report", patient=cast.patient.pk).count() == 1


def test_the_same_paper_again_changes_nothing():
    with story.center() as cast:
        first = report(cast, FIRST).value
        again = report(cast, FIRST, SECOND).value
        assert first is not None
        assert again is not None
        assert again[0] == first[0]
        assert DoseGivenRecord.objects.count() == 2
        assert report(cast, FIRST, SECOND).allowed
        assert AuditEntry.objects.filter(action="doses_given.report").count() == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(FIRST, on=story.TODAY + timedelta(days=1)), "out_of_range"),
        (replace(FIRST, dose=quantity("0", "mg")), "out_of_range"),
        (replace(FIRST, dose_number=0), "out_of_range"),
        (SECOND, "mismatch"),
    ],
)
def test_one_that_cannot_be_right_keeps_all_of_them_out(wrong: DoseGiven, code: str):
    with story.center() as cast:
        answer = report(cast, SECOND, wrong)
        assert [reason.code for reason in answer.reasons] == [code]
        assert not DoseGivenRecord.objects.exists()


def test_another_amount_for_a_dose_on_record_is_for_a_person_to_find_out():
    with story.center() as cast:
        report(cast, FIRST)
        answer = report(cast, replace(FIRST, dose=quantity("500", "mg")), SECOND)
        assert [reason.code for reason in answer.reasons] == ["mismatch"]
        assert DoseGivenRecord.objects.count() == 1


def test_it_takes_a_source_and_a_role_that_records_facts():
    with story.center() as cast:
        assert [reason.code for reason in report(cast, FIRST, source=" ").reasons] == ["missing_fact"]
        assert [reason.code for reason in report(cast, FIRST, who="biller").reasons] == ["not_permitted"]
