"""Desensitization: a drug that once caused an immediate reaction, in rising steps from weaker bags, by a specialist's order.

`in_bags` makes a scheme (core.protocols.desensitization) into the bags and the ladder of one dose, and refuses one whose
delivered amounts do not come to the whole. Nothing goes up by itself: each step is a tap of the nurse who stands beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.desensitization import NEVER_AFTER, SCHEMES, SOURCE
from chairside.core.protocols.desensitization import Scheme as Steps
from chairside.core.visit import plan as p
from chairside.core.visit.plan import Bag, DrugPlan, LadderStep, Manner, minutes
from chairside.core.visit.state import Infusion

_WHOLE = Decimal("0.001")  # of the dose: by how much the delivered sum may miss it


def in_bags(drug: DrugPlan, steps: Steps) -> Decision[DrugPlan]:
    """The drug as the scheme gives it: its bags, its ladder, the volume that is given of them."""
    if drug.manner is not Manner.INFUSION:
        return Decision(None, (refused("wrong_route", "A desensitization is an infusion.", field="desensitization"),))
    reasons = list(_well_made(steps))
    if reasons:
        return Decision(None, tuple(reasons))
    bags: list[Bag] = []
    volume, left = quantity("0", "mL"), drug.dose
    for number, pouch in enumerate(steps.pouches, start=1):
        taken = _taken(steps, number, pouch.volume)
        share = taken.amount / pouch.volume.to("mL").amount
        dose = left * (1 / share) if pouch.part is None else drug.dose * pouch.part
        bags.append(Bag(number, dose, pouch.volume))
        volume, left = volume + taken, left - dose * share
    if abs(left.amount) > drug.dose.amount * _WHOLE:
        message = f"The bags of “{steps.title}” do not come to the whole dose: {left.spelled()} is left over."
        return Decision(None, (refused("mismatch", message, field="desensitization", source=steps.source),))
    ladder = tuple(LadderStep(step.rate, step.minutes, step.bag) for step in steps.steps)
    scheme = p.Scheme(steps.key, steps.title, steps.most_pause, steps.source)
    made = replace(drug, volume=volume, ladder=ladder, bags=tuple(bags), scheme=scheme, min_minutes=None, barred="")
    return Decision(made, working=(f"{len(bags)} bags deliver {drug.dose.spelled()} in {volume.spelled()}",))


def _taken(steps: Steps, number: int, volume: Quantity) -> Quantity:
    """The volume that the steps take from one bag; the bag of the open last step is emptied."""
    own = [step for step in steps.steps if step.bag == number]
    if own[-1].minutes is None:
        return volume.to("mL")
    taken = sum((step.rate.to("mL/h").amount * (step.minutes or 0) / 60 for step in own), Decimal(0))
    return quantity(taken, "mL")


def _well_made(steps: Steps) -> Iterator[Reason]:
    """Bags in order, each with its steps, none asked for more than it holds, and only the very last step open."""
    numbers = [step.bag for step in steps.steps]
    if sorted(set(numbers)) != list(range(1, len(steps.pouches) + 1)) or numbers != sorted(numbers):
        yield refused("out_of_range", "The steps name the bags one after the other, from 1.", field="desensitization")
        return
    if any(step.minutes is None for step in steps.steps[:-1]) or steps.steps[-1].minutes is not None:
        yield refused("out_of_range", "Every step says its minutes; only the last runs to the end.", field="desensitization")
        return
    for number, pouch in enumerate(steps.pouches, start=1):
        if pouch.volume.to("mL") < _taken(steps, number, pouch.volume):
            yield refused("out_of_range", f"The steps take more from bag {number} than it holds.", field="desensitization")
    if any(pouch.part is None for pouch in steps.pouches[:-1]):
        yield refused("out_of_range", "Only the last bag holds the rest of the dose.", field="desensitization")


def ordered(drug: DrugPlan, key: str, had: Iterable[str]) -> Decision[DrugPlan]:
    """The drug by the scheme that the signed order names. `had`: what it did to the patient, by the keys of NEVER_AFTER."""
    steps = SCHEMES.get(key)
    if steps is None:
        message = f"The order names a desensitization that is not here: “{key}”."
        return Decision(None, (unknown("not_encoded", message, field="desensitization"),))
    never = [NEVER_AFTER[name] for name in had if name in NEVER_AFTER]
    if never:
        message = f"After {', '.join(never)} from this drug no desensitization is made."
        return Decision(None, (refused("contraindicated", message, field="desensitization", source=SOURCE),))
    return in_bags(drug, steps)


def begin(drug: DrugPlan, one_to_one: bool | None, kit_checked: bool | None) -> tuple[Reason, ...]:
    """What a desensitization asks at its start beside everything else."""
    if drug.scheme is None:
        return ()
    reasons: list[Reason] = []
    if not one_to_one:
        message = "One nurse stays with this patient alone, from the first step to the last."
        reasons.append(unknown("missing_fact", message, field="start.one_to_one", source=SOURCE))
    if not kit_checked:
        message = "Check the anaphylaxis kit item by item, at the chair."
        reasons.append(unknown("missing_fact", message, field="start.kit_checked", source=SOURCE))
    return tuple(reasons)


def interrupted(drug: DrugPlan, region: Infusion, at: datetime) -> tuple[Reason, ...]:
    """An interruption longer than the scheme allows ends tolerance: going on takes a new order, and nobody overrides that."""
    if drug.scheme is None or not region.paused:
        return ()
    since, most = region.timeline[-1].at, drug.scheme.most_pause
    if at <= since + minutes(most):
        return ()
    gone = int((at - since).total_seconds()) // 60
    message = f"Interrupted for {gone} min; after {most:f} min tolerance counts as lost. Going on takes a new order."
    return (refused("too_late", message, field="desensitization", limit=f"{most:f} min", source=drug.scheme.source),)
