"""A random walk over every kind of event and every way of giving (model-based): the cards, and whatever people do beside them.

No live entry passes that the plain book of `model` says should not; the log alone gives the state; nothing earlier changes.
"""

from __future__ import annotations

from dataclasses import Field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chairside.core.access import Actor
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.decide import decide
from chairside.core.visit.desensitization import ordered
from chairside.core.visit.encoding import to_text
from chairside.core.visit.fold import apply, begin, fold
from chairside.core.visit.home import Carried, HomePlan, kit_for
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.ladder import position
from chairside.core.visit.next_action import blocked, next_action
from chairside.core.visit.outlook import outlook
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.settling import settled
from chairside.core.visit.together import together
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Mode, Said
from tests.core.visit.model import AFTER_SIGNING, OF_A_DEVICE, STARTS, Book
from tests.core.visit.model_entries import problems_of_an_entry
from tests.core.visit.plans_of_ways import DRAW, FOUR_DAYS, INJECT, INJECTIONS, PUSH, UNIT, plan
from tests.core.visit.robot import Robot
from tests.core.visit.test_care import SET
from tests.core.visit.walk import A_DRUG, AMY, BEN, DESK, DOC, ME, NINE, PAT, PLAN, TABLET, q, vitals

KIT = kit_for((Carried("drug", "Testumab", "100 mg x 4"),), (), ("epinephrine",), ("pulse",))
HOME = HomePlan(NINE - timedelta(minutes=30), NINE + timedelta(minutes=30), "4 Elm Street", kit=KIT)
PUSHED = replace(PUSH, key="pushed", title="Pushine", products=("Testra",))
PLANS: dict[str, VisitPlan] = {
    "infusion": PLAN,
    "with an order set": replace(PLAN, order_set=SET),
    "push": plan(PUSH),
    "injection": plan(INJECT, **INJECTIONS),
    "ambulatory pump": plan(FOUR_DAYS),
    "phlebotomy": plan(DRAW),
    "unit of blood": plan(UNIT),
    "two drugs": together(PLAN, plan(PUSHED)).value,  # type: ignore[dict-item]
    "at home": replace(PLAN, home=HOME),
    "desensitization": plan(ordered(replace(A_DRUG, dose_per=None, barred="barred"), "three_bags_twelve_steps", ()).value),  # type: ignore[arg-type]
}
PEOPLE = [AMY, AMY, AMY, BEN, PAT, DOC, DESK, TABLET, replace(BEN, session=AMY.session)]
BY_THE_SYSTEM = {"check_compared", "incident_opened", "replanned"}


