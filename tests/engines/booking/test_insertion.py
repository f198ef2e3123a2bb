"""Booking one request: exact against brute force through the judge, and the worked example of the format."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from chairside.core.scheduling.day.objective import Parts
from chairside.engines.booking.insertion import book
from chairside.engines.booking.standing import Standing, TooLong
from chairside.exchange.schedules.day import visit_of
from tests.core.scheduling.day import day_files
from tests.engines.booking import filled_days
from tests.engines.booking.every_place import EveryPlace

D = {
    "id": "D", "release": 0, "latest_start": 150, "pref": [20, 40], "linked": False, "chair_types": ["recliner", "bed"],
    "skill": "general", "acuity": 1, "duration": 30, "tasks": [[0, 15]], "weight": 1,
    "drug": {"prep": 5, "release": 0, "need_offset": 15, "infusion_end_offset": 20, "stability": 240},
}  # fmt: skip


@pytest.fixture
def tiny():
    return Standing(day_files.day("tiny"), day_files.schedule("tiny"))


def _rules(standing, **changes):
    return book(standing, visit_of({**D, **changes})).blocking


def test_the_worked_example_has_one_place_at_150(tiny):
    (offer,) = book(tiny, visit_of(D)).offers
    assert (offer.place.start, offer.place.nurse, offer.place.mix_start, offer.delta) == (150, "N1", 160, 290)
    assert offer.parts == Parts(0, 0, 110, 180, 0, 0)


def test_a_preparation_that_stands_stays_where_it_is(tiny):
    # The hood is taken from 0 to 30, and B's preparation could be later.
    asked = {**D, "latest_start": 0, "acuity": 0, "chair_types": ["bed"], "duration": 5, "tasks": []}
    asked["drug"] = {**D["drug"], "need_offset": 30, "infusion_end_offset": 5}
    assert book(tiny, visit_of(asked)).blocking == (2, 9)
    asked["drug"]["need_offset"] = 35
    (offer,) = book(tiny, visit_of(asked)).offers
    assert offer.place.mix_start == 30


def test_a_preparation_of_no_time_needs_no_hood():
    day = day_files.day("tiny")
    without = replace(day, pharmacy=replace(day.pharmacy, hoods=0), patients=())
    standing = Standing(without, replace(day_files.schedule("tiny"), assignments=()))
    assert book(standing, visit_of({**D, "drug": {**D["drug"], "prep": 0}})).offers
    assert book(standing, visit_of(D)).blocking == (9,)


def test_every_minute_counts_when_one_time_is_no_multiple_of_5(tiny):
    on_fives = book(tiny, visit_of({**D, "latest_start": 145, "duration": 5, "tasks": []}), apart=0, offers=99)
    assert {offer.place.start % 5 for offer in on_fives.offers} == {0}
    every = book(tiny, visit_of({**D, "latest_start": 145, "duration": 4, "tasks": []}), apart=0, offers=99)
    assert {offer.place.start % 5 for offer in every.offers} == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"latest_start": 145}, (2, 3, 8)),
        ({"release": 20, "latest_start": 20, "skill": "astronomy", "chair_types": []}, (0,)),
        ({"skill": "astronomy", "latest_start": 150}, (4,)),
        ({"chair_types": ["private"]}, (3,)),
        ({"acuity": 5}, (0,)),
        ({"duration": 10**12, "tasks": []}, (0,)),
        ({"release": 10**12, "latest_start": 10**12}, (2,)),
        ({"drug": {**D["drug"], "prep": 500}}, (9,)),
    ],
)
def test_the_rules_that_block(tiny, changes, rules):
    assert _rules(tiny, **changes) == rules


def test_no_offer_ends_after_the_latest_end():
    earlier = Standing(replace(day_files.day("tiny"), latest_end=175), day_files.schedule("tiny"))
    assert 2 in _rules(earlier)


def test_without_chairs_or_nurses_no_single_rule_is_why():
    nobody = day_files.day("tiny")
    empty = replace(day_files.schedule("tiny"), assignments=(), breaks=())
    for without in ({"chairs": ()}, {"nurses": ()}):
        day = replace(nobody, **without)
        rests = day_files.schedule("tiny").breaks if day.nurses else ()
        assert _rules(Standing(day, replace(empty, breaks=rests))) == (0,)


def test_a_day_that_no_mask_should_hold_is_refused():
    with pytest.raises(TooLong):
        Standing(replace(day_files.day("tiny"), latest_end=10**12), day_files.schedule("tiny"))


def test_the_nurse_with_least_hands_on_and_the_chair_that_is_least_scarce():
    day = day_files.day("S1")
    standing = Standing(day, replace(day_files.schedule("S1"), assignments=()))
    one = next(visit for visit in day.patients if len(visit.chair_types) > 2 and visit.skill == "general")
    (place,) = [offer.place for offer in book(standing, replace(one, id="new"), offers=1).offers]
    types = [chair.type for chair in day.chairs]
    assert types.count(day.chair[place.chair].type) == max(map(types.count, one.chair_types))
    after = Standing(day, replace(day_files.schedule("S1"), assignments=(replace(place, patient=one.id),)))
    assert book(after, replace(one, id="new"), offers=1).offers[0].place.nurse != place.nurse


@settings(max_examples=30, deadline=None)
@given(filled_days.booked())
def test_offers_and_reasons_are_those_of_brute_force(case):
    day, schedule, request, step = case
    every = EveryPlace(day, schedule, request, range(-2 * step, (filled_days.LAST + 8) * step, step))
    standing = Standing(day, schedule)
    for offers, apart in ((3, 30), (2, 2 * step), (99, 0)):
        found = book(standing, request, offers=offers, apart=apart)
        assert [(round(each.delta, 6), each.place.start) for each in found.offers] == every.best(offers, apart)
        assert found.blocking == (() if found.offers else every.blocking())
        for each in found.offers:
            assert every.rules(each.place) == frozenset()
            assert each.delta == pytest.approx(each.parts.total)
