"""One order that comes by two roads: the number that its prescriber's system gave it says that it is the same."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from chairside.apps.intake.models import Referral
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.intake.referral import DrugOrder, Identifier
from chairside.exchange.hl7v2.reading.context import source_of


def message_source(number: Identifier) -> str:
    """What an order of an HL7 v2 message is known by here."""
    return source_of("Order", number.system, number.value)


def order_sent(numbers: Iterable[Identifier]) -> Referral | None:
    """The referral that a message with one of these numbers brought, whoever the patient is; None when none did."""
    sources = [message_source(number) for number in numbers]
    known = Q(source__in=sources) | Q(sent_orders__source__in=sources)
    return Referral.objects.filter(known).select_related("patient").order_by("received_at").distinct().first()


def order_known(*, patient: Patient, orders: Iterable[DrugOrder]) -> Referral | None:
    """The referral of this person that a message brought for one of these orders."""
    found = order_sent(number for order in orders for number in order.identifiers)
    if found is None or not records_of(patient).filter(pk=found.patient_id).exists():
        return None
    return found
