"""H-015 premedication wait skipped: a little short is the nurse's with a reason, more is the prescriber's, and both are
records.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from chairside.core.visit import events as e
from tests.core.visit.walk import AMY, DOC, DRUG, Walk, bag, check, q, vitals


def waiting(minutes: int) -> Walk:
    """Everything is ready, and the premedication was given so many minutes ago (30 are asked for)."""
    walk = Walk().cleared()
    walk.do(e.AccessPlaced("forearm", "left", "catheter", "22 G", 1, True))
    walk.record(bag(walk.at))
    use_by = walk.at + timedelta(hours=6)
    from tests.core.visit.walk import BEN

    walk.do(check(use_by), AMY).do(check(use_by), BEN)
    walk.do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral")).later(minutes)
    return walk.do(vitals(site_ok=True))


@pytest.mark.parametrize(("minutes", "who"), [(29, "nurse"), (20, "nurse"), (19, "prescriber"), (0, "prescriber")])
def test_who_may_release_a_wait_that_is_short(minutes, who):
    walk = waiting(minutes)
    (reason,) = walk.ask(walk.start()).reasons
    assert (reason.code, reason.override) == ("too_early", who)
    releaser = AMY if who == "nurse" else DOC
    assert not walk.ask(e.Overridden(reason.field, ""), releaser).allowed
    if who == "prescriber":
        assert not walk.ask(e.Overridden(reason.field, "in a hurry"), AMY).allowed
    walk.do(e.Overridden(reason.field, "seen and agreed"), releaser)
    assert walk.ask(walk.start()).allowed


def test_after_the_wait_nothing_holds():
    assert waiting(30).ask(Walk().start()).allowed
    assert DRUG
