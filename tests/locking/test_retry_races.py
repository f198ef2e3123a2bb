"""Two people who mend one resource at the same moment, on real connections: one wins, the others are told who did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.coverage.models import Coverage
from chairside.apps.interop.models import Quarantined, ReceivedResource
from chairside.apps.interop.services import document_import
from chairside.apps.interop.services.retrying import quarantine_leave, quarantine_retry
from chairside.core.access import Role
from chairside.exchange.fhir.text import Json, canonical, parse
from tests.apps.walk import NOW, REFERRALS, TODAY, Center, center
from tests.locking.racing import deadlocks, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Iterator[Center]:
    with center(roles=(Role.INTAKE, Role.FRONT_DESK)) as made:
        yield made


@pytest.mark.parametrize("leavers", [0, 1])
def test_of_many_who_mend_at_once_one_wins_and_the_rest_are_told(place: Center, leavers: int) -> None:
    document: Json = parse(next(REFERRALS.glob("s01-*.json")).read_bytes())
    found = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Coverage")
    right = dict(found)
    found["status"] = "alive"
    intake, front = place.actor(Role.INTAKE), place.actor(Role.FRONT_DESK)
    told = {"name": "packet.json", "site": place.site, "actor": intake, "at": NOW, "as_of": TODAY}
    document_import(data=canonical(document).encode(), **told)  # type: ignore[arg-type]
    row, before = Quarantined.objects.get(), deadlocks()

    def mending(number: int):
        text = canonical(right | {"order": number + 1})
        return lambda: quarantine_retry(quarantined=row, text=text, site=place.site, actor=intake, at=NOW)

    def leaving():
        return quarantine_leave(quarantined=row, reason="a test", actor=front, at=NOW)

    results = race(place.organization.pk, [*(mending(number) for number in range(6)), *[leaving] * leavers])
    assert not [result for result in results if isinstance(result, Exception)], results
    winners = [result for result in results if result.allowed]
    assert len(winners) == 1
    row.refresh_from_db()
    for loser in results:
        if loser is not winners[0]:
            assert row.solved_by in loser.reasons[0].message
    mended = AuditEntry.objects.filter(action="quarantine.retry").count()
    left = AuditEntry.objects.filter(action="quarantine.leave").count()
    assert mended + left == 1
    assert ReceivedResource.objects.filter(resource__type="Coverage").count() == Coverage.objects.count() == mended
    assert deadlocks() == before
