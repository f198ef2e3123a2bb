"""Preparing: vials leave the shelf once, and come back when the preparation is refused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from chairside.apps.stock.models import LotEntry
from chairside.apps.stock.services import lot_receive, vials_draw
from chairside.apps.visit.lots import lots_for
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.services import preparation_record
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


def shelf(cast, vials=10):
    received = lot_receive(
        site=cast.site,
        protocol="infliximab_iv",
        brand="Remicade",
        strength=quantity("100", "mg"),
        number="LOT7",
        expires_on=date(2027, 6, 30),
        vials=vials,
        actor=cast.actors["pharmacist"],
        at=story.NINE,
    )
    assert received.value is not None, received.reasons
    return received.value


def ready(cast):
    cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
    cast.must(e.Seated("Chair 1"), "desk")
    cast.must(story.vitals(weight_kg="82.9"))
    cast.must(e.AllergiesReviewed(medicines_reviewed=True))
    cast.must(e.QuestionsAnswered((story.Answer("infection", story.Said.NO),)))
    cast.must(e.Cleared())
    cast.must(e.ReleasedToPrepare(story.DRUG))


def prepare(cast, lot, event_id, payload=None):
    cast.visit.refresh_from_db()
    return preparation_record(
        visit=cast.visit,
        event_id=event_id,
        payload=payload or story.prepared(cast.at),
        lots={("LOT7", "100 mg"): lot.pk},
        expected_sequence=7,
        actor=cast.actors["pharmacist"],
        at=cast.at,
    )


def test_the_lot_is_drawn_once_however_often_it_is_sent():
    with story.center() as cast:
        lot = shelf(cast)
        ready(cast)
        number = uuid4()
        for _ in range(2):
            assert prepare(cast, lot, number).allowed
        drawn = LotEntry.objects.get(kind="drawn")
        assert (drawn.vials, drawn.used_amount, drawn.wasted_amount) == (-5, 412, 88)
        assert VisitEvent.objects.filter(kind="preparation_recorded").count() == 1
        assert lots_for(cast.visit, ["Remicade"], cast.visit.planned_dose_id)[0].left == 5


def test_a_preparation_that_is_not_the_dose_leaves_the_shelf_as_it_was():
    with story.center() as cast:
        lot = shelf(cast)
        ready(cast)
        draws = (story.LotDraw("Remicade", "LOT7", quantity("100", "mg"), 4, quantity("400", "mg")),)
        wrong = e.PreparationRecorded(
            story.DRUG, draws, quantity("250", "mL"), "0.9% sodium chloride", cast.at, cast.at + timedelta(hours=4)
        )
        decision = prepare(cast, lot, uuid4(), wrong)
        assert [reason.code for reason in decision.reasons] == ["mismatch"]
        assert not LotEntry.objects.filter(kind="drawn").exists()


def test_vials_that_the_ledger_does_not_have_are_refused_and_nothing_is_recorded():
    with story.center() as cast:
        lot = shelf(cast, vials=2)
        ready(cast)
        assert not prepare(cast, lot, uuid4()).allowed
        assert not VisitEvent.objects.filter(kind="preparation_recorded").exists()


def test_vials_drawn_for_the_dose_in_the_pharmacy_are_not_drawn_again():
    with story.center() as cast:
        lot = shelf(cast)
        assert vials_draw(
            planned_dose=cast.visit.planned_dose, lot=lot, vials=5, actor=cast.actors["pharmacist"], at=story.NINE
        ).allowed
        ready(cast)
        assert prepare(cast, lot, uuid4()).allowed
        assert LotEntry.objects.filter(kind="drawn").count() == 1


def test_a_second_bag_takes_vials_of_its_own():
    with story.center() as cast:
        lot = shelf(cast)
        ready(cast)
        assert prepare(cast, lot, uuid4()).allowed
        cast.visit.refresh_from_db()
        again = preparation_record(
            visit=cast.visit,
            event_id=uuid4(),
            payload=story.prepared(cast.at),
            lots={("LOT7", "100 mg"): lot.pk},
            expected_sequence=cast.visit.sequence,
            actor=cast.actors["pharmacist"],
            at=cast.at,
        )
        assert again.allowed, again.reasons
        assert [row.vials for row in LotEntry.objects.filter(kind="drawn")] == [-5, -5]
