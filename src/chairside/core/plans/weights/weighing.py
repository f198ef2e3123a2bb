"""The weight that a dose rule asks for: of record, of today, lean, adjusted, or frozen at the start of the course."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from chairside.core.kernel.decision import Decision, Outcome, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.plans.amounts.asking import Question, baseline, missing
from chairside.core.plans.amounts.body import adjusted, ideal
from chairside.core.plans.told import told
from chairside.core.plans.weights.weight import measured, plausible
from chairside.core.protocols.schema.dose import WeightChoice
from chairside.core.protocols.truth import Known

# How long before the start of a course a weight may have been taken to be the weight at its start (practice).
_AT_START = timedelta(days=30)
_WEIGHT = "patient.weight_kg"


def weight_for(choice: WeightChoice, ask: Question) -> Decision[Quantity]:
    """The weight in kg that the rule asks for; unknown where it cannot be told."""
    if choice is WeightChoice.FROZEN:
        return _frozen(ask)
    actual = ask.today if choice is not WeightChoice.RECORD and ask.today is not None else ask.weight
    if actual is None:
        return Decision(None, (missing(_WEIGHT, "The dosing weight is not on record.", ask),))
    if choice in (WeightChoice.ACTUAL, WeightChoice.RECORD):
        return Decision(actual)
    return _by_height(choice, actual, ask)


def _by_height(choice: WeightChoice, actual: Quantity, ask: Question) -> Decision[Quantity]:
    """Lean and adjusted weight. Where the actual weight is below the ideal one, it is taken."""
    made = ideal(ask.known.patient.height, ask.known.patient.sex)
    if made.value is None:
        return Decision(None, tuple(replace(reason, source=ask.source) for reason in made.reasons))
    found = made.value
    if actual <= found:
        return Decision(actual, working=(*made.working, f"the actual weight of {actual.spelled()} is lower and is taken"))
    if choice is WeightChoice.LEAN:
        return Decision(found, working=made.working)
    between = adjusted(found, actual)
    working = f"adjusted weight: {found.spelled()} + 0.4 x ({actual.spelled()} - {found.spelled()}) = {told(between)}"
    return Decision(between, working=(*made.working, working))


def _frozen(ask: Question) -> Decision[Quantity]:
    """The weight at the start: its recorded baseline, else the one taken then; of record only at the first dose itself."""
    found, said = frozen(ask)
    if found is None:
        since = f" on {ask.anchor.isoformat()}" if ask.anchor else ""
        message = (
            f"The weight at the start of the course{since} is not on record, and this dose is computed from it. "
            "Record it as the baseline weight."
        )
        return Decision(None, (unknown("missing_fact", message, field="vital.weight_kg", source=ask.source),))
    return Decision(found, working=(f"{said}: {found.spelled()}",))


def frozen(ask: Question) -> tuple[Quantity | None, str]:
    """The weight that the course froze, and where it comes from."""
    recorded = baseline("vital.weight_kg", "kg", ask)
    if recorded is not None:
        return Quantity(recorded, unit("kg")), "baseline weight"
    taken = at_start(ask.known, ask.anchor or ask.first_day)
    if taken is not None:
        return taken, "weight at the start of the course"
    if ask.dose_number == 1 and not ask.course.doses:
        return ask.weight, "weight of record at the first dose"
    return None, ""


def at_start(known: Known, start: date | None) -> Quantity | None:
    """The weight taken on the day that the course starts, or shortly before it. One that cannot be right is none."""
    if start is None or start > known.day:
        return None
    found = measured(replace(known, day=start), _AT_START.days)
    if found.value is None or plausible(found.value).outcome is Outcome.REFUSED:
        return None
    return found.value
