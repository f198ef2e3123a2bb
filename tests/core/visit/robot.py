"""A nurse who does what the card says, and nothing else: a visit from check-in to signature through `decide` alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.double_check import due
from chairside.core.visit.ladder import position, shortest, total_minutes
from chairside.core.visit.next_action import NextAction, next_action
from chairside.core.visit.outlook import pump_ends
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.recomputing import asked
from chairside.core.visit.settling import settled
from chairside.core.visit.state import Infusion
from chairside.core.visit.values import Answer, Identifiers, InjectionSite, LotDraw, Reading, Said
from tests.core.visit.walk import AMY, BEN, NINE, PAT, Walk, q

VALUES = {"sbp": (124, "mm[Hg]"), "dbp": (70, "mm[Hg]"), "pulse": (72, "/min"), "temp": ("36.7", "Cel"), "rr": (16, "/min")}
VALUES |= {"spo2": (98, "%"), "pain": (0, "{score}")}


class Robot(Walk):
    """Plays the cards of a plan. What a form would ask is answered from the plan, as a careful person would."""

    def __init__(self, plan: VisitPlan, at: datetime = NINE) -> None:
        super().__init__(plan, at)
        self.cards: list[str] = []

    @property
    def now(self) -> VisitPlan:
        return settled(self.plan, self.state)

    def play(self, until: str = "", most: int = 300) -> Robot:
        """Card after card, until the card of that kind, or the record is signed."""
        for _ in range(most):
            card = next_action(self.state, self.plan, self.at)
            if self.state.signed_at or (until and card.command == until and card.ready):
                return self
            self.cards.append(card.title)
            self.one(card)
        raise AssertionError(f"no end: {self.cards[-12:]}")

    def one(self, card: NextAction) -> None:
        drug = self.now.drug(card.drug) or self.now.drugs[0]
        region = self.state.infusions[drug.key]
        if card.command in ("", "push_ended", "draw_ended") and card.due is not None and card.due > self.at:
            self.at = card.due
            return
        if card.command == "pump_disconnected" and card.due is not None and card.due > self.at:
            self.at = card.due
        if not card.command:
            late = self.state.last_vitals is None or self.state.last_vitals.at < self.at
            if late and any(reason.field.startswith("vitals") for reason in card.reasons):
                self.do(self.vitals())
            self.later(1)
            return
        if card.command in ("", "paused") or (card.reasons and card.command not in ("vitals_recorded", "access_removed")):
            hard = [reason for reason in card.reasons if not (reason.code == "too_early" or reason.field.startswith("vitals"))]
            assert not hard, [reason.message for reason in hard]
            if any(reason.field == "vitals" for reason in card.reasons):
                self.do(self.vitals())
                return
            self.later(1)
            return
        if card.command == "vitals_recorded" and card.due is not None and card.due > self.at:
            self.at = card.due
        getattr(self, card.command)(drug, region)

    def vitals(self) -> e.VitalsRecorded:
        readings = [Reading(code, q(*VALUES[code])) for code in self.plan.vitals_needed if code in VALUES]
        if self.plan.dosing_weight is not None:
            readings.append(Reading("weight_kg", self.plan.dosing_weight))
        for code in self.plan.vitals_needed:
            assert code in VALUES or code == "weight_kg", code
        return e.VitalsRecorded(tuple(readings), on_oxygen=False, consciousness="A", site_ok=True)

    @property
    def me(self) -> Identifiers:
        return Identifiers(self.plan.subject.name, self.plan.subject.born)

    def checked_in(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.CheckedIn(self.me, True))

    def seated(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.Seated("4"))

    def vitals_recorded(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(self.vitals())

    def allergies_reviewed(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.AllergiesReviewed((), True))

    def questions_answered(self, drug: DrugPlan, region: Infusion) -> None:
        said = tuple(Answer(item.code, Said.YES if "no" in item.trips_on else Said.NO) for item in self.plan.questions)
        self.do(e.QuestionsAnswered(said))

    def cleared(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.Cleared())

    def released_to_prepare(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.ReleasedToPrepare(drug.key))

    def premedication_given(self, drug: DrugPlan, region: Infusion) -> None:
        item = next(item for item in self.plan.premedications if item.code not in self.state.premedications)
        self.do(e.PremedicationGiven(item.code, item.dose, item.route)).later(item.wait_minutes)

    def access_placed(self, drug: DrugPlan, region: Infusion) -> None:
        under_the_skin = drug.subcutaneous
        site = "abdomen" if under_the_skin else "forearm"
        needles = drug.needle_sites if under_the_skin else 1
        self.do(e.AccessPlaced(site, "left", "needle", "22 G", 1, not under_the_skin, needles=needles))

    def preparation_recorded(self, drug: DrugPlan, region: Infusion) -> None:
        dose = drug.prepared_dose
        strength = drug.strengths[0].to(dose.unit) if drug.strengths else dose
        vials = int((dose.amount / strength.amount).to_integral_value()) + 1
        draw = LotDraw(drug.products[0] if drug.products else "", "L1", strength, vials, dose)
        volume = drug.prepared_volume if drug.volume_stated else q(3, "mL")
        diluent = drug.diluents[0] if drug.diluents else ""
        hours = drug.usable_hours or self.plan.policy.usable_hours
        if drug.usable_hours is None and drug.manner is Manner.PUMP:
            hours += shortest(drug) / 60
        use_by = self.at + timedelta(microseconds=int(hours * 3_600_000_000))
        self.do(e.PreparationRecorded(drug.key, (draw,), volume, diluent, self.at, use_by), PAT)

    def unit_received(self, drug: DrugPlan, region: Infusion) -> None:
        number = f"W1234 26 {len(self.log):06}"
        unit = e.UnitReceived(
            drug.key,
            number,
            drug.products[0],
            "O-",
            "A+",
            q(310, "mL"),
            self.at - timedelta(minutes=5),
            self.at + timedelta(days=9),
            True,
            True,
        )
        self.do(unit, PAT)

    def check_entered(self, drug: DrugPlan, region: Infusion) -> None:
        for who in (AMY, BEN):
            drug = self.now.drug(drug.key)
            stage = due(self.now, drug, self.state.infusions[drug.key])
            self.do(self.entry(drug, stage), who)

    def entry(self, drug: DrugPlan, stage) -> e.CheckEntered:
        bag = self.state.infusions[drug.key].prepared
        truth = {
            "patient": self.me,
            "product": bag.draws[0].product,
            "lots": tuple(draw.lot for draw in bag.draws),
            "weight": self.plan.dosing_weight or q(70, "kg"),
            "bsa": self.plan.surface,
            "dose": drug.dose,
            "route": drug.route,
            "volume": bag.volume,
            "concentration": drug.dose / bag.volume,
            "rate": drug.ladder[0].rate if drug.ladder else None,
            "minutes": quantity(total_minutes(drug.ladder, bag.volume), "min") if drug.ladder else None,
            "use_by": bag.use_by,
            "pump_rate": drug.ladder[0].rate if drug.ladder else None,
            "pump_volume": drug.bags[0].volume if drug.bags else bag.volume,
        }
        names = asked(self.now, drug, stage)
        said = {("identifiers" if name == "patient" else name): truth[name] for name in names}
        return e.CheckEntered(drug=drug.key, stage=stage.key, **said)

    def infusion_started(self, drug: DrugPlan, region: Infusion) -> None:
        scheme = True if drug.scheme else None
        self.do(e.InfusionStarted(drug.key, self.me, drug.ladder[0].rate, True, True, scheme, scheme))

    def step_changed(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.StepChanged(drug.key, position(drug, region, self.at).next.rate))

    def bag_changed(self, drug: DrugPlan, region: Infusion) -> None:
        step = position(drug, region, self.at).then
        given = self.given(drug, region)
        product = drug.products[0]
        self.do(e.BagChanged(drug.key, self.me, product, ("L1",), step.rate, step.bag, given))

    def given(self, drug: DrugPlan, region: Infusion) -> Quantity:
        from chairside.core.visit.infusion import volume_given

        given = volume_given(region, self.at).to("mL")
        given = min(given, drug.volume.to("mL"), key=lambda item: item.amount)
        return Quantity(given.amount.quantize(Decimal("0.001"), ROUND_DOWN), given.unit)

    def stopped(self, drug: DrugPlan, region: Infusion) -> None:
        given = self.given(drug, region)
        self.do(e.Stopped(drug.key, "complete", given, drug.prepared_volume.to("mL") - given))

    def push_started(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.PushStarted(drug.key, self.me, True, True))

    def push_ended(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.PushEnded(drug.key, drug.volume))

    def dose_given(self, drug: DrugPlan, region: Infusion) -> None:
        most = drug.most_per_site.to("mL").amount if drug.most_per_site else drug.volume.amount
        left, sites = drug.volume.to("mL").amount, []
        while left > 0:
            sites.append(InjectionSite(f"place {len(sites) + 1}", "left", q(min(left, most), "mL")))
            left -= min(left, most)
        self.do(e.DoseGiven(drug.key, self.me, drug.volume, tuple(sites), drug.min_minutes, emergency_ready=True))

    def draw_started(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.DrawStarted(drug.key, self.me))

    def draw_ended(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.DrawEnded(drug.key, drug.volume))

    def pump_connected(self, drug: DrugPlan, region: Infusion) -> None:
        rate = drug.ladder[0].rate
        self.do(e.PumpConnected(drug.key, self.me, rate, "P-17", True, True, True, True, drug.volume))

    def pump_disconnected(self, drug: DrugPlan, region: Infusion) -> None:
        assert pump_ends(self.state, drug, self.at) is not None
        self.do(e.PumpDisconnected(drug.key, self.me, drug.volume, q(0, "mL"), spilled=False))

    def flushed(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.Flushed(drug.key, q(20, "mL")))

    def observation_started(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.ObservationStarted())

    def access_removed(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.AccessRemoved(True))

    def discharged(self, drug: DrugPlan, region: Infusion) -> None:
        back = self.at + timedelta(hours=46) if any(item.connected for item in self.state.infusions.values()) else None
        self.do(e.Discharged(True, True, True, "sister", site_advice=True, returns_at=back))

    def signed(self, drug: DrugPlan, region: Infusion) -> None:
        self.do(e.Signed())


def cleared_for_today(plan: VisitPlan) -> VisitPlan:
    """A plan that nothing of the day holds: the order signed and in date, clearance evaluated, nobody drives."""
    return replace(plan, clearance=())