def right(walk: Robot, kind: str, key: str = "") -> e.Payload:
    """What a careful person would enter of this kind now, whether or not it is its turn; `key`: of that drug."""
    state, now, at = walk.state, walk.now, walk.at
    drug = now.drug(key) or next((item for item in now.drugs if not state.infusions[item.key].over), now.drugs[-1])
    region, me = state.infusions[drug.key], walk.me
    rate = drug.ladder[0].rate if drug.ladder else q(20, "mL/h")
    where = position(drug, region, at) if drug.ladder else None
    step = where.then if where else None
    higher = next((step.rate for step in drug.ladder if region.rate is not None and region.rate < step.rate), rate)
    given = walk.given(drug, region) if drug.volume.unit.comparable(q(0, "mL").unit) else q(0, "mL")
    reaction = next((item.key for item in state.reactions.values() if item.open), "")
    last = state.log[-1].id if state.log else "none"
    incident = next((entry.id for entry in state.log if entry.kind == "incident_opened"), "none")
    waiting = next(iter(sorted(state.unacknowledged)), "none")
    left = max(Decimal(0), drug.prepared_volume.amount - given.amount) if given.unit == drug.prepared_volume.unit else 0
    premedication = now.premedications[0] if now.premedications else None
    home = now.home
    made: dict[str, e.Payload] = {
        "checked_in": e.CheckedIn(me, True),
        "seated": e.Seated("4"),
        "vitals_recorded": walk.vitals(),
        "allergies_reviewed": e.AllergiesReviewed((), True),
        "questions_answered": e.QuestionsAnswered(tuple(Answer(item.code, Said.NO) for item in now.questions)),
        "cleared": e.Cleared(),
        "held": e.Held("asked for"),
        "overridden": e.Overridden("premedication.wait_short", "seen and agreed"),
        "released_to_prepare": e.ReleasedToPrepare(drug.key),
        "access_placed": e.AccessPlaced("forearm", "left", "needle", "22 G", 1, True),
        "premedication_given": e.PremedicationGiven(
            premedication.code if premedication else "none",
            premedication.dose if premedication else q(1, "mg"),
            premedication.route if premedication else "oral",
        ),
        "infusion_started": e.InfusionStarted(drug.key, me, rate, True, True, True, True),
        "step_changed": e.StepChanged(drug.key, higher),
        "paused": e.Paused(),
        "resumed": e.Resumed(drug.key, region.rate or rate, "settled", given),
        "stopped": e.Stopped(drug.key, "complete", given, q(left, "mL"), "as read"),
        "flushed": e.Flushed(drug.key, q(20, "mL")),
        "symptom_reported": e.SymptomReported("itching"),
        "reaction_recorded": e.ReactionRecorded(
            reaction, drug.key, "urticaria", 2, "CTCAE 5.0", other="as seen", resolved=bool(reaction)
        ),
        "observation_started": e.ObservationStarted(),
        "access_removed": e.AccessRemoved(True),
        "discharged": e.Discharged(True, True, True, "sister", site_advice=True, returns_at=at + timedelta(hours=46)),
        "note_added": e.NoteAdded("a note"),
        "signed": e.Signed("done"),
        "corrected": e.Corrected(last, "entered in error"),
        "claimed": e.Claimed(next(iter(sorted(state.unclaimed)), "none")),
        "dose_given": e.DoseGiven(drug.key, me, drug.volume, (), drug.min_minutes, emergency_ready=True),
        "push_started": e.PushStarted(drug.key, me, True, True),
        "push_ended": e.PushEnded(drug.key, drug.volume, "as given"),
        "draw_started": e.DrawStarted(drug.key, me),
        "draw_ended": e.DrawEnded(drug.key, drug.volume, "as taken"),
        "pump_connected": e.PumpConnected(drug.key, me, rate, "P-17", True, True, True, True, drug.volume),
        "pump_disconnected": e.PumpDisconnected(drug.key, me, given, q(left, "mL"), "complete", "as read", False),
        "unit_received": e.UnitReceived(
            drug.key, "W1", "Red cells", "O-", "A+", q(310, "mL"), at - timedelta(minutes=5), at + timedelta(days=9), True, True
        ),
        "bag_changed": e.BagChanged(
            drug.key,
            me,
            drug.products[0] if drug.products else "",
            ("L1",),
            step.rate if step else rate,
            step and step.bag,
            given,
        ),
        "site_assessed": e.SiteAssessed("infiltration", ("cool",), edema_cm=Decimal(2)),
        "provider_notified": e.ProviderNotified("Dr. Sato", "itching", orders="watch", read_back=True),
        "treatment_given": e.TreatmentGiven("set-1", "anti", q(25, "mg"), "IV", reaction),
        "acknowledged": e.Acknowledged(waiting),
        "set_out": e.SetOut(),
        "kit_checked": e.KitChecked(tuple(item.key for item in home.kit) if home else ()),
        "remotely_signed": e.RemotelySigned("seen"),
        "deferred": e.Deferred("not today"),
        "transferred": e.Transferred("EMS", "pressure falls"),
        "call_made": e.CallMade(True),
        "incident_reported": e.IncidentReported(incident, "B", "administration", "what happened"),
    }
    if kind == "preparation_recorded":
        dose = drug.prepared_dose
        strength = drug.strengths[0] if drug.strengths else dose
        draw = LotDraw(drug.products[0] if drug.products else "", "L1", strength, 5, dose)
        diluent = drug.diluents[0] if drug.diluents else "0.9% sodium chloride"
        return e.PreparationRecorded(drug.key, (draw,), drug.prepared_volume, diluent, at, at + timedelta(hours=5))
    if kind == "check_entered":
        from chairside.core.visit.double_check import due

        stage = due(now, drug, region)
        if stage is None or region.prepared is None:
            return e.CheckEntered(drug.key, me)
        return walk.entry(drug, stage)
    return made[kind]


KINDS = sorted(set(e.KINDS) - BY_THE_SYSTEM)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_entry(kind):
    assert right(Robot(PLAN), kind).kind == kind


def spoils(payload: e.Payload) -> list[e.Payload]:
    """The entry with one field as it should not be, each way; an end also without its reason."""
    made = [replace(payload, **{item.name: other}) for item in fields(payload) for other in _others(payload, item)]
    return [*made, *(replace(item, variance_reason="") for item in made if hasattr(item, "variance_reason"))]


