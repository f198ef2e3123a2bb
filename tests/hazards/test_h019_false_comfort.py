"""H-019 a normal score gives false comfort: a symptom alone is an alert, and no score takes it away."""

from __future__ import annotations

from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts, score_of
from tests.core.visit.walk import DRUG, PLAN, Walk, q, vitals


def test_hives_with_normal_vitals_are_an_alert_to_act_on():
    walk = Walk().running().later(15).do(e.SymptomReported("hives")).do(vitals(site_ok=True))
    assert score_of(walk.state.last_vitals, PLAN, walk.state).total == 0
    assert [alert.about for alert in alerts(walk.state, PLAN) if alert.level == "act"] == ["symptom"]
    assert not walk.ask(e.StepChanged(DRUG, q(40, "mL/h"))).allowed


def test_a_set_that_leaves_a_vital_out_does_not_end_its_alert():
    walk = Walk().running().later(15).do(vitals(sbp=84, site_ok=True))
    readings = tuple(reading for reading in vitals().readings if reading.code not in ("sbp", "dbp"))
    walk.later(1).do(e.VitalsRecorded(readings, on_oxygen=False, consciousness="A", site_ok=True))
    assert any(alert.about in ("sbp", "news2") for alert in alerts(walk.state, PLAN))
