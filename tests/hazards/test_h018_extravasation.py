"""H-018 extravasation missed: the site belongs to each set; a rate does not rise over a site that nobody looked at or
that is not well.
"""

from __future__ import annotations

from dataclasses import replace

from chairside.core.visit import events as e
from tests.core.visit.walk import A_DRUG, DRUG, PLAN, Walk, q, vitals

UP = e.StepChanged(DRUG, q(40, "mL/h"))


def test_a_set_without_the_site_does_not_unlock_the_step():
    walk = Walk().running().later(15).do(vitals())
    assert ("missing_fact", "vitals.site_ok") in [(r.code, r.field) for r in walk.ask(UP).reasons]


def test_a_site_that_is_not_well_holds_the_rate_and_lower_stays_free():
    walk = Walk().running().later(15).do(vitals(site_ok=False))
    assert "risk_alert" in [reason.code for reason in walk.ask(UP).reasons]
    assert walk.ask(e.StepChanged(DRUG, q(10, "mL/h"))).allowed


def test_a_vesicant_is_never_given_without_blood_return():
    walk = Walk(replace(PLAN, drugs=(replace(A_DRUG, vesicant=True),))).cleared()
    (reason,) = walk.ask(e.AccessPlaced("forearm", "left", "catheter", "22 G", 1, blood_return=False)).reasons
    assert (reason.code, reason.override) == ("risk_alert", "none")