def one_of_spoils(payload: e.Payload) -> st.SearchStrategy[e.Payload]:
    return st.sampled_from(spoils(payload) or [payload])


def _others(payload: e.Payload, item: Field[Any]) -> list[Any]:
    value, kind = getattr(payload, item.name), str(item.type)
    if isinstance(value, Identifiers):
        return [Identifiers("Mario Rossi", ME.born), replace(value, born=None), replace(value, name="")]
    if isinstance(value, bool) or (value is None and "bool" in kind):
        return [other for other in (True, False, None) if other is not value and (other is not None or "None" in kind)]
    if isinstance(value, Quantity):
        parts = [Quantity(value.amount * Decimal(by), value.unit) for by in ("0", "0.5", "2", "10")]
        return [*parts, None] if "None" in kind else parts
    if isinstance(value, datetime):
        return [value + timedelta(hours=hours) for hours in (-200, -3, 3)]
    if isinstance(value, tuple):
        if value and isinstance(value[0], Answer):
            return [(), *(tuple(replace(one, said=said) for one in value) for said in (Said.YES, Said.UNKNOWN))]
        if value and isinstance(value[0], LotDraw):
            half = Quantity(value[0].drawn.amount / 2, value[0].drawn.unit)
            return [
                (),
                *(
                    (replace(value[0], **{name: other}),)
                    for name, other in (("drawn", half), ("product", "other"), ("lot", ""))
                ),
            ]
        return [(), ("another",)] if value and isinstance(value[0], str) else [()]
    if isinstance(value, int):
        return [other for other in (0, 1, 4, 99) if other != value]
    return ["", "other", value + " "] if isinstance(value, str) else []


def problems(walk: Robot, command: e.Payload, actor: Actor) -> list[str]:
    """What the plain book says against an entry that was let through."""
    kind, book, found = command.kind, Book(walk.plan, walk.log), []
    drug = settled(walk.plan, walk.state).drug(getattr(command, "drug", ""))
    if actor is TABLET and kind not in OF_A_DEVICE:
        found.append("a device did what only a person may")
    if walk.state.signed_at and kind not in AFTER_SIGNING:
        found.append(f"{kind} after the signature")
    if kind in STARTS and drug is not None and not walk.state.infusions[drug.key].paused:
        found += book.problems_of_a_start(drug, command, actor, walk.at)
    if kind == "step_changed":
        found += book.problems_of_a_rise(drug, command.rate, walk.at)
    return found + problems_of_an_entry(book, drug, command, actor, walk.at)


