"""The checklist of a visit by region: what is done, what is next, what waits. Read from the state; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chairside.core.visit.double_check import round_of
from chairside.core.visit.guards.giving import by_line
from chairside.core.visit.guards.home import standing_home
from chairside.core.visit.observation import ends_at
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import CheckStage
from chairside.core.visit.state import Infusion, VisitState
from chairside.core.visit.vitals import newest_complete


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    tone: str  # done, now, due, act, locked, plain
    word: str
    note: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Region:
    title: str
    items: tuple[Item, ...]

    @property
    def done(self) -> bool:
        return all(item.tone == "done" for item in self.items)

    @property
    def count(self) -> str:
        return f"{sum(item.tone == 'done' for item in self.items)} of {len(self.items)}"


def checklist(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Region, ...]:
    """Arrival, then what runs side by side, then leaving."""
    found = [Region("Arrival", _arrival(state, plan))]
    beside = [*_premedication(state, plan, at)]
    if plan.access_needed:
        placed = state.access_site
        note = " ".join(part for part in (placed.side, placed.site, placed.gauge) if part) if placed else ""
        beside.append(_item("Access", placed is not None, note))
    if beside:
        found.append(Region("Ready the patient", tuple(beside)))
    found += [Region(drug.title, _drug(state, plan, drug)) for drug in plan.drugs]
    found.append(Region("Leaving", _leaving(state, plan, at)))
    return tuple(found)


def _item(title: str, done: bool, note: str = "", word: str = "To do") -> Item:
    return Item(title, "done" if done else "plain", "Done" if done else word, note)


def _arrival(state: VisitState, plan: VisitPlan) -> tuple[Item, ...]:
    asked = sum(question.code in state.answers for question in plan.questions)
    weighed = state.weighed
    baseline = newest_complete(state, plan) is not None and (plan.dosing_weight is None or weighed is not None)
    items = [
        *_way_there(state, plan),
        _item("Two identifiers", state.identified_at is not None),
        *(() if plan.home else (_item("Seated", bool(state.chair), state.chair),)),
        _item("Weight and vitals", baseline, weighed.spelled() + " today" if weighed else ""),
        _item("Allergies and medicines", state.allergies_at is not None and state.medicines_reviewed),
    ]
    if plan.questions:
        items.append(_item("Assessment questions", asked == len(plan.questions), f"{asked} of {len(plan.questions)} answered"))
    if plan.home and plan.home.remote_sign_off:
        items.append(_item("Signed from elsewhere", not any(r.field == "home.sign_off" for r in standing_home(state, plan))))
    if state.held:
        items.append(Item("Go or hold", "act", "Held", state.held))
    else:
        items.append(_item("Go or hold", state.cleared_at is not None, "go" if state.cleared_at else ""))
    return tuple(items)


def _way_there(state: VisitState, plan: VisitPlan) -> tuple[Item, ...]:
    """What comes before the door of a visit at home."""
    if plan.home is None:
        return ()
    lacks = plan.home.titles(state.kit.missing) if state.kit else ""
    whole = state.kit is not None and not any(reason.field == "home.kit" for reason in standing_home(state, plan))
    return (
        _item("Kit", whole, f"missing: {lacks}" if lacks else ""),
        _item("On the way", state.set_out_at is not None or state.identified_at is not None),
    )


def _premedication(state: VisitState, plan: VisitPlan, at: datetime) -> list[Item]:
    found = []
    for entry in plan.premedications:
        given = state.premedications.get(entry.code)
        name = f"{entry.title} {entry.dose.spelled()} {entry.route}"
        if given is None:
            found.append(_item(name, False))
            continue
        over = given + timedelta(minutes=entry.wait_minutes)
        waiting = over > at and not state.any_started
        found.append(Item(name, "due" if waiting else "done", "Wait" if waiting else "Done", "", over if waiting else None))
    return found


def _drug(state: VisitState, plan: VisitPlan, drug: DrugPlan) -> tuple[Item, ...]:
    region = state.infusions[drug.key]
    bag = region.prepared
    lots = ", ".join(sorted({draw.lot for draw in bag.draws})) if bag else ""
    items = []
    if drug.manner is not Manner.DRAW:
        asked, made = ("Unit asked for", "Unit here") if drug.manner is Manner.UNIT else ("Released to prepare", "Prepared")
        told = f"{'unit' if drug.manner is Manner.UNIT else 'lot'} {lots}" if lots else ""
        items = [_item(asked, region.released_at is not None), _item(made, bag is not None, told)]
    items += [_stage(region, stage) for stage in region.check_stages]
    running = {
        "infusing": ("now", "Running"),
        "infusing_ambulatory": ("now", "Runs, also at home"),
        "paused": ("due", "Paused"),
        "infused": ("done", "Done"),
        "stopped_early": ("done", "Stopped early"),
    }.get(region.stage, ("plain", "To do"))
    rate = region.rate.spelled() if region.rate and region.running else ""
    note = _given(region) if region.stopped and drug.manner is not Manner.INFUSION else rate
    items.append(Item(_GIVING[drug.manner], running[0], running[1], note))
    if by_line(plan, drug):
        items.append(_item("Flushed", region.flushed_at is not None))
    return tuple(items)


_GIVING = {
    Manner.INFUSION: "Infusion",
    Manner.PUSH: "Push",
    Manner.INJECTION: "Injection",
    Manner.PUMP: "Pump",
    Manner.DRAW: "Draw",
    Manner.UNIT: "Transfusion",
}


def _given(region: Infusion) -> str:
    end = region.stopped
    return end.pump_volume.spelled() if end is not None and end.pump_volume is not None else ""


def _stage(region: Infusion, stage: CheckStage) -> Item:
    """One stage of the double check; the only one is called just that."""
    title = "Double check" if len(region.check_stages) == 1 else f"Double check: {stage.title}"
    if any(item.stage == stage.key for item in region.agreed):
        return _item(title, True)
    told = region.compared
    if told is not None and told.stage == stage.key and not told.agrees:
        return Item(title, "act", "Differs", "both enter it again" if stage.people == 2 else "enter it again")
    one = round_of(region, stage) and stage.people == 2
    return _item(title, False, "one check is in" if one else "")


def _leaving(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Item, ...]:
    items = []
    if plan.observation_minutes:
        end = ends_at(state, plan)
        over = end is not None and (end <= at or state.discharged_at is not None)
        watching = end is not None and not over
        tone, word = ("observe", "Observing") if watching else ("done", "Done") if over else ("plain", "To do")
        items.append(Item(f"Observation {plan.observation_minutes} min", tone, word, "", end if watching else None))
    if plan.access_needed:
        items.append(_item("Access out", state.access_removed_at is not None))
    items += [_item("Discharge", state.discharged_at is not None), _item("Signed", state.signed_at is not None)]
    return tuple(items)
