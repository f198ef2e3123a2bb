"""The rate ladder: where the drug stands on it, when the next step unlocks, and THE decision whether the rate may change.

`decide_step` is that decision. Up needs time at the rate, a fresh set of vitals, a good site and no open symptom (H-010); down
is free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.visit.alerts import alerts_from_vitals
from chairside.core.visit.infusion import hanging, rate_since, time_at_rate
from chairside.core.visit.plan import DrugPlan, LadderStep, VisitPlan, minutes
from chairside.core.visit.reactions.reaction import Restart, barred, behind_pause, count_for, new_order_rule, no_rise, restart
from chairside.core.visit.state import Infusion, VisitState
from chairside.core.visit.vitals import fresh


@dataclass(frozen=True, slots=True)
class Position:
    """Where a drug stands: the step it runs (the highest that its rate reaches), how long it stays, what comes next.

    next   the next rate of the bag that hangs; `then`: where this bag goes no further, the first step of the next bag
    """

    step: int
    rate: Quantity
    held: timedelta
    hold: timedelta | None  # None on the last step
    next: LadderStep | None
    then: LadderStep | None = None

    @property
    def left(self) -> timedelta:
        """Time still to stay at this rate before a rise."""
        return max((self.hold or timedelta()) - self.held, timedelta())


def position(drug: DrugPlan, region: Infusion, at: datetime) -> Position | None:
    """Where the drug stands on its ladder, None while it does not run."""
    rate = region.rate
    change = rate_since(region)
    if rate is None or change is None:
        return None
    bag = hanging(region, at)
    steps = [n for n, step in enumerate(drug.ladder) if step.bag == bag]
    if not steps:
        return None
    reached = [n for n in steps if drug.ladder[n].rate <= rate]
    step = reached[-1] if reached else steps[0]
    following = next((drug.ladder[n] for n in steps if rate < drug.ladder[n].rate), None)
    then = None if following else next((item for item in drug.ladder if item.bag > bag), None)
    own = drug.ladder[step].minutes or 0
    hold = minutes(own if change.hold_minutes is None else change.hold_minutes) if following or then else None
    return Position(step, rate, time_at_rate(region, at), hold, following, then)


def decide_step(state: VisitState, plan: VisitPlan, drug: DrugPlan, rate: Quantity, at: datetime) -> Decision[Quantity]:
    """May this drug's rate become `rate` now? The value is that rate, never another one.

    A rise passes every gate or is refused with all reasons; nobody overrides a rise that comes too early. Lower is allowed.
    """
    where = position(drug, state.infusions[drug.key], at)
    if where is None:
        return Decision(
            rate, (refused("wrong_state", "The drug is not running, so there is no rate to change.", field="rate"),)
        )
    if rate.amount <= 0:
        return Decision(rate, (refused("out_of_range", "To stop the flow, press PAUSE or STOP.", field="rate"),))
    if rate <= where.rate:
        return Decision(rate)
    reasons = [*_limits(drug, where, rate), *unlocked(state, plan, drug, where, at)]
    return Decision(rate, tuple(reasons), (f"{where.rate.spelled()} for {_spell(where.held)}; next {rate.spelled()}",))


def unlocked(state: VisitState, plan: VisitPlan, drug: DrugPlan, where: Position, at: datetime) -> tuple[Reason, ...]:
    """Reasons why the rate may not rise now, whatever the rate: time, vitals, site, symptoms, reactions."""
    reasons: list[Reason] = []
    if where.left:
        reasons.append(
            refused(
                "too_early",
                f"{_spell(where.held)} of {_spell(where.hold or timedelta())} at this rate; {_spell(where.left)} to go.",
                field="step.hold",
                limit=_spell(where.hold or timedelta()),
                source=drug.source,
            )
        )
    change = rate_since(state.infusions[drug.key])
    reasons.extend(fresh(state, plan, at, after=change.at if change else None))
    newest = state.last_vitals
    if newest is not None:
        reasons.extend(_site(plan, newest.recorded.site_ok))
        reasons.extend(
            refused(
                "risk_alert",
                f"{alert.message} The rate stays or goes down.",
                field=f"vitals.{alert.about}",
                source=alert.source,
            )
            for alert in alerts_from_vitals(state, plan)
            if alert.level == "act"
        )
    reasons.extend(barred(state, drug.key, drug.restarts) or no_rise(state, drug.key))
    for symptom in state.symptoms:
        reasons.append(
            refused("risk_alert", f"Open symptom: {symptom}. The rate stays or goes down until it has gone.", field="symptoms")
        )
    if state.open_reaction:
        reasons.append(
            refused("risk_alert", "A reaction is open. The rate stays or goes down until it has settled.", field="reaction")
        )
    return tuple(reasons)


def _limits(drug: DrugPlan, where: Position, rate: Quantity) -> list[Reason]:
    if where.next is None and where.then is not None:
        message = f"This bag goes no further than {where.rate.spelled()}. Change to bag {where.then.bag} first."
        return [refused("rate_limit", message, field="rate", limit=where.rate.spelled(), source=drug.source)]
    if where.next is None:
        return [
            refused(
                "rate_limit",
                f"{where.rate.spelled()} is the top of the ladder.",
                field="rate",
                limit=drug.ladder[-1].rate.spelled(),
                source=drug.source,
            )
        ]
    reasons = []
    if where.next.rate < rate:
        reasons.append(
            refused(
                "rate_limit",
                f"The next step is {where.next.rate.spelled()}; {rate.spelled()} would skip it.",
                field="rate",
                limit=where.next.rate.spelled(),
                source=drug.source,
            )
        )
    if drug.max_rate is not None and drug.max_rate < rate:
        reasons.append(
            refused(
                "rate_limit",
                f"{rate.spelled()} is above the highest rate allowed, {drug.max_rate.spelled()}.",
                field="rate",
                limit=drug.max_rate.spelled(),
                source=drug.source,
            )
        )
    return reasons


def _site(plan: VisitPlan, site_ok: bool | None) -> list[Reason]:
    if not plan.access_needed or site_ok:
        return []
    if site_ok is None:
        return [unknown("missing_fact", "Look at the access site and record it with the vitals.", field="vitals.site_ok")]
    return [refused("risk_alert", "The access site is not well. Pause and look after the site first.", field="vitals.site_ok")]


def steps_ahead(drug: DrugPlan, where: Position) -> list[tuple[Quantity, timedelta | None]]:
    """The rates still to come if each rise happens as soon as it unlocks: rate and time at it, the last one open-ended."""
    more = where.next or where.then
    ahead: list[tuple[Quantity, timedelta | None]] = [(where.rate, where.left if more else None)]
    bag = drug.ladder[where.step].bag
    for step in drug.ladder:
        if step.bag > bag or (step.bag == bag and where.rate < step.rate):
            ahead.append((step.rate, minutes(step.minutes) if step.minutes is not None else None))
    rate, _ = ahead[-1]
    return [*ahead[:-1], (rate, None)]


def restart_ceiling(state: VisitState, drug: DrugPlan) -> Decision[Restart]:
    """The highest rate for starting again now: the rate before the pause, or the restart rule's after a reaction (H-011)."""
    if never := barred(state, drug.key, drug.restarts):
        return Decision(None, never)
    region = state.infusions[drug.key]
    before = next((change.rate for change in reversed(region.timeline) if change.rate is not None), None) or _by_hand(
        drug, region
    )
    behind = behind_pause(state, region)
    if behind is None:
        return Decision(None if before is None else Restart(before))
    return restart(
        drug.restarts,
        grade=behind.worst,
        term=behind.latest.term,
        rate_at_onset=behind.rate_at_onset or before,
        count=count_for(state, drug.key),
        resolved=not behind.open,
        order_rule=new_order_rule(state, drug.key),
        ordered=new_order_rule(state, drug.key) in state.overrides,
    )


