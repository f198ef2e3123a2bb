from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.scheduling.check import check_booking
from chairside.core.scheduling.day_book import DayBook
from chairside.core.scheduling.waitlist import Freed, Ranking, Wish, rank
from tests.core.scheduling.days import MONDAY, at, book, booking, request, shape, span

# Monday's visits on chair 1: one until 10:00 and one from 12:00. What lay between them was given up.
BOOK = book(booking(1, at("08:00")), booking(2, at("12:00")))
FREED = Freed(span("10:00", "10:30"), "c1", "n1")
FRIDAY = MONDAY - timedelta(days=3)


def day(count: int) -> date:
    return MONDAY + timedelta(days=count)


def wish(name: str, *, target: int = 0, last: int = 5, waited: int = 3, **changes) -> Wish:
    """Target and last day are counted from Monday, the days of waiting from today, which is the Friday before."""
    window = (day(min(target, 0) - 10), day(last))
    asked = request(name, window=window, target=day(target), not_before=at("06:00", FRIDAY), **changes)
    return Wish(name, asked, at("09:00", FRIDAY - timedelta(days=waited)))


def ranked(*wishes: Wish, opening: Freed = FREED, of: DayBook = BOOK) -> Ranking:
    return rank(of, opening, wishes, FRIDAY)


def names(ranking: Ranking) -> list[str]:
    return [asked.wish.id for asked in ranking.asked]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (wish("z", target=-4, last=9, waited=0), wish("a", last=1), "its dose is overdue, the next one's is not"),
        (
            wish("z", last=1, waited=0, target=1),
            wish("a", last=2),
            "its window closes on Tue Nov 24, the next one's on Wed Nov 25",
        ),
        (wish("z", waited=4, target=3), wish("a", waited=1), "it stands for 4 days, the next one for 1 day"),
        (
            wish("z", target=-1),
            wish("a", target=2),
            "the opening is 1 day from its target day, 2 days from the next one's",
        ),
        (wish("a"), wish("b"), "nothing tells it from the next one; the order of their ids decides"),
    ],
)
def test_each_criterion_decides_only_where_those_before_it_do_not(first, second, why):
    for order in ((first, second), (second, first)):
        found = ranked(*order)
        assert names(found) == [first.id, second.id]
        assert [asked.before_next for asked in found.asked] == [why, ""]


def test_each_says_how_it_stands():
    assert ranked(wish("late", target=-4)).asked[0].stands == (
        "overdue by 1 day: due on Thu Nov 19",
        "window closes on Sat Nov 28",
        "stands for 3 days",
        "opening 4 days from the target day",
    )


def test_a_dose_that_is_due_today_is_not_overdue():
    found = ranked(wish("due", target=-3, last=2), wish("closing", last=1))
    assert names(found) == ["closing", "due"]
    assert found.asked[1].stands[0] == "due on Fri Nov 20"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": shape(150)}, "Chair 1 is taken from 12:00 to 14:00"),
        ({"chair_kinds": frozenset({"bed"})}, "this visit needs: bed"),
        ({"last": -1}, "is past the dose's window, which ends on Sun Nov 22"),
    ],
)
def test_a_visit_that_the_place_does_not_fit_is_not_asked_and_says_why(changes, words):
    found = ranked(wish("no", target=-2, **changes), wish("yes"))
    assert names(found) == ["yes"]
    (misfit,) = found.not_asked
    assert any(words in reason.message for reason in misfit.reasons)


def test_a_nurse_who_is_not_there_fits_nobody():
    found = ranked(wish("a"), opening=replace(FREED, nurse="n9"))
    assert (found.asked, [misfit.wish.id for misfit in found.not_asked]) == ((), ["a"])


def test_the_earliest_start_that_fits_is_the_one_to_offer():
    busy = book(booking(1, at("08:00")), booking(2, at("12:00")), booking(3, at("10:05"), chair="c2"))
    found = ranked(wish("a", shape=shape(60)), of=busy)
    assert found.asked[0].place.start == at("10:25")  # until then the nurse is hands-on on chair 2


def test_nobody_on_the_waitlist_is_an_empty_ranking():
    assert ranked() == Ranking((), ())


def test_what_cannot_be_ranked_is_refused():
    with pytest.raises(ValueError, match="more than once"):
        ranked(wish("a"), wish("a"))
    with pytest.raises(ValueError, match="day to come"):
        ranked(wish("a", waited=-1))
    with pytest.raises(ValueError, match="no time"):
        ranked(wish("a"), opening=Freed(span("10:00", "10:00"), "c1", "n1"))


KINDS = [
    {"target": target, "last": last, "waited": waited, "shape": shape(minutes), "chair_kinds": frozenset(kinds)}
    for target, last, waited, minutes, kinds in product(range(-6, 4), range(-1, 4), range(3), (60, 120, 180), ((), ("bed",)))
]
waitlists = st.lists(st.sampled_from(KINDS), max_size=6).map(lambda rows: [wish(f"w{n}", **row) for n, row in enumerate(rows)])


def everybody(ranking: Ranking) -> list[str]:
    return sorted([*names(ranking), *(misfit.wish.id for misfit in ranking.not_asked)])


@given(waitlists, st.randoms(use_true_random=False))
def test_the_ranking_does_not_depend_on_the_order_in_which_wishes_are_read(wishes, chance):
    shuffled = list(wishes)
    chance.shuffle(shuffled)
    assert ranked(*shuffled) == ranked(*wishes)


@given(waitlists)
def test_everybody_is_asked_or_told_why_not_and_who_is_asked_may_come(wishes):
    found = ranked(*wishes)
    assert everybody(found) == sorted(one.id for one in wishes)
    assert all(misfit.reasons for misfit in found.not_asked)
    assert all(check_booking(BOOK, asked.wish.request, asked.place).allowed for asked in found.asked)
    assert all(bool(asked.before_next) is (asked is not found.asked[-1]) for asked in found.asked)


@given(waitlists, st.data())
def test_two_wishes_keep_their_order_whoever_else_waits(wishes, data):
    kept = [one for one in wishes if data.draw(st.booleans())]
    ids = {one.id for one in kept}
    assert names(ranked(*kept)) == [name for name in names(ranked(*wishes)) if name in ids]


@given(waitlists)
def test_the_order_of_pairs_is_total(wishes):
    """Of two who fit exactly one goes first, and the whole ranking is what its pairs say."""
    by_id = {one.id: one for one in wishes}
    order = names(ranked(*wishes))
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            assert names(ranked(by_id[other], by_id[one])) == [one, other]
