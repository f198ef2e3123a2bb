"""What may be given in a reaction, for one patient and site: the site's signed order set, else epinephrine alone, unsigned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.visit.order_sets import order_set_for
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import age_on
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem, dose_for
from chairside.web.paper.words import short_day


@dataclass(frozen=True, slots=True)
class ReactionOrders:
    """The lines of the paper. `signed` is who signed the set and when; "" means that nobody did, and the paper says so.

    rows    medicine, dose and millilitres for this patient, route, how often, working or what is missing
    """

    signed: str
    rows: tuple[tuple[str, str, str, str, str], ...]


def reaction_orders_for(patient: Patient, site: Site, weight: Quantity | None, on: date) -> ReactionOrders:
    """The doses and millilitres of the site's signed set for this patient.

    Where nobody has signed one: epinephrine by the published figures, marked as not signed, and no other medicine.
    """
    age = age_on(patient.birth_date, on) if patient.birth_date else None
    signed = order_set_for(site)
    if signed is None or signed.signed_on is None:
        return ReactionOrders("", tuple(_row(item, weight, age) for item in PROPOSAL if item.anaphylaxis))
    by = f"{signed.signed_by}, {short_day(signed.signed_on)}, version {signed.number}"
    return ReactionOrders(by, tuple(_row(item, weight, age) for item in signed.items))


def _row(item: OrderItem, weight: Quantity | None, age: int | None) -> tuple[str, str, str, str, str]:
    decided = dose_for(item, weight=weight, age=age)
    if decided.value is None:
        return item.title, "no dose", item.route, item.repeat_words, decided.reasons[0].message
    volume = f" = {decided.value.volume.spelled()}" if decided.value.volume else ""
    strength = f" {item.concentration.spelled()}" if item.concentration else ""
    working = "; ".join((*decided.working, f"Source: {item.source}"))
    for_words = f" ({item.for_words})" if item.for_words else ""
    return item.title + strength + for_words, f"{decided.value.dose.spelled()}{volume}", item.route, item.repeat_words, working