def _by_hand(drug: DrugPlan, region: Infusion) -> Quantity | None:
    """The pace of a push: the whole in its shortest time. What follows a reaction is a part of it."""
    if not drug.min_minutes or not drug.volume_stated or not any(change.by_hand for change in region.timeline):
        return None
    return Quantity(drug.volume.to("mL").amount * 60 / drug.min_minutes, unit("mL/h"))


def minutes_from(drug: DrugPlan, again: Restart, left: Quantity) -> Decimal:
    """Minutes that what is left of the bag takes from a start at this rate, up the rest of the ladder as it unlocks."""
    below = [step for step in drug.ladder if step.rate <= again.rate] or [drug.ladder[0]]
    stay = below[-1].minutes if again.hold_minutes is None else Decimal(again.hold_minutes)
    return total_minutes((LadderStep(again.rate, stay), *(step for step in drug.ladder if again.rate < step.rate)), left)


def total_minutes(ladder: tuple[LadderStep, ...], volume: Quantity) -> Decimal:
    """Minutes that the whole bag takes through a ladder, each step at its shortest."""
    left, total = volume.to("mL").amount, Decimal(0)
    for step in ladder:
        rate = step.rate.to("mL/h").amount
        needed = left * 60 / rate
        if step.minutes is None or needed <= step.minutes:
            return total + needed
        left -= rate * step.minutes / 60
        total += step.minutes
    return total + left * 60 / ladder[-1].rate.to("mL/h").amount


def shortest(drug: DrugPlan) -> Decimal:
    """The shortest minutes that the dose may take: through its ladder, or by hand. Zero where nothing is stated."""
    return total_minutes(drug.ladder, drug.volume) if drug.ladder and drug.volume_stated else drug.min_minutes or Decimal(0)


def _spell(span: timedelta) -> str:
    whole, seconds = divmod(int(span.total_seconds()), 60)
    return f"{whole} min" if not seconds else f"{whole} min {seconds} s"