class EveryKind(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.walk = Robot(PLAN)
        self.seen: list[str] = []
        self.folded = begin(PLAN)

    @initialize(name=st.sampled_from(sorted(PLANS)), cards=st.integers(0, 40))
    def begin_somewhere(self, name, cards):
        self.walk = Robot(PLANS[name])
        self.folded = begin(self.walk.plan)
        for _ in range(cards):
            self.follow()

    # --- what people do ---

    @rule(times=st.integers(1, 8))
    def follow_the_card(self, times):
        for _ in range(times):
            self.follow()

    def follow(self):
        card = next_action(self.walk.state, self.walk.plan, self.walk.at)
        if not self.walk.state.signed_at and hasattr(Robot, card.command or "later"):
            ready = not any(r.override != "none" or r.code not in ("too_early",) for r in card.reasons)
            if ready and card.command:
                kind = card.command if card.command in KINDS else ""
                for actor in (AMY, BEN, PAT, DOC, DESK) if kind else ():
                    if self.attempt(self.entry(kind), actor):
                        break
        if card.due is not None and card.due > self.walk.at:
            self.walk.at = card.due
        elif card.reasons or not card.command:
            if any(reason.field.startswith("vitals") for reason in card.reasons):
                self.attempt(self.walk.vitals(), AMY)
            self.walk.later(5)
        if card.command == "premedication_given":
            self.walk.later(30)

    def entry(self, kind):
        return right(self.walk, kind)

    @rule(minutes=st.sampled_from([0, 1, 5, 9, 11, 15, 30, 31, 90, 240, 2880]))
    def time_passes(self, minutes):
        self.walk.later(minutes)

    @rule(kind=st.sampled_from(KINDS), actor=st.sampled_from(PEOPLE))
    def out_of_turn(self, kind, actor):
        self.attempt(self.entry(kind), actor)

    @rule(data=st.data(), kind=st.sampled_from(KINDS), actor=st.sampled_from(PEOPLE))
    def not_as_it_should_be(self, data, kind, actor):
        self.attempt(data.draw(one_of_spoils(self.entry(kind))), actor)

    @rule(data=st.data(), actor=st.sampled_from([AMY, DOC, BEN]))
    def a_start_with_one_thing_wrong(self, data, actor):
        for kind in ("infusion_started", "push_started", "draw_started", "pump_connected", "dose_given"):
            self.attempt(data.draw(one_of_spoils(self.entry(kind))), actor)

    @rule(data=st.data(), actor=st.sampled_from(PEOPLE), blank=st.booleans())
    def a_correction(self, data, actor, blank):
        if not self.walk.log:
            return
        old = data.draw(st.sampled_from(self.walk.log))
        instead = "" if blank else to_text(old.payload)
        self.attempt(e.Corrected(old.id, "entered in error", instead), actor)

    @rule(kind=st.sampled_from(KINDS), minutes=st.sampled_from([0, 1, 20, 90]), actor=st.sampled_from(PEOPLE))
    def reported_afterwards(self, kind, minutes, actor):
        command, claimed = self.entry(kind), self.walk.at - timedelta(minutes=minutes)
        decision = decide(
            self.walk.state, self.walk.plan, command, actor, claimed, mode=Mode.REPORTED, received_at=self.walk.at
        )
        if decision.value is None or not decision.allowed:
            # Refused for who writes it or for what cannot be read, never for a guard of the visit.
            of_the_record = command.kind in ("corrected", "claimed", "signed", "acknowledged")
            assert of_the_record or {reason.code for reason in decision.reasons} <= {"not_permitted", "out_of_range"}
            return
        before = self.walk.state.log
        self.walk.record(decision.value, actor, Mode.REPORTED, claimed)
        after = self.walk.state.log
        assert after[: len(before)] == before, "an earlier entry has changed"
        assert (after[len(before)].sequence, after[len(before)].at) == (len(before) + 1, claimed)

    @rule(rate=st.sampled_from(["0.1", "1", "20", "40", "41", "80", "150", "151", "1000"]))
    def any_rate(self, rate):
        for drug in self.walk.now.drugs:
            self.attempt(e.StepChanged(drug.key, q(rate, "mL/h")), AMY)

    @rule(taken=st.sampled_from(["a", "low", "without the site", "partial"]))
    def some_vitals(self, taken):
        sets = {
            "a": vitals(site_ok=True),
            "low": vitals(sbp=80, site_ok=True),
            "without the site": vitals(),
            "partial": replace(vitals(site_ok=True), readings=vitals().readings[:3]),
        }
        self.attempt(sets[taken], AMY)

    # --- the judge ---

    def attempt(self, command, actor):
        decision = self.walk.ask(command, actor)
        if not decision.allowed or decision.value is None:
            for reason in decision.reasons:
                assert reason.code, command
                assert reason.message, command
                assert reason.message.strip()[-1] in ".?!”", reason.message
            return False
        self.judge(command, actor)
        self.walk.record(decision.value, actor)
        return True

    def judge(self, command, actor):
        assert problems(self.walk, command, actor) == [], command

    @invariant()
    def the_log_alone_gives_the_state(self):
        walk = self.walk
        assert [entry.sequence for entry in walk.log] == list(range(1, len(walk.log) + 1))
        assert fold(walk.log, walk.plan) == walk.state
        for entry in walk.log[len(self.folded.log) :]:
            self.folded = apply(self.folded, entry)
        assert self.folded == walk.state

    @invariant()
    def the_timelines_are_in_clinical_order_and_volumes_can_be(self):
        for key, region in self.walk.state.infusions.items():
            moments = [(change.at, change.sequence) for change in region.timeline]
            assert moments == sorted(moments)
            given = volume_given(region, self.walk.at)
            assert given.amount >= 0, key

    @invariant()
    def what_was_reported_past_a_guard_opened_an_incident(self):
        state = self.walk.state
        told = {about for trigger, about in state.incidents if trigger == "reported_without_guard"}
        assert state.unproven <= told

    @invariant()
    def there_is_one_card_and_every_view_of_the_visit_can_be_made(self):
        card = next_action(self.walk.state, self.walk.plan, self.walk.at)
        assert card.title
        assert outlook(self.walk.state, self.walk.plan, self.walk.at).stage
        blocked(self.walk.state, self.walk.plan, self.walk.at)


TestEveryKind = EveryKind.TestCase
TestEveryKind.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.prove
def test_long_walks_of_every_kind():
    run_state_machine_as_test(EveryKind, settings=settings(max_examples=1_000, stateful_step_count=80, deadline=None))
