"""Whether a bag is made as the protocol says: diluent, concentration and volume, filter, and how long it may be used.

`prepare` answers for one brand; without a brand only where every brand answers alike, because brands are prepared differently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols.schema.product import Filter, Product, Storage
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.truth import Known
from chairside.core.stock.bags import bag_reasons, diluent_reasons
from chairside.core.stock.beyond_use import lasts
from chairside.core.stock.diluents import UNDILUTED, diluent_named


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: so much drug in so much, and with which filter it is to run (None: not said; 0: none)."""

    dose: Quantity
    volume: Quantity
    diluent: str
    filter_micron: Decimal | None = None


def prepare(
    protocol: Protocol,
    *,
    brand: str = "",
    dose: Quantity,
    diluent: str,
    volume: Quantity,
    filter_micron: Decimal | None = None,
    prepared_at: datetime,
    storage: Storage,
    start_at: datetime,
    minutes: Decimal,
    known: Known | None = None,
) -> Decision[datetime]:
    """Whether the preparation is as the protocol says, and until when it may be used (the value).

    diluent       a name of `diluents`; "undiluted" for a drug that is given as it is
    volume        of the whole bag, or of its diluent where the protocol states that
    prepared_at   the time of reconstitution, or of dilution where there is no powder; of a blood unit, of issue
    minutes       how long it will run
    known         facts for a bag that depends on the patient
    """
    made = Made(dose, volume, diluent_named(diluent), filter_micron)
    reasons = tuple(_inputs(made, minutes))
    if reasons:
        return Decision(None, reasons)
    products = [protocol.product(brand)] if brand else list(protocol.products)
    if not products:
        message = "The protocol names no product, so there is nothing to prepare."
        return Decision(None, (refused("not_encoded", message, field="brand"),))
    if products[0] is None:
        return Decision(None, (refused("wrong_product", f"{brand} is not a product of this protocol.", field="brand"),))
    answers = [
        _judged(product, made, known, prepared_at, storage, start_at, minutes) for product in products if product is not None
    ]
    return answers[0] if len(answers) == 1 else _together(answers, protocol)


def _judged(
    product: Product,
    made: Made,
    known: Known | None,
    prepared_at: datetime,
    storage: Storage,
    start_at: datetime,
    minutes: Decimal,
) -> Decision[datetime]:
    how = product.preparation
    keeps = lasts(
        how.stability,
        storage=storage,
        prepared_at=prepared_at,
        start_at=start_at,
        minutes=minutes,
        concentration=made.dose / made.volume,
        diluent="" if made.diluent == UNDILUTED else made.diluent,
    )
    reasons = (
        *diluent_reasons(product, made.diluent),
        *bag_reasons(product, made.dose, made.volume, made.diluent, known),
        *_filter(how.filter, made.filter_micron),
        *keeps.reasons,
    )
    strength = f"{made.dose.spelled()} in {made.volume.spelled()}"
    return Decision(keeps.value, reasons, (strength, *_asked_of_filter(how.filter), *keeps.working))


def _together(answers: list[Decision[datetime]], protocol: Protocol) -> Decision[datetime]:
    """One answer where all brands agree. Else the brand is asked for, beside what holds whatever the brand."""
    alike = {(answer.value, tuple((r.code, r.outcome, r.field, r.limit) for r in answer.reasons)) for answer in answers}
    if len(alike) == 1:
        return answers[0]
    shared = [r for r in answers[0].reasons if all(_has(other, r) for other in answers[1:])]
    if not shared and all(answer.outcome is Outcome.REFUSED for answer in answers):
        shared = list(dict.fromkeys(reason for answer in answers for reason in answer.reasons))
    names = ", ".join(product.brand for product in protocol.products)
    ask = unknown("missing_fact", f"Say which brand: they are not prepared alike ({names}).", field="brand", limit=names)
    times = [answer.value for answer in answers if answer.value is not None]
    return Decision(min(times) if len(times) == len(answers) else None, (*shared, ask))


def _has(answer: Decision[datetime], reason: Reason) -> bool:
    return any((r.code, r.outcome, r.field) == (reason.code, reason.outcome, reason.field) for r in answer.reasons)


def _inputs(made: Made, minutes: Decimal) -> Iterator[Reason]:
    if made.dose.amount <= 0:
        yield refused("out_of_range", "The dose must be above zero.", field="dose")
    if made.volume.amount <= 0:
        yield refused("out_of_range", "The volume must be above zero.", field="volume")
    if minutes < 0:
        yield refused("out_of_range", "The infusion cannot take less than no time.", field="minutes")
    if made.filter_micron is not None and made.filter_micron < 0:
        yield refused("out_of_range", "A pore size is above zero; 0 stands for no filter.", field="filter_micron")


def _filter(how: Filter | None, micron: Decimal | None) -> Iterator[Reason]:
    """A filter that was said is held against the bounds; one that was not said is only asked for in the working."""
    if how is None or micron is None or (micron == 0 and not how.required):
        return
    above = how.most_micron is not None and micron > how.most_micron
    below = how.least_micron is not None and micron < how.least_micron
    if micron == 0 or above or below:
        said = "Without a filter it is not infused" if micron == 0 else f"A filter of {plain(micron)} micron is not for it"
        yield refused(
            "wrong_filter", f"{said}: use {_spelled(how)}.", field="filter_micron", limit=_spelled(how), source=how.source
        )


def _asked_of_filter(how: Filter | None) -> tuple[str, ...]:
    if how is None:
        return ("filter: nothing is stated",)
    return (f"filter: {_spelled(how)}, {'required' if how.required else 'not required'}",)


def _spelled(how: Filter) -> str:
    """The filter as a nurse reads it: “0.2 to 1.2 micron, low protein binding”."""
    least, most = how.least_micron, how.most_micron
    if least is not None and most is not None:
        size = f"{plain(least)} micron" if least == most else f"{plain(least)} to {plain(most)} micron"
    elif most is not None:
        size = f"{plain(most)} micron or finer"
    else:
        size = "an in-line filter" if least is None else f"{plain(least)} micron or coarser"
    return size + (", low protein binding" if how.low_protein_binding else "")
