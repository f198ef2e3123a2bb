"""Two people at a release at the same moment, on real connections: one order of events, and never an approval too many."""

from __future__ import annotations

from typing import Any

import pytest

from chairside.apps.formulary import services
from chairside.apps.formulary.models import Approval, ReviewEntry
from chairside.apps.formulary.standing import thread_of
from chairside.core.access import Role
from tests.apps.formulary.story import accepted, new_version
from tests.apps.walk import NOW, center
from tests.locking.racing import deadlocks, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_query_and_an_acceptance_at_once_leave_no_accepted_release_with_an_open_query() -> None:
    with center(approved=False) as place:
        release, theo, before = new_version(), place.actor(Role.PHARMACIST), deadlocks()
        told: dict[str, Any] = {"subject": release, "actor": theo, "at": NOW}
        race(
            place.organization.pk,
            [
                *[lambda: services.query_ask(place="Rates", text="why", **told)] * 3,
                *[lambda: services.review_accept(note="read", **told)] * 3,
            ],
        )
        numbers = list(ReviewEntry.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(thread_of(release).open_queries) == 3
        assert not thread_of(release).accepted
        assert deadlocks() == before


def test_eight_approvals_at_once_are_one() -> None:
    with center(approved=False) as place:
        release = new_version()
        accepted(place, release)
        told: dict[str, Any] = {"release": release, "site": place.site, "note": "read", "at": NOW}
        director = place.actor(Role.MEDICAL_DIRECTOR)
        results = race(place.organization.pk, [lambda: services.release_approve(actor=director, **told)] * 8)
        assert not [result for result in results if isinstance(result, Exception)], results
        assert Approval.objects.count() == 1
