"""Does the dosing weight of record still stand? A signed decision changes it; today's weight says whether to ask (H-003)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.standing import present
from chairside.core.protocols.truth import Known, age_years

_GUARDRAIL = Guardrail(
    "Body weight", (quantity("0.3", "kg"), quantity(650, "kg")), (quantity(2, "kg"), quantity(250, "kg")), "weight guardrail"
)
# Pounds typed as kilograms are 2.2046 times too many; people also change between the two measurements.
_POUNDS = (Decimal("1.9"), Decimal("2.5"))
_REWEIGH_PERCENT = Decimal(15)
_ADULT_YEARS, _CHILD_DAYS = 18, 90
_SOURCE = "weight rule"


def plausible(weight: Quantity, field: str = "patient.weight_kg") -> Decision[Quantity]:
    """The weight in kilograms, judged against the bounds of a human body."""
    judged = _GUARDRAIL.judge(weight, field)
    return judged if judged.reasons else Decision(weight.to("kg"))


def measured(known: Known, within_days: int | None = None) -> Decision[Quantity]:
    """The newest weight that was taken, in kilograms. Nothing when there is none; unknown when it has no number or no unit."""
    newest = known.latest("vital.weight_kg")
    fact = newest.doubt or newest.fact
    if fact is None or known.is_old(fact, within_days):
        return Decision()
    try:
        if newest.doubt is None and isinstance(fact.value, Decimal) and fact.unit:
            return Decision(Quantity(fact.value, unit(fact.unit)).to("kg"))
    except UnitError:
        pass
    message = f"The weight of {fact.on.isoformat()} ({fact.shown}) has no unit or cannot be read. Weigh again."
    return Decision(None, (unknown("missing_fact", message, field="vital.weight_kg", source=_SOURCE),))


def judge(
    today: Quantity | None, of_record: Quantity | None, percent: Decimal, earlier: Quantity | None = None
) -> Decision[Quantity]:
    """The dosing weight of record, with a reason where today's weight puts it in question.

    percent   the change, either way, from which a dose decision is needed (10 is the usual policy)
    earlier   the measurement before today's, where there is one, to tell a slip of units from a change
    """
    if of_record is None:
        message = "No dosing weight is on record. Weigh the patient; the order states the dosing weight."
        return Decision(None, (unknown("missing_fact", message, field="patient.weight_kg", source=_SOURCE),))
    reasons = list(plausible(of_record).reasons)
    if today is not None:
        reasons += plausible(today, "vital.weight_kg").reasons
        for before in dict.fromkeys((of_record, *((earlier,) if earlier else ()))):
            found = _changed(today, before, percent)
            if found is not None:
                reasons.append(found)
                break
    return Decision(of_record.to("kg"), tuple(reasons))


def slips(known: Known, of_record: Quantity | None) -> Decision[Quantity]:
    """For review where the newest weight, or that of record, is to an earlier one as pounds are to kilograms, either way.

    A child may double its weight: below 18 years only weights of the last 90 days are compared.
    """
    now = measured(known).value
    taken = [weight for weight in _taken(known) if weight[0] < known.day or now is None or not weight[1].same(now)]
    reasons: list[Reason] = []
    for latest in ([now] if now is not None else []) + ([of_record.to("kg")] if of_record is not None else []):
        for on, earlier in taken:
            if latest.amount > 0 and earlier.amount > 0 and _slipped(latest.amount / earlier.amount):
                message = (
                    f"{latest.spelled()}, and {earlier.spelled()} on {on.isoformat()}: pounds typed as kilograms? Weigh again."
                )
                reasons.append(
                    review("weight_changed", message, field="vital.weight_kg", source=_SOURCE, override="prescriber")
                )
                break
    return Decision(now, tuple(reasons))


def _taken(known: Known) -> list[tuple[date, Quantity]]:
    """Every weight that was taken and can be read, the newest first, as far back as a body does not outgrow it."""
    years = age_years(known.patient, known.day)
    span = _CHILD_DAYS if years is not None and years < _ADULT_YEARS else None
    found = []
    for fact in known.of("vital.weight_kg"):
        if fact.on > known.day or known.is_old(fact, span) or not present(fact) or not isinstance(fact.value, Decimal):
            continue
        try:
            found.append((fact.on, Quantity(fact.value, unit(fact.unit)).to("kg")))
        except UnitError:
            continue
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def _slipped(ratio: Decimal) -> bool:
    return _POUNDS[0] <= ratio <= _POUNDS[1] or _POUNDS[0] <= 1 / ratio <= _POUNDS[1]


def change_percent(today: Quantity, before: Quantity) -> Decimal:
    """Change of weight in percent of the earlier one, with its sign."""
    return (today - before).to("kg").amount * 100 / before.to("kg").amount


def _changed(today: Quantity, before: Quantity, percent: Decimal) -> Reason | None:
    if before.amount <= 0 or today.amount <= 0:
        return refused("out_of_range", "A weight of nothing cannot be right.", field="patient.weight_kg", source=_SOURCE)
    ratio = today.to("kg").amount / before.to("kg").amount
    change = change_percent(today, before)
    shown = f"{today.spelled()} as last weighed, {before.spelled()} before ({plain(change.quantize(Decimal('0.1')))} %)"
    detail = {"field": "vital.weight_kg", "limit": f"{plain(percent)} %", "source": _SOURCE, "override": "prescriber"}
    if _slipped(ratio):
        return review("weight_changed", f"{shown}: pounds typed as kilograms? Weigh again.", **detail)
    if abs(change) > max(_REWEIGH_PERCENT, percent):
        return review(
            "weight_changed",
            f"{shown}: weigh again first, then ask the prescriber whether the dosing weight changes.",
            **detail,
        )
    if abs(change) >= percent:
        return review("weight_changed", f"{shown}: the prescriber decides whether the dosing weight changes.", **detail)
    return None
