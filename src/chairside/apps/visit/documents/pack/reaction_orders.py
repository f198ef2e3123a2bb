"""What may be given in a reaction, for one patient and site. A site's signed order set takes the place of what stands here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import age_on
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem, dose_for


@dataclass(frozen=True, slots=True)
class ReactionOrders:
    """The lines of the paper. `signed` is who signed the set and when; "" means that nobody did, and the paper says so.

    rows    medicine, dose and millilitres for this patient, route, how often, working or what is missing
    """

    signed: str
    rows: tuple[tuple[str, str, str, str, str], ...]


def reaction_orders_for(patient: Patient, site: Site, weight: Quantity | None, on: date) -> ReactionOrders:
    """Epinephrine by the published figures and this patient's weight, not signed by anybody; no other medicine is proposed.

    The place where a site's signed order set is looked up: nothing else on the paper changes with it.
    """
    age = age_on(patient.birth_date, on) if patient.birth_date else None
    return ReactionOrders("", tuple(_row(item, weight, age) for item in PROPOSAL if item.anaphylaxis))


def _row(item: OrderItem, weight: Quantity | None, age: int | None) -> tuple[str, str, str, str, str]:
    decided = dose_for(item, weight=weight, age=age)
    if decided.value is None:
        return item.title, "no dose", item.route, item.repeat_words, decided.reasons[0].message
    volume = f" = {decided.value.volume.spelled()}" if decided.value.volume else ""
    strength = f" {item.concentration.spelled()}" if item.concentration else ""
    working = "; ".join((*decided.working, f"Source: {item.source}"))
    return item.title + strength, f"{decided.value.dose.spelled()}{volume}", item.route, item.repeat_words, working
