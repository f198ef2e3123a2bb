"""Rates from the protocol: which ladder is for this infusion, and its steps in mL/h for this bag and patient.

Labels write rates in mL/h, mg/h, mg/kg/min and more; here each becomes mL/h exactly, or is not computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.schema.ladder import Ladder, RateCap
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Infusions
from chairside.core.visit import plan as p
from chairside.core.visit.ladder import total_minutes


@dataclass(frozen=True, slots=True)
class Course:
    """Where this infusion stands in the patient's history of the product.

    number            counts infusions of this product ever given to this patient, this one included
    tolerated_in_row  how many of the infusions just before this one were tolerated, one after the other
    had_reaction      an earlier infusion was not tolerated
    """

    number: int
    tolerated_in_row: int
    had_reaction: bool = False


def applies(rule: Infusions, course: Course) -> bool:
    """Whether an item of the protocol is for this infusion."""
    if course.number < rule.first or (rule.last is not None and course.number > rule.last):
        return False
    if rule.after_reaction and not course.had_reaction:
        return False
    return course.tolerated_in_row >= rule.after_tolerated


def choose_ladder(
    protocol: Protocol,
    course: Course,
    *,
    indication: str,
    dose: Quantity,
    volume: Quantity,
    weight: Quantity | None = None,
    wanted: str = "",
    approved: frozenset[str] = frozenset(),
) -> Decision[Ladder]:
    """The ladder for this infusion: of those that apply, the slowest. A faster one is chosen by name, never by itself."""
    open_now = [
        ladder
        for ladder in protocol.ladders
        if applies(ladder.infusions, course)
        and (not ladder.indications or indication in ladder.indications)
        and (ladder.dose_up_to is None or dose <= ladder.dose_up_to)
    ]
    if wanted:
        named = protocol.ladder(wanted)
        if named is None or named not in open_now:
            message = "That ladder is not for this infusion: its conditions are not met."
            return Decision(
                named, (refused("rate_limit", message, field="ladder", limit=wanted, source=named.source if named else ""),)
            )
        if named.needs_approval and wanted not in approved:
            message = "This site has not approved that ladder."
            reason = refused(
                "rate_limit", message, field="ladder", limit=wanted, source=named.source, override="medical_director"
            )
            return Decision(named, (reason,))
        return Decision(named)
    free = [ladder for ladder in open_now if not ladder.needs_approval]
    if not free:
        return Decision(None, (unknown("not_encoded", "The protocol has no ladder for this infusion.", field="ladder"),))
    return Decision(max(free, key=lambda ladder: _length(ladder, dose=dose, volume=volume, weight=weight)))


def _length(ladder: Ladder, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Decimal:
    """How long a ladder takes for this bag; nothing when that cannot be computed, so that it is chosen last."""
    steps = rungs(ladder, dose=dose, volume=volume, weight=weight)
    return total_minutes(steps.value, volume) if steps.value and steps.outcome is Outcome.ALLOWED else Decimal(0)


def in_ml_per_hour(rate: Quantity, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Quantity | None:
    """A rate in mL/h, whatever the label writes it in; None when it needs a weight that is not known."""
    target = quantity("0", "mL/h").unit
    if rate.unit.comparable(target):
        return rate.to(target)
    kinds = dict(rate.unit.measures())
    if any(atom == "kg" and power < 0 for atom, power in rate.unit.powers):
        if weight is None:
            return None
        rate = rate * weight.to("kg")
        if rate.unit.comparable(target):
            return rate.to(target)
    if "volume" in kinds:
        return None
    return (rate / (dose / volume)).to(target)


def rungs(ladder: Ladder, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Decision[tuple[p.LadderStep, ...]]:
    """The ladder's steps in mL/h for this bag. A ladder without steps runs evenly over its shortest time."""
    if not ladder.steps:
        if ladder.least_minutes is None:
            return Decision(None, (unknown("not_encoded", "The ladder states neither steps nor a time.", field="ladder"),))
        rate = volume.to("mL") * Decimal(60) / Decimal(ladder.least_minutes)
        return Decision((p.LadderStep(quantity(rate.amount, "mL/h"), None),))
    steps = []
    for rung in ladder.steps:
        rate_ml = in_ml_per_hour(rung.rate, dose=dose, volume=volume, weight=weight)
        if rate_ml is None:
            return Decision(
                None, (unknown("missing_fact", "The ladder is by weight, and the weight is not known.", field="weight"),)
            )
        steps.append(p.LadderStep(rate_ml, None if rung.minutes is None else Decimal(rung.minutes)))
    reasons: list[Reason] = []
    if ladder.bag is not None and not ladder.bag.same(volume):
        reasons.append(
            refused(
                "wrong_concentration",
                f"The ladder is written for a bag of {ladder.bag.spelled()}; this one holds {volume.spelled()}.",
                field="ladder.bag",
                limit=ladder.bag.spelled(),
                source=ladder.source,
            )
        )
    total = total_minutes(tuple(steps), volume)
    if ladder.least_minutes is not None and total < ladder.least_minutes:
        reasons.append(
            refused(
                "duration_limit",
                f"The ladder would end after {total:.0f} min; at least {ladder.least_minutes} min are asked for.",
                field="ladder.minutes",
                limit=f"{ladder.least_minutes} min",
                source=ladder.source,
            )
        )
    return Decision(tuple(steps), tuple(reasons), (f"whole bag in {total:.1f} min",))


def lowest_cap(
    caps: Iterable[RateCap],
    *,
    indication: str,
    risks: frozenset[str],
    dose: Quantity,
    volume: Quantity,
    weight: Quantity | None,
) -> Decision[Quantity]:
    """The lowest rate cap that applies, in mL/h; no value when none does."""
    found: list[Quantity] = []
    for cap in caps:
        if (cap.indications and indication not in cap.indications) or (cap.risks and not risks & set(cap.risks)):
            continue
        rate = in_ml_per_hour(cap.rate, dose=dose, volume=volume, weight=weight)
        if rate is None:
            return Decision(
                None, (unknown("missing_fact", "A rate limit is by weight, and the weight is not known.", field="weight"),)
            )
        found.append(rate)
    return Decision(min(found, key=lambda rate: rate.amount, default=None))


def under(steps: tuple[p.LadderStep, ...], cap: Quantity | None) -> tuple[p.LadderStep, ...]:
    """The ladder below a cap: steps above it are left out, and the last one that remains runs until the bag is empty."""
    if cap is None or steps[-1].rate <= cap:
        return steps
    kept = [step for step in steps if step.rate <= cap] or [p.LadderStep(cap)]
    return (*kept[:-1], replace(kept[-1], minutes=None))
