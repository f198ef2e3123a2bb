"""A random walk over all commands: whatever happens, no live command passes without its guards (model-based).

The machine keeps its own plain book of what was recorded, and judges each accepted command by that book, not by the state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chairside.core.visit import events as e
from chairside.core.visit.decide import decide
from chairside.core.visit.fold import fold
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.next_action import blocked, next_action
from chairside.core.visit.outlook import outlook
from chairside.core.visit.reactions.reaction import CRITERIA
from chairside.core.visit.values import Answer, Identifiers, Mode, Said
from tests.core.visit.walk import AMY, BEN, DESK, DOC, DRUG, ME, PAT, PLAN, TABLET, Walk, bag, check, q, vitals

PEOPLE = st.sampled_from([AMY, AMY, BEN, PAT, DOC, DESK, TABLET])
CHECKERS = [AMY, BEN, PAT, replace(AMY, session="another"), replace(BEN, session=AMY.session)]
CODES = {"sbp", "dbp", "pulse", "temp", "rr", "spo2"}
RATES = [20, 40, 80, 150]


def good_command(walk: Walk, kind: str, actor=AMY):
    """The command that a careful nurse would give for a card."""
    region = walk.state.infusions[DRUG]
    use_by = region.prepared.use_by if region.prepared else walk.at
    reaction = walk.state.open_reaction
    given = volume_given(region, walk.at)
    commands = {
        "checked_in": e.CheckedIn(ME, True),
        "seated": e.Seated("4"),
        "vitals_recorded": vitals(site_ok=True, weight=80),
        "allergies_reviewed": e.AllergiesReviewed((), True),
        "questions_answered": e.QuestionsAnswered((Answer("infection", Said.NO),)),
        "cleared": e.Cleared(),
        "held": e.Held("asked"),
        "released_to_prepare": e.ReleasedToPrepare(DRUG),
        "premedication_given": e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"),
        "access_placed": e.AccessPlaced("forearm", attempts=1, blood_return=True),
        "preparation_recorded": bag(walk.at),
        "check_entered": check(use_by),
        "infusion_started": walk.start(),
        "step_changed": e.StepChanged(
            DRUG, q(next((r for r in RATES if region.rate and q(r, "mL/h") > region.rate), 150), "mL/h")
        ),
        "paused": e.Paused(),
        "resumed": e.Resumed(DRUG, q(10, "mL/h"), "settled", given),
        "stopped": e.Stopped(DRUG, "complete", q(250, "mL"), q(0, "mL"), "as read"),
        "flushed": e.Flushed(DRUG, q(20, "mL")),
        "reaction_recorded": e.ReactionRecorded(
            reaction.key if reaction else "", DRUG, "infusion_related_reaction", 2, CRITERIA, resolved=reaction is not None
        ),
        "observation_started": e.ObservationStarted(),
        "access_removed": e.AccessRemoved(True),
        "discharged": e.Discharged(True, True, True, "sister"),
        "signed": e.Signed("done"),
    }
    return commands[kind]


WHO = {"checked_in": DESK, "preparation_recorded": PAT, "reaction_recorded": AMY}


def _nearly(waited: int, checked: bool) -> Walk:
    """Cleared, premedicated, access in, bag made: what is missing is some of the wait, or the double check."""
    walk = Walk().cleared().do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"))
    walk.do(e.AccessPlaced("forearm", attempts=1, blood_return=True)).do(bag(walk.at), PAT)
    if checked:
        use_by = walk.at + timedelta(hours=6)
        walk.do(check(use_by), AMY).do(check(use_by), BEN)
    return walk.later(waited).do(vitals(site_ok=True))


BEGINNINGS = {
    "door": Walk,
    "assessed": lambda: Walk().assessed(),
    "cleared": lambda: Walk().cleared(),
    "not checked": lambda: _nearly(30, checked=False),
    "not waited": lambda: _nearly(5, checked=True),
    "ready": lambda: Walk().ready(),
    "running": lambda: Walk().running(),
    "second step": lambda: Walk().running().later(15).step(40),
    "ended": lambda: Walk().ended(),
}


class VisitMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.walk = Walk()

    @initialize(beginning=st.sampled_from(sorted(BEGINNINGS)))
    def begin_somewhere(self, beginning):
        self.walk = BEGINNINGS[beginning]()

    # --- what may happen ---

    @rule(minutes=st.sampled_from([0, 1, 5, 9, 11, 15, 30, 31, 90]))
    def time_passes(self, minutes):
        self.walk.later(minutes)

    @rule(n=st.integers(1, 6), minutes=st.sampled_from([0, 1, 15]))
    def follow_the_card(self, n, minutes):
        for _ in range(n):
            card = next_action(self.walk.state, self.walk.plan, self.walk.at)
            if not card.command:
                self.walk.later(max(minutes, 5))
                continue
            checks = self.walk.state.infusions[DRUG].checks
            actor = BEN if card.command == "check_entered" and checks and checks[-1].actor_id == AMY.id else AMY
            actor = DOC if self.walk.state.held and card.command == "cleared" else WHO.get(card.command, actor)
            self.attempt(good_command(self.walk, card.command), actor)
            self.walk.later(minutes)

    @rule(
        kind=st.sampled_from(
            [
                "cleared",
                "released_to_prepare",
                "premedication_given",
                "access_placed",
                "preparation_recorded",
                "check_entered",
                "infusion_started",
                "step_changed",
                "paused",
                "resumed",
                "stopped",
                "flushed",
                "reaction_recorded",
                "observation_started",
                "access_removed",
                "discharged",
                "signed",
                "vitals_recorded",
                "seated",
                "held",
            ]
        ),
        actor=PEOPLE,
    )
    def out_of_turn(self, kind, actor):
        self.attempt(good_command(self.walk, kind), actor)

    @rule(rate=st.sampled_from([1, 10, 20, 21, 40, 79, 80, 81, 150, 151, 1000]), actor=PEOPLE)
    def any_rate(self, rate, actor):
        self.attempt(e.StepChanged(DRUG, q(rate, "mL/h")), actor)
        self.attempt(e.Resumed(DRUG, q(rate, "mL/h"), "ok", volume_given(self.walk.state.infusions[DRUG], self.walk.at)), actor)

    @rule(actor=PEOPLE)
    def a_wrong_start(self, actor):
        self.attempt(replace(self.walk.start(), identifiers=Identifiers("Mario Rossi", ME.born)), actor)

    @rule(actor=PEOPLE, dose=st.sampled_from([400, 40, 4000]))
    def any_check(self, actor, dose):
        prepared = self.walk.state.infusions[DRUG].prepared
        if prepared:
            self.attempt(check(prepared.use_by, dose=q(dose, "mg")), actor)

    @rule(first=st.sampled_from(CHECKERS), second=st.sampled_from(CHECKERS))
    def two_checks(self, first, second):
        prepared = self.walk.state.infusions[DRUG].prepared
        for actor in (first, second) if prepared else ():
            self.attempt(check(prepared.use_by), actor)

    @precondition(lambda self: not self.walk.state.any_started and not self.walk.state.discharged)
    @rule(spoil=st.sampled_from(["", "held", "access_removed", "preparation_recorded", "symptom", "low", "late", "partial"]))
    def almost_there_and_then(self, spoil):
        """Follow the cards to the very start, spoil one thing, and try."""
        for _ in range(25):
            card = next_action(self.walk.state, self.walk.plan, self.walk.at)
            if card.command != "infusion_started":
                self.follow_the_card(1, 5)
            elif card.ready:
                break
            elif self.walk.state.symptoms:
                self.attempt(e.SymptomReported("itching", False), AMY)
            else:
                self.walk.later(5)
            if self.walk.state.any_started:
                return
        extra = {
            "symptom": e.SymptomReported("itching"),
            "low": vitals(sbp=80, site_ok=True),
            "partial": replace(vitals(site_ok=True), readings=vitals().readings[:3]),
        }
        if spoil == "late":
            self.walk.later(11)
        elif spoil:
            command = extra.get(spoil) or good_command(self.walk, spoil)
            self.attempt(command, PAT if spoil == "preparation_recorded" else AMY)
        self.attempt(self.walk.start(), AMY)

    @rule(minutes=st.sampled_from([5, 14, 15, 16, 30]), fresh=st.booleans(), skip=st.integers(0, 1))
    def wait_and_rise(self, minutes, fresh, skip):
        self.walk.later(minutes)
        if fresh:
            self.attempt(vitals(site_ok=True), AMY)
        rate = self.walk.state.infusions[DRUG].rate
        above = [n for n in RATES if rate is not None and rate < q(n, "mL/h")]
        if len(above) > skip:
            self.attempt(e.StepChanged(DRUG, q(above[skip], "mL/h")), AMY)

    @precondition(lambda self: self.walk.state.infusions[DRUG].running)
    @rule(
        grade=st.sampled_from([None, 1, 2, 2, 3, 4]),
        resolved=st.sampled_from([True, True, False]),
        rate=st.sampled_from([5, 10, 20, 40]),
    )
    def react_and_try_again(self, grade, resolved, rate):
        self.attempt(e.ReactionRecorded(drug=DRUG), TABLET)
        self.attempt(e.Paused(DRUG, "reaction"), AMY)
        key = list(self.walk.state.reactions)[-1] if self.walk.state.reactions else ""
        if key and grade:
            self.attempt(e.ReactionRecorded(key, DRUG, "infusion_related_reaction", grade, CRITERIA, resolved=resolved), AMY)
        self.walk.later(20)
        self.attempt(vitals(site_ok=True), AMY)
        self.attempt(e.SymptomReported("itching", False), AMY)
        given = volume_given(self.walk.state.infusions[DRUG], self.walk.at)
        self.attempt(e.Resumed(DRUG, q(rate, "mL/h"), "settled", given), AMY)

    @rule(present=st.booleans())
    def symptom(self, present):
        self.attempt(e.SymptomReported("itching", present), AMY)

    @rule(sbp=st.sampled_from([70, 88, 100, 124]), codes=st.integers(2, 6))
    def some_vitals(self, sbp, codes):
        taken = vitals(sbp=sbp, site_ok=True)
        self.attempt(replace(taken, readings=taken.readings[:codes]), AMY)

    @rule(
        minutes=st.integers(0, 60),
        kind=st.sampled_from(["paused", "vitals_recorded", "premedication_given"]),
    )
    def reported(self, minutes, kind):
        self.reported_fact(kind, minutes)

    @precondition(lambda self: len(self.walk.log) > 30 and not self.walk.state.any_started)
    @rule(minutes=st.integers(0, 60))
    def reported_start(self, minutes):
        self.reported_fact("infusion_started", minutes)

    def reported_fact(self, kind, minutes):
        claimed = self.walk.at - timedelta(minutes=minutes)
        command = good_command(self.walk, kind)
        decision = decide(self.walk.state, self.walk.plan, command, AMY, claimed, mode=Mode.REPORTED)
        assert decision.allowed  # a fact is never refused for a guard
        self.walk.report(command, claimed)

    # --- the judge ---

    def attempt(self, command, actor):
        decision = self.walk.ask(command, actor)
        if not decision.allowed:
            assert all(reason.message for reason in decision.reasons)
            return
        if command.kind == "infusion_started":
            self.judge_start(command)
        elif command.kind in ("step_changed", "resumed"):
            self.judge_rate(command)
        elif command.kind == "discharged":
            assert not any(region.running for region in self.walk.state.infusions.values())
        assert self.walk.state.signed_at is None or command.kind in ("corrected", "claimed", "incident_opened")
        self.walk.record(decision.value, actor)

    def events(self, *kinds):
        return [event for event in self.walk.log if event.kind in kinds]

    def judge_start(self, command):
        at = self.walk.at
        assert command.identifiers == ME
        assert self.events("checked_in"), "not identified"
        decided = self.events("cleared", "held")
        assert decided, "no go decision"
        assert decided[-1].kind == "cleared", "held"
        lines = self.events("access_placed", "access_removed")
        assert lines, "no access"
        assert lines[-1].kind == "access_placed", "access removed"
        given = self.events("premedication_given")
        assert given, "no premedication"
        assert any(at - event.at >= timedelta(minutes=30) for event in given), "premedication wait"
        made = self.events("preparation_recorded")[-1]
        checks = [event for event in self.events("check_entered") if event.sequence > made.sequence][-2:]
        assert len(checks) == 2, "no double check"
        assert len({event.actor.id for event in checks}) == 2, "one person"
        assert len({event.actor.session for event in checks}) == 2, "one log-in"
        assert checks[0].payload == checks[1].payload == check(made.payload.use_by), "the checks do not agree"
        assert made.payload.use_by > at + timedelta(minutes=130), "use-by"
        self.judge_vitals(timedelta(minutes=10), None)
        assert not self.walk.state.symptoms
        assert command.rate <= q(20, "mL/h")
        assert not self.events("infusion_started"), "started twice"

    def judge_rate(self, command):
        changes = sorted(self.events("infusion_started", "step_changed", "resumed"), key=lambda event: event.at)
        now = changes[-1].payload.rate
        if command.kind == "resumed":
            graded = [event.payload.grade for event in self.events("reaction_recorded") if event.payload.grade]
            assert max(graded, default=0) < 3, "restart after a severe reaction"
            assert command.rate <= now, "restart above the rate before the pause"
            return
        if command.rate <= now:
            return
        steps = [q(r, "mL/h") for r in RATES if q(r, "mL/h") > now]
        assert command.rate <= steps[0], "skipped a step"
        same = len(changes)
        while same > 0 and changes[same - 1].payload.rate == now:
            same -= 1
        assert self.walk.at - changes[same].at >= timedelta(minutes=15), "too early"
        self.judge_vitals(timedelta(minutes=10), changes[-1].at)
        assert not self.walk.state.symptoms, "open symptom"

    def judge_vitals(self, span, after):
        sets = [
            event for event in self.events("vitals_recorded") if {r.code for r in event.payload.readings if r.value} >= CODES
        ]
        assert any(timedelta() <= self.walk.at - event.at <= span and (after is None or event.at > after) for event in sets), (
            "vitals"
        )

    @invariant()
    def the_log_alone_gives_the_state(self):
        assert fold(self.walk.log, PLAN) == self.walk.state

    @invariant()
    def the_screen_can_always_be_drawn(self):
        outlook(self.walk.state, PLAN, self.walk.at)
        next_action(self.walk.state, PLAN, self.walk.at)
        for reasons in blocked(self.walk.state, PLAN, self.walk.at).values():
            assert reasons

    @invariant()
    def nothing_is_given_before_a_start_and_nothing_is_lost(self):
        region = self.walk.state.infusions[DRUG]
        if not region.timeline:
            assert volume_given(region, self.walk.at).amount == 0


VisitMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestRandomWalk = VisitMachine.TestCase


def spoiled(machine: VisitMachine, spoil: str) -> None:
    """One thing that goes wrong at the brink, through the same gate."""
    walk = machine.walk
    made = walk.state.infusions[DRUG].prepared
    use_by = made.use_by if made else walk.at
    commands = {
        "held": (e.Held("asked"), AMY),
        "access out": (e.AccessRemoved(True), AMY),
        "new bag": (bag(walk.at), PAT),
        "check by amy": (check(use_by), AMY),
        "check by ben": (check(use_by), BEN),
        "check by ben at amy's": (check(use_by), CHECKERS[4]),
        "wrong check": (check(use_by, dose=q(40, "mg")), PAT),
        "symptom": (e.SymptomReported("itching"), AMY),
        "low": (vitals(sbp=80, site_ok=True), AMY),
        "partial": (replace(vitals(site_ok=True), readings=vitals().readings[:3]), AMY),
        "vitals": (vitals(site_ok=True), AMY),
        "pause": (e.Paused(), AMY),
        "reaction": (e.ReactionRecorded(drug=DRUG), TABLET),
        "down": (e.StepChanged(DRUG, q(20, "mL/h")), AMY),
    }
    if spoil in commands:
        machine.attempt(*commands[spoil])
    elif spoil.startswith("grade") and walk.state.reactions:
        key = list(walk.state.reactions)[-1]
        machine.attempt(e.ReactionRecorded(key, DRUG, "reaction", int(spoil[-1]), CRITERIA, resolved=True), AMY)
    elif spoil.startswith("later"):
        walk.later(int(spoil.split()[1]))


def at_the_brink(walk: Walk) -> VisitMachine:
    machine = VisitMachine()
    machine.walk = walk
    return machine


WAITS = ["later 1", "later 11", "later 15", "later 30"]
BEFORE = [
    "held",
    "access out",
    "new bag",
    "check by amy",
    "check by ben",
    "check by ben at amy's",
    "wrong check",
    "symptom",
    "low",
    "partial",
    "vitals",
    *WAITS,
]


@given(st.sampled_from([(30, True), (30, False), (15, True), (0, True)]), st.lists(st.sampled_from(BEFORE), max_size=4))
def test_at_the_brink_of_a_start_nothing_slips_through(beginning, spoils):
    machine = at_the_brink(_nearly(*beginning))
    for spoil in spoils:
        spoiled(machine, spoil)
    machine.attempt(machine.walk.start(), AMY)


WHILE = ["symptom", "low", "partial", "vitals", "pause", "down", "reaction", "grade 1", "grade 2", "grade 3", *WAITS]


def _second_step() -> Walk:
    return Walk().running().later(15).step(40)


def _reacted() -> Walk:
    walk = _second_step().later(10).do(e.ReactionRecorded(drug=DRUG), TABLET).do(e.Paused(DRUG)).later(20)
    return walk.do(vitals(site_ok=True))


BRINKS = {
    "too early": lambda: _second_step().later(14),
    "rise": lambda: _second_step().later(15).do(vitals(site_ok=True)),
    "restart": _reacted,
}


@given(
    st.sampled_from(sorted(BRINKS)), st.lists(st.sampled_from(WHILE), max_size=4), st.sampled_from([10, 20, 40, 41, 80, 150])
)
def test_at_the_brink_of_a_rise_or_a_restart_nothing_slips_through(brink, spoils, rate):
    machine = at_the_brink(BRINKS[brink]())
    for spoil in spoils:
        spoiled(machine, spoil)
    given_so_far = volume_given(machine.walk.state.infusions[DRUG], machine.walk.at)
    machine.attempt(e.StepChanged(DRUG, q(rate, "mL/h")), AMY)
    machine.attempt(e.Resumed(DRUG, q(rate, "mL/h"), "settled", given_so_far), AMY)
