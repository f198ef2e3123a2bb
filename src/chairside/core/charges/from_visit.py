"""From the visit's log to the work and the drugs that charges read. Every item carries the ids of the events that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from chairside.core.charges.units import DrugGiven
from chairside.core.charges.work import Work
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import Span
from chairside.core.visit.guards.readiness import total_drawn
from chairside.core.visit.infusion import amount_given, segments
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.state import Infusion, VisitState

_KINDS = {
    "iv": "infusion",
    "iv_pump": "infusion",
    "iv_push": "push",
    "sc": "injection",
    "im": "injection",
    "venesection": "phlebotomy",
}


def work_of(state: VisitState, plan: VisitPlan, families: Mapping[str, str]) -> tuple[Work, ...]:
    """The documented work of a visit. `families`: per drug key, its family of codes for this payer and day."""
    work = [
        _infusion(state.infusions[drug.key], drug, families[drug.key], primary=n == 0)
        for n, drug in enumerate(plan.drugs)
        if state.infusions[drug.key].timeline
    ]
    for item in plan.premedications:
        if item.code in state.premedications:
            events = events_of(state, "premedication_given", premedication=item.code)
            push = item.route.casefold() in ("iv push", "iv_push", "iv")
            moment = state.premedications[item.code]
            work.append(
                Work(
                    f"premedication.{item.code}",
                    "push" if push else "oral",
                    "therapeutic",
                    (item.code,),
                    (Span(moment, moment),),
                    purpose="premedication",
                    evidence=events,
                )
            )
    for kind, event in (("iv_start", "access_placed"), ("flush", "flushed"), ("observation", "observation_started")):
        work += [Work(name, kind, evidence=(name,)) for name in events_of(state, event)]
    return tuple(work)


def _infusion(region: Infusion, drug: DrugPlan, family: str, primary: bool) -> Work:
    """Running time only: from each start or restart to the pause, stop or last entry that ended it (TIME-4)."""
    end = region.stopped_at or region.timeline[-1].at
    runs: list[Span] = []
    for part in segments(region, end):
        if runs and runs[-1].end == part.start:
            runs[-1] = Span(runs[-1].start, part.end)
        else:
            runs.append(Span(part.start, part.end))
    start = region.timeline[0].at
    return Work(
        f"drug.{drug.key}",
        _kind(drug),
        family,
        (drug.key,),
        tuple(runs) or (Span(start, start),),
        primary=primary,
        evidence=tuple(change.event for change in region.timeline),
    )


def _kind(drug: DrugPlan) -> str:
    """The kind of work: by manner where the route alone does not say it."""
    if drug.manner is Manner.UNIT:
        return "transfusion"
    return "subcutaneous_infusion" if drug.subcutaneous else _KINDS.get(drug.route, drug.route)


def drug_given(
    region: Infusion,
    drug: DrugPlan,
    *,
    code: str,
    unit: Quantity,
    container: str,
    bought: bool = True,
    evidence: tuple[str, ...] = (),
) -> DrugGiven | None:
    """What was given of a drug and the vials it came from; None when nothing was started or prepared.

    A drug stopped early counts by the share of the bag that the pump gave; the rest is discarded.
    """
    bag = region.prepared
    if bag is None or not region.timeline:
        return None
    drawn = total_drawn(bag)
    share = Decimal(1)
    if drug.bags:  # of several strengths: what each gave, of all that was drawn
        given = amount_given(drug, region, region.stopped_at or region.timeline[-1].at)
        share = (given / drawn).amount if given is not None else share
    elif region.stopped is not None and region.stopped.reason != "complete" and region.stopped.pump_volume is not None:
        share = min(region.stopped.pump_volume.to("mL").amount / bag.volume.to("mL").amount, Decimal(1))
    vials: dict[Quantity, int] = {}
    for draw in bag.draws:
        vials[draw.strength] = vials.get(draw.strength, 0) + draw.vials
    return DrugGiven(code, unit, drawn * share, container, tuple(vials.items()), bought=bought, evidence=evidence)


def events_of(state: VisitState, kind: str, **fields: object) -> tuple[str, ...]:
    """Ids of the events of a kind whose payload has these values, in accepted order; corrected ones are left out."""
    return tuple(
        event.id
        for event in state.log
        if event.kind == kind
        and event.id not in state.corrected
        and all(getattr(event.payload, name) == value for name, value in fields.items())
    )
