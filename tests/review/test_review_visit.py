"""Defects that a review found in the visit, through its one gate. Each fails until it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chairside.apps.visit.models import VisitEvent
from chairside.core.access import Actor, Role
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.encoding import from_text
from chairside.core.visit.values import Answer, Mode, Reading, Said
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
DRUG, SAID = story.DRUG, story.SAID
GRADED = {"term": "anaphylaxis", "grade": 4, "criteria": "CTCAE 5.0"}


def the_start() -> e.InfusionStarted:
    return e.InfusionStarted(DRUG, SAID, quantity("60", "mL/h"), line_traced=True, emergency_ready=True)


def up() -> e.StepChanged:
    return e.StepChanged(DRUG, quantity("120", "mL/h"))


def test_a_temperature_alone_does_not_hide_a_low_pressure():
    with story.center() as cast:
        story.run(cast)
        low = story.vitals(site_ok=True, sbp="70", dbp="40")
        cast.must(replace(low, readings=tuple(replace(item, confirmed=True) for item in low.readings)), minutes=16)
        cast.must(e.VitalsRecorded((Reading("temp", quantity("36.7", "Cel")),), site_ok=True))
        assert not cast.do(up()).allowed


def test_after_a_grade_4_reaction_the_rate_never_rises():
    with story.center() as cast:
        story.run(cast)
        opened = cast.must(e.ReactionRecorded(), minutes=5)
        cast.must(e.ReactionRecorded(reaction=str(opened.pk), resolved=True, **GRADED), minutes=1)
        cast.must(story.vitals(site_ok=True), minutes=16)
        assert not cast.do(up()).allowed


def test_a_lower_rate_before_the_pause_does_not_forget_the_reaction():
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True), minutes=16)
        cast.must(up())
        opened = cast.must(e.ReactionRecorded(), minutes=5)
        cast.must(e.StepChanged(DRUG, quantity("60", "mL/h"), "reaction"), minutes=1)
        cast.must(e.ReactionRecorded(reaction=str(opened.pk), resolved=True, **GRADED), minutes=1)
        cast.must(e.Paused(DRUG, "reaction", quantity("40", "mL")), minutes=1)
        cast.must(story.vitals(site_ok=True), minutes=2)
        assert not cast.do(e.Resumed(DRUG, quantity("60", "mL/h"), "settled")).allowed


def test_a_medical_assistant_does_not_erase_a_severe_reaction():
    with story.center() as cast:
        story.run(cast)
        roles = frozenset({Role.MEDICAL_ASSISTANT})
        cast.actors["assistant"] = Actor(str(uuid4()), "Assistant", str(cast.organization.id), roles, "another log-in")
        reaction = cast.must(e.ReactionRecorded(**GRADED), minutes=5)
        cast.must(e.Paused(DRUG, "reaction", quantity("5", "mL")))
        cast.must(story.vitals(site_ok=True), minutes=2)
        cast.do(e.Corrected(str(reaction.pk), "entered in error"), "assistant")
        assert not cast.do(e.Resumed(DRUG, quantity("60", "mL/h"), "settled")).allowed


def test_an_erased_check_ends_the_agreement():
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse", 5)
        second = cast.must(story.check(use_by), "second", 5)
        cast.do(e.Corrected(str(second.pk), "entered in error"))
        cast.must(story.vitals(site_ok=True), minutes=20)
        assert not cast.do(the_start()).allowed


def test_a_correction_does_not_raise_the_rate_beyond_the_ladder_unseen():
    with story.center() as cast:
        story.run(cast)
        cast.must(story.vitals(site_ok=True), minutes=16)
        step = cast.must(up())
        text = story.encoded(e.StepChanged(DRUG, quantity("900", "mL/h")))
        decided = cast.do(e.Corrected(str(step.pk), "typing error", text))
        opened = VisitEvent.objects.filter(visit=cast.visit, kind="incident_opened").exists()
        assert not decided.allowed or opened


def test_a_corrected_preparation_needs_a_new_check():
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        row = VisitEvent.objects.get(visit=cast.visit, kind="preparation_recorded")
        bag = from_text(row.kind, row.payload)
        assert isinstance(bag, e.PreparationRecorded)
        other = replace(bag, draws=(replace(bag.draws[0], product="Injectafer"),))
        assert not cast.do(e.Corrected(str(row.pk), "typing error", story.encoded(other))).allowed
        lot = replace(bag, draws=(replace(bag.draws[0], lot="LOT8"),))
        cast.must(e.Corrected(str(row.pk), "typing error", story.encoded(lot)))
        cast.must(story.vitals(site_ok=True), minutes=12)
        assert not cast.do(the_start()).allowed


def _assessed(cast: story.Cast, weight: str = "60") -> None:
    cast.must(e.CheckedIn(SAID, consent_current=True), "desk")
    cast.must(story.vitals(weight_kg=weight), minutes=5)
    cast.must(e.AllergiesReviewed(("penicillin",), medicines_reviewed=True))
    cast.must(e.QuestionsAnswered((Answer("infection", Said.NO),)))


def test_a_nurse_does_not_release_a_prescribers_rule_by_reporting_it():
    with story.center() as cast:
        _assessed(cast)
        cast.do(e.Overridden("weight.change", "it is fine"), mode=Mode.REPORTED, claimed_at=cast.at)
        assert not cast.do(e.Cleared()).allowed


def test_a_release_is_not_corrected_into_another_one():
    with story.center() as cast:
        _assessed(cast)
        own = cast.must(e.Overridden("access.blood_return", "flushes well"))
        cast.do(e.Corrected(str(own.pk), "typing error", story.encoded(e.Overridden("weight.change", "it is fine"))))
        assert not cast.do(e.Cleared()).allowed


def test_one_person_does_not_make_both_checks_by_reporting_one():
    with story.center() as cast:
        story.arrive(cast)
        use_by = cast.at + timedelta(hours=4)
        cast.must(story.check(use_by), "nurse", 25)
        cast.do(story.check(use_by), "nurse", 1, mode=Mode.REPORTED, claimed_at=cast.at)
        cast.must(story.vitals(site_ok=True), minutes=12)
        assert not cast.do(the_start()).allowed


def test_an_infection_told_after_the_go_decision_holds_the_start():
    with story.center() as cast:
        story.arrive(cast)
        story.verify(cast)
        cast.must(e.QuestionsAnswered((Answer("infection", Said.YES),)))
        cast.must(story.vitals(site_ok=True), minutes=12)
        assert not cast.do(the_start()).allowed


def test_after_a_start_without_its_guards_the_rate_does_not_rise():
    with story.center() as cast:
        began, later = cast.at, cast.at + timedelta(minutes=16)
        cast.must(e.InfusionStarted(DRUG, SAID, quantity("60", "mL/h")), mode=Mode.REPORTED, claimed_at=began)
        cast.must(story.vitals(site_ok=True), minutes=16, mode=Mode.REPORTED, claimed_at=later)
        assert not cast.do(up()).allowed


def test_a_fact_of_the_future_is_not_reported():
    with story.center() as cast:
        story.run(cast)
        ahead = cast.at + timedelta(days=3)
        assert not cast.do(e.Paused(DRUG, "later"), mode=Mode.REPORTED, claimed_at=ahead).allowed


def test_a_pump_reading_in_milligrams_does_not_stop_the_stop():
    with story.center() as cast:
        story.run(cast)
        cast.do(e.Paused(DRUG, "alarm", quantity("5", "mg")), minutes=1)
        stopped = e.Stopped(DRUG, "other", quantity("5", "mL"), quantity("245", "mL"), "as read")
        assert cast.do(stopped, minutes=1).allowed


@pytest.mark.parametrize("what", ["expired", "thirty days"])
def test_an_expired_vial_or_an_endless_use_by_is_refused(what: str):
    with story.center() as cast:
        _assessed(cast, "82.9")
        cast.must(e.Cleared())
        cast.must(e.ReleasedToPrepare(DRUG))
        bag = story.prepared(cast.at)
        old = replace(bag.draws[0], expires=(cast.at - timedelta(days=400)).date())
        changed = replace(bag, draws=(old,)) if what == "expired" else replace(bag, use_by=cast.at + timedelta(days=30))
        assert not cast.do(changed, "pharmacist").allowed
