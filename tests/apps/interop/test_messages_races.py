"""Messages that arrive at the same moment on real connections."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chairside.apps.intake.models import Referral
from chairside.apps.people.models import Fact, Patient
from tests.apps.intake.cast import Center, center, take_in
from tests.apps.interop.messages import sample, send
from tests.locking.racing import deadlocks, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_the_same_message_on_four_connections_at_once_is_used_once(place: Center) -> None:
    take_in(place, "s28")
    before = deadlocks()
    results = race(place.organization.pk, [lambda: send(place, sample("06"))] * 4)
    assert not [item for item in results if isinstance(item, Exception)], results
    assert len({item.answer for item in results}) == 1  # type: ignore[union-attr]
    assert sorted(item.repeated for item in results) == [False, True, True, True]  # type: ignore[union-attr]
    assert Fact.objects.filter(source__startswith="hl7v2:").count() == 4
    assert deadlocks() == before


def test_messages_and_the_referral_of_the_same_people_at_once_end_as_one(place: Center) -> None:
    def taking():
        take_in(place, "s29")

    results = race(
        place.organization.pk, [taking, lambda: send(place, sample("03")), taking, lambda: send(place, sample("03"))]
    )
    assert not [item for item in results if isinstance(item, Exception)], results
    assert (Patient.objects.count(), Referral.objects.count()) == (1, 1)
