"""At every card of every way of giving: whatever else happened, whatever is entered then, nothing passes that should not.

A walk at random seldom stands where one guard alone holds. Here a calm visit is played to a card, a little goes wrong beside
it, and then every kind of entry is asked for, right and with one field wrong. The plain book judges what is let through.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.visit import events as e
from chairside.core.visit.next_action import next_action
from chairside.core.visit.values import Answer, Said
from tests.core.visit.model import AFTER_SIGNING, ENDS, STARTS
from tests.core.visit.robot import Robot
from tests.core.visit.test_every_kind import KINDS, PEOPLE, PLANS, problems, right, spoils
from tests.core.visit.walk import AMY, BEN, DOC, PAT, TABLET, q, vitals

WHO = {"preparation_recorded": PAT, "unit_received": PAT, "acknowledged": DOC, "remotely_signed": DOC}
BESIDE = ["paused", "held", "access_removed", "stopped", "preparation_recorded", "reaction_recorded", "symptom_reported"]
BESIDE += ["pressed", "better", "low", "another weight", "feverish", "again by one", "in error", "site_assessed", "deferred"]
BESIDE += ["step_changed", "resumed", "push_started", "overridden", "provider_notified", "transferred", "discharged"]
BESIDE += ["vitals_recorded", "site not seen"]


@cache
def cards(name: str) -> tuple[Robot, ...]:
    """The visit as it stood before each of its cards."""
    walk, stood = Robot(PLANS[name]), []
    while not walk.state.signed_at:
        stood.append(copy(walk))
        card = next_action(walk.state, walk.plan, walk.at)
        if hasattr(walk, card.command or "later"):
            walk.one(card)
        else:
            walk.do(right(walk, card.command), WHO.get(card.command, AMY))
        assert len(stood) < 200, name
    return (*stood, copy(walk))


def copy(walk: Robot) -> Robot:
    made = Robot(walk.plan, walk.at)
    made.log, made.state = list(walk.log), walk.state
    return made


def beside(walk: Robot, what: str) -> None:
    """A thing that happens beside the cards, if the visit lets it."""
    drug = walk.now.drugs[0].key
    key = next((item.key for item in walk.state.reactions.values()), "")
    last = walk.log[-1].id if walk.log else "none"
    said = tuple(Answer(item.code, Said.YES) for item in walk.plan.questions)
    commands: dict[str, tuple[e.Payload, object]] = {
        "pressed": (e.ReactionRecorded(drug=drug), TABLET),
        "better": (e.ReactionRecorded(key, drug, "urticaria", 2, "CTCAE 5.0", other="seen", resolved=True), AMY),
        "low": (vitals(sbp=80, site_ok=True), AMY),
        "site not seen": (vitals(), AMY),
        "another weight": (vitals(site_ok=True, weight=91), AMY),
        "feverish": (e.QuestionsAnswered(said), AMY),
        "in error": (e.Corrected(last, "entered in error"), DOC),
        "again by one": (right(walk, "check_entered"), AMY),
    }
    command, actor = commands.get(what) or (right(walk, what), WHO.get(what, AMY))
    decision = walk.ask(command, actor)
    if decision.allowed and decision.value is not None:
        assert problems(walk, command, actor) == []
        walk.record(decision.value, actor)


def ask_all(walk: Robot, wrong: str) -> None:
    for kind in KINDS:
        for drug in walk.plan.drugs:
            for actor in (AMY, WHO.get(kind, BEN)):
                look(walk, right(walk, kind, drug.key), actor)
    for entry in (*spoils(right(walk, wrong)), e.StepChanged(walk.now.drugs[0].key, q(1000, "mL/h"))):
        look(walk, entry, WHO.get(wrong, AMY))
    for actor in PEOPLE:
        look(walk, right(walk, wrong), actor)


def look(walk: Robot, entry: e.Payload, actor) -> None:
    if walk.ask(entry, actor).allowed:
        assert problems(walk, entry, actor) == [], (entry, actor.id)


def at_any_card(name, data):
    stood = cards(name)
    walk = copy(stood[data.draw(st.integers(0, len(stood) - 1))])
    for what in data.draw(st.lists(st.sampled_from(BESIDE), max_size=3)):
        beside(walk, what)
        walk.later(data.draw(st.sampled_from([0, 1, 11, 31])))
    ask_all(walk, data.draw(st.sampled_from(KINDS)))


@pytest.mark.parametrize("name", sorted(PLANS))
@settings(max_examples=20)
@given(data=st.data())
def test_at_any_card_with_something_beside_it_nothing_slips_through(name, data):
    at_any_card(name, data)


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(PLANS))
@settings(max_examples=300)
@given(data=st.data())
def test_at_any_card_for_long_nothing_slips_through(name, data):
    at_any_card(name, data)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_each_card_with_one_field_wrong_is_refused_or_harmless(name):
    for walk in cards(name):
        command = next_action(walk.state, walk.plan, walk.at).command
        for entry in spoils(right(walk, command)) if command in KINDS else ():
            for actor in (AMY, WHO.get(command, BEN)):
                look(walk, entry, actor)


RULES = ["premedication.wait", "premedication.antihistamine", "observation.minutes", "weight.change", "question.infection"]
DECIDES = {*STARTS, "step_changed", "bag_changed", "cleared", "released_to_prepare", "premedication_given", "unit_received"}
DECIDES |= {"preparation_recorded", "flushed", "discharged", "signed", "observation_started"}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_each_decision_with_one_thing_beside_it_is_refused_or_harmless(name):
    for stood in cards(name):
        command = next_action(stood.state, stood.plan, stood.at).command
        for what in BESIDE if command in DECIDES else ():
            walk = copy(stood)
            beside(walk, what)
            for drug in walk.plan.drugs:
                for kind in {command, *STARTS} if command in (*STARTS, "flushed") else {command}:
                    look(walk, right(walk, kind, drug.key), WHO.get(command, AMY))
            for rule in RULES:
                look(walk, e.Overridden(rule, "seen and agreed"), AMY)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_each_restart_with_one_thing_beside_it_is_refused_or_harmless(name):
    ran = [walk for walk in cards(name) if any(region.running for region in walk.state.infusions.values())]
    for stood in ran[:1] + ran[-1:]:
        for what in BESIDE:
            walk = copy(stood).later(1)
            for step in ("paused", what, "vitals_recorded"):
                beside(walk, step)
            for drug in walk.plan.drugs:
                for kind in (*STARTS, *ENDS):
                    look(walk, right(walk, kind, drug.key), AMY)
                for again in (right(walk, "resumed", drug.key), right(walk, "bag_changed", drug.key)):
                    for entry in (again, *spoils(again)):
                        look(walk, entry, AMY)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_after_the_signature_nothing_but_what_belongs_to_the_record_is_taken(name):
    walk = cards(name)[-1]
    assert walk.state.signed_at
    taken = {kind for kind in KINDS for actor in PEOPLE if walk.ask(right(walk, kind), actor).allowed}
    assert taken <= AFTER_SIGNING
    assert walk.ask(e.Corrected(walk.log[0].id, "entered in error"), DOC).allowed
