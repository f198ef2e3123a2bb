"""A dose from another product's dose: the last two of it in the history, or what was recorded of doses given elsewhere."""

from __future__ import annotations

from decimal import Decimal

from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.amounts.asking import Amount, Question, missing
from chairside.core.plans.told import told
from chairside.core.protocols.schema.dose import FromProduct

_DOSE, _WEEKS = "answer.other_dose", "answer.other_interval_weeks"
_WEEK = 7


def from_product(rule: FromProduct, ask: Question) -> Decision[Amount]:
    """Factor x other dose / weeks between the other doses, for each week of the new interval."""
    found = _of_history(rule, ask) or _of_facts(ask)
    if found is None:
        names = ", ".join(name.replace("_", " ") for name in rule.protocols)
        message = (
            f"The last two doses of {names}, a week or more apart, are not on record. "
            "Record the other dose and its interval in weeks."
        )
        return Decision(None, (missing(_DOSE, message, ask),))
    dose, days = found
    if dose.amount <= 0 or days <= 0:
        message = f"A dose of {dose.spelled()} every {plain(days / _WEEK)} weeks cannot be right. Check both."
        return Decision(None, (refused("out_of_range", message, field=_DOSE, source=ask.source),))
    result = dose * (rule.factor * rule.per_days) / days
    weeks = (days / _WEEK).quantize(Decimal("0.01"))
    working = (
        f"{plain(rule.factor)} x {dose.spelled()} / {plain(weeks)} weeks x {plain(Decimal(rule.per_days) / _WEEK)} weeks "
        f"= {told(result)}"
    )
    return Decision(Amount(result), working=(working,))


def _of_history(rule: FromProduct, ask: Question) -> tuple[Quantity, Decimal] | None:
    """The newest dose and the days since the one before. Doses of one course on following days are no interval."""
    given = sorted((dose for dose in ask.given if dose.protocol in rule.protocols), key=lambda dose: dose.on)
    if len(given) < 2:
        return None
    days = (given[-1].on - given[-2].on).days
    return (given[-1].dose, Decimal(days)) if days >= _WEEK else None


def _of_facts(ask: Question) -> tuple[Quantity, Decimal] | None:
    dose, weeks = ask.known.newest(_DOSE), ask.known.newest(_WEEKS)
    if dose is None or weeks is None or not isinstance(dose.value, Decimal) or not isinstance(weeks.value, Decimal):
        return None
    try:
        return Quantity(dose.value, unit(dose.unit)), weeks.value * _WEEK
    except UnitError:
        return None
