"""The intake queue: what puts a dose at risk comes first, and its queries do not grow with its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chairside.apps.intake.models import MissingItem, Referral
from chairside.apps.intake.selectors import QueueFilter, queue_counts, referral_detail, referral_queue, referral_queue_rows
from chairside.apps.intake.services import missing_item_request
from tests.apps.intake.cast import NOW, Center, center, take_in
from tests.cast import NO_PROTOCOL

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def test_the_soonest_wanted_comes_first_with_what_is_missing_and_its_age(place: Center) -> None:
    for start in ("s01", "s28", "s25", "s19"):
        take_in(place, start)
    page = referral_queue(now=NOW + timedelta(days=2))
    wanted = [row.referral.wanted_on for row in page.rows]
    assert wanted == sorted(wanted, key=str)
    assert page.rows[0].referral.patient.family == "Castañeda"
    row = next(row for row in page.rows if row.referral.protocol == "ferric_carboxymaltose")
    assert [item.what for item in row.missing] == ["CBC, ferritin and transferrin saturation within 60 days"]
    assert (row.waiting_days, row.unowned, [found.code for found in row.holds]) == (2, 1, ["stale_lab"])


def test_it_filters_by_owner_hold_words_and_status(place: Center) -> None:
    for start in ("s01", "s28", "s25"):
        take_in(place, start)
    item = MissingItem.objects.get(what="body weight")
    missing_item_request(item=item, owner=place.user(place.intake), actor=place.intake, at=NOW)

    def families(**wanted: object) -> set[str]:
        rows = referral_queue(now=NOW, wanted=QueueFilter(**wanted)).rows  # type: ignore[arg-type]
        return {row.referral.patient.family for row in rows}

    assert families(owner=place.user(place.intake).id) == {"Quispe"}
    assert families(unowned=True) == {"Blomqvist"}
    assert families(held=True) == {"Blomqvist", "Quispe"}
    assert families(words="quintero") == {"Quintero Vega"}
    assert families(status="complete") == {"Quintero Vega"}
    assert families(therapy="infliximab_iv") == {"Quintero Vega"}
    assert queue_counts() == {"incomplete": 2, "complete": 1, "ordered": 0, "closed": 0}


def test_pages_and_sorts_and_exports_the_same_rows(place: Center) -> None:
    for start in ("s01", "s02", "s03"):
        take_in(place, start)
    second = referral_queue(now=NOW, wanted=QueueFilter(sort="-patient"), page=2, size=2)
    assert (second.total, second.pages, second.number, len(second.rows)) == (3, 2, 2, 1)
    assert referral_queue(now=NOW, page=9, size=2).number == 2
    names = [row.referral.patient.family for row in referral_queue_rows(now=NOW, wanted=QueueFilter(sort="patient"))]
    assert names == ["Fonoti", "Okonkwo-Hale", "Quintero Vega"]


def test_the_number_of_queries_does_not_grow_with_the_rows(place: Center) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            referral_queue(now=NOW)
        return len(caught)

    take_in(place, "s28")
    few = queries()
    for start in ("s01", "s02", "s25", "s35", "s40"):
        take_in(place, start)
    assert queries() == few <= 4


def test_one_referral_shows_what_was_sent_and_what_nobody_judged(place: Center) -> None:
    take_in(place, NO_PROTOCOL)
    detail = referral_detail(Referral.objects.get().id)
    assert detail is not None
    assert len(detail.sent_orders) == 1
    assert detail.not_judged[0].startswith("the therapy: “siltuximab")
    assert detail.newest_version is None
