"""What the order says of a dose, and the site's policy on rounding and body surface."""

from __future__ import annotations

from chairside.core.plans.amounts.body import Formula
from chairside.core.plans.limits.finishing import Policy
from chairside.core.plans.limits.order import OrderedDose
from chairside.core.plans.limits.rounding import Rounding
from chairside.exchange.questions.reading import Fields


def ordered(part: Fields | None) -> OrderedDose | None:
    """What the order says: an amount, a level, or both."""
    if part is None:
        return None
    made = OrderedDose(part.quantity("dose"), part.quantity("level"))
    part.close()
    return made


def policy(part: Fields | None) -> Policy:
    """The site's rounding and body-surface formula; no rounding unless it is asked for."""
    if part is None:
        return Policy()
    usual = Policy()
    rounding, percent = part.word("rounding", [item.value for item in Rounding]), part.number("percent")
    formula = part.word("bsa", [item.value for item in Formula])
    if percent is not None and percent > 100:
        raise part.problem("percent", "must not be above 100")
    part.close()
    return Policy(
        Rounding(rounding) if rounding else usual.rounding,
        usual.percent if percent is None else percent,
        Formula(formula) if formula else usual.bsa,
    )
