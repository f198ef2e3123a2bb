"""H-013 double check by one person: two people and two log-ins, or the check does not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from chairside.apps.visit.models import DoubleCheck
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def test_the_first_verifier_cannot_be_the_second():
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse")
        assert [reason.code for reason in cast.do(story.check(use_by), "nurse").reasons] == ["not_independent"]


def test_another_name_on_the_same_log_in_is_not_another_person():
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse")
        cast.actors["borrowed"] = replace(cast.actors["second"], session=cast.actors["nurse"].session)
        assert [reason.code for reason in cast.do(story.check(use_by), "borrowed").reasons] == ["not_independent"]


def test_two_people_with_two_log_ins_agree():
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        check = DoubleCheck.objects.get()
        assert {check.first, check.second} == {cast.actors["nurse"].id, cast.actors["second"].id}


def test_the_database_itself_refuses_one_person_twice():
    with story.center() as cast:
        same = {
            "organization": cast.organization,
            "visit": cast.visit,
            "event": uuid4(),
            "at": cast.at,
            "first": "a",
            "second": "a",
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            DoubleCheck.objects.create(**same, first_session="x", second_session="y")
