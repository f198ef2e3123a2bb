"""H-016 drug mixed, then the visit is cancelled: assess before you mix."""

from __future__ import annotations

from chairside.core.visit import events as e
from tests.core.visit.walk import DRUG, PAT, Walk, bag


def test_nothing_is_released_or_mixed_before_the_go():
    walk = Walk().assessed()
    assert not walk.ask(e.ReleasedToPrepare(DRUG)).allowed
    walk.do(e.Cleared())
    assert "wrong_state" in [reason.code for reason in walk.ask(bag(walk.at), PAT).reasons]
    walk.do(e.ReleasedToPrepare(DRUG))
    assert walk.ask(bag(walk.at), PAT).allowed


def test_a_visit_that_is_held_afterwards_mixes_nothing_more():
    walk = Walk().cleared().do(e.Held("fever since this morning"))
    assert not walk.ask(bag(walk.at), PAT).allowed
