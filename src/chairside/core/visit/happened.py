"""What a way of giving opens as an incident: given too fast, too much blood taken, a unit that ran too long, a spill."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.visit import events as e
from chairside.core.visit.blood import ends_by
from chairside.core.visit.guards.stopping import tolerance
from chairside.core.visit.guards.ways import too_fast
from chairside.core.visit.infusion import running_time, volume_given
from chairside.core.visit.ladder import shortest
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan, minutes
from chairside.core.visit.state import Infusion, VisitState


def incidents(after: VisitState, plan: VisitPlan, event: e.Event) -> Iterator[e.IncidentOpened]:
    """Incidents of one accepted entry, live or reported. `after`: the state with it; `plan`: settled by it."""
    payload = event.payload
    drug = plan.drug(getattr(payload, "drug", ""))
    region = after.infusions.get(drug.key) if drug else None
    if drug is None or region is None:
        return
    match payload:
        case e.DoseGiven(given=given, minutes=took) if took is not None and too_fast(drug, given, minutes(took)):
            yield _fast(event, drug, f"{took:f} min")
        case e.PushEnded(given=given) if too_fast(drug, given, ran := running_time(region, event.at)):
            yield _fast(event, drug, f"{ran.total_seconds() / 60:.1f} min")
        case e.DrawEnded(taken=taken) if taken.unit.comparable(drug.volume.unit):
            if taken.to("mL").amount - drug.volume.to("mL").amount > tolerance(plan, drug):
                yield e.IncidentOpened("drew_too_much", event.id, f"{taken.spelled()}, ordered {drug.volume.spelled()}")
        case e.PumpDisconnected(spilled=spilled):
            yield from _of_the_pump(after, plan, drug, region, event, spilled=bool(spilled))
        case e.Stopped() if drug.manner is Manner.UNIT:
            end = ends_by(plan, drug, region)
            if end is not None and event.at > end:
                over = int((event.at - end).total_seconds()) // 60
                yield e.IncidentOpened("unit_too_long", event.id, f"{over} min after its end")
            if after.reactions:
                yield e.IncidentOpened("transfusion_reaction", event.id, "unit and set are kept for the blood bank")


def _of_the_pump(
    after: VisitState, plan: VisitPlan, drug: DrugPlan, region: Infusion, event: e.Event, *, spilled: bool
) -> Iterator[e.IncidentOpened]:
    """A pump that gave its dose in less than the least time (H-004), and a leak."""
    ran = running_time(region, event.at)
    if drug.volume_stated and ran < minutes(shortest(drug)):
        left = drug.volume.to("mL") - volume_given(region, event.at)
        if left.amount <= tolerance(plan, drug):
            yield _fast(event, drug, f"{ran.total_seconds() / 3600:.1f} h")
    if spilled:
        yield e.IncidentOpened("spill", event.id, drug.title)


def _fast(event: e.Event, drug: DrugPlan, took: str) -> e.IncidentOpened:
    return e.IncidentOpened("given_too_fast", event.id, f"{drug.title} in {took}")
