"""H-011 restart too fast: half of the rate at onset after grade 2, never after grade 4 or anaphylaxis, and the worst
grade stays.
"""

from __future__ import annotations

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.ladder import restart_ceiling
from tests.core.visit.walk import A_DRUG, DRUG, Walk, q, vitals


def after(grade: int, term: str = "infusion related reaction") -> Walk:
    """At 80 mL/h a reaction; paused, read, settled, vitals at baseline."""
    walk = Walk().running().later(15).step(40).later(15).step(80).later(5)
    walk.do(e.ReactionRecorded()).do(e.Paused(pump_volume=q("21.7", "mL"))).later(10)
    key = next(iter(walk.state.reactions))
    walk.do(e.ReactionRecorded(key, DRUG, term, grade, "CTCAE 5.0")).later(20)
    walk.do(e.ReactionRecorded(key, DRUG, term, grade, "CTCAE 5.0", resolved=True))
    return walk.do(vitals(site_ok=True))


def again(rate: object) -> e.Resumed:
    return e.Resumed(DRUG, q(rate, "mL/h"), "settled")


def test_half_of_the_rate_at_onset_and_not_a_drop_more():
    walk = after(2)
    assert restart_ceiling(walk.state, A_DRUG).value.rate.same(q(40, "mL/h"))
    assert walk.ask(again(40)).allowed
    assert "rate_limit" in [reason.code for reason in walk.ask(again("40.1")).reasons]


@pytest.mark.parametrize(("grade", "term"), [(3, "urticaria"), (4, "hypotension"), (1, "anaphylaxis")])
def test_no_restart_by_anybody_after_what_ends_the_drug_for_today(grade, term):
    reasons = after(grade, term).ask(again(5)).reasons
    who = "prescriber" if grade == 3 else "none"  # a new order, or nobody
    assert [reason.override for reason in reasons if reason.code == "contraindicated"] == [who] * len(reasons)
    assert not after(grade, term).ask(e.Overridden(reasons[0].field, "looks well again")).allowed


def test_a_correction_does_not_make_it_mild_again():
    walk = after(3, "urticaria")
    graded = [event.id for event in walk.log if event.kind == "reaction_recorded"][1]
    walk.do(e.Corrected(graded, "meant another patient"))
    assert not walk.ask(again(5)).allowed
