"""What the protocol says that it does not say, where this dose meets it; and a brand whose label lacks the indication."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State
from chairside.core.clearance.occasion import in_force, is_asked
from chairside.core.protocols.schema.safety import NotEncoded, Scope
from chairside.core.protocols.truth import Truth, evaluate

_MINE = (Scope.REQUIREMENT, Scope.PRODUCT)


def judge(ask: Ask) -> Iterator[Item]:
    """Gaps over requirements and products; those over indications, regimens and doses are met where those are chosen."""
    keys: set[str] | None = None
    for item in ask.protocol.not_encoded:
        if item.scope not in _MINE:
            continue
        if keys is None:
            asked = (requirement.key for requirement in in_force(ask) if is_asked(requirement, ask))
            keys = {ask.indication, ask.regimen, ask.brand, *asked} - {""}
        if _meets(item, keys, ask):
            message = f"Not encoded here: {item.names.en}."
            yield Item(item.key, "population", State.HELD, message, "not_encoded", before_dose=ask.dose_number)
    product = ask.protocol.product(ask.brand) if ask.brand else None
    if product is not None and product.indications and ask.indication and ask.indication not in product.indications:
        yield Item(
            "brand_indication",
            "population",
            State.REVIEW,
            f"The label of {product.brand} does not hold this indication.",
            "off_label",
            product.source,
            before_dose=ask.dose_number,
            release=("prescriber",),
        )


def _meets(item: NotEncoded, keys: set[str], ask: Ask) -> bool:
    """Where it cannot be told whether a gap applies, it does."""
    by_facts = item.scope is Scope.REQUIREMENT and item.when is not None
    named = bool(keys & set(item.applies_to)) if item.applies_to else by_facts
    return named and (item.when is None or evaluate(item.when, ask.known).truth is not Truth.FALSE)
