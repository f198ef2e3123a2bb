"""A refused attempt that came near harm opens an incident; an ordinary refusal does not."""

from dataclasses import replace
from datetime import date

from chairside.core.visit import events as e
from chairside.core.visit.near_miss import near_miss
from chairside.core.visit.values import Identifiers
from tests.core.visit.walk import AMY, DRUG, ME, Walk, bag, draws, q


def opened(walk, command, actor=AMY):
    return near_miss(walk.state, command, walk.ask(command, actor).reasons)


def test_another_person_s_identity_opens_one_incident_at_check_in_and_at_the_start():
    other = Identifiers("Ana Ortiz", date(1980, 1, 1))
    walk = Walk()
    found = opened(walk, e.CheckedIn(other, True))
    assert found is not None
    assert found.trigger == "wrong_patient"
    assert "Ana" not in found.detail  # what somebody entered is not repeated
    assert opened(walk.record(found), e.CheckedIn(other, True)) is None
    ready = Walk().ready()
    assert opened(ready, replace(ready.start(), identifiers=other)).trigger == "wrong_patient"
    assert opened(ready, replace(ready.start(), identifiers=Identifiers("", None))) is None


def test_another_product_in_somebody_s_hands_and_a_restart_that_is_never_allowed():
    walk = Walk().cleared()
    wrong = replace(bag(walk.at), draws=(replace(draws()[0], product="Other"),))
    assert opened(walk, wrong).trigger == "never_event_block"
    walk = Walk().running().do(e.ReactionRecorded()).do(e.Paused())
    key = walk.state.open_reaction.key
    walk.do(e.ReactionRecorded(key, DRUG, "anaphylaxis", 4, "CTCAE 5.0", resolved=True))
    assert opened(walk, e.Resumed(DRUG, q(10, "mL/h"), "x")).trigger == "never_event_block"


def test_an_ordinary_refusal_opens_nothing():
    walk = Walk().running()
    assert opened(walk, e.StepChanged(DRUG, q(40, "mL/h"))) is None
    assert opened(Walk(), e.Cleared()) is None
    assert opened(Walk(), e.CheckedIn(ME, None)) is None
