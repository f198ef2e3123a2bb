"""One order that comes by two roads: the number that its prescriber's system gave it says that it is the same."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from chairside.apps.intake.models import Referral
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.intake.referral import Identifier
from chairside.exchange.hl7v2.reading.context import source_of


def message_source(number: Identifier) -> str:
    """What an order of an HL7 v2 message is known by here."""
    return source_of("Order", number.system, number.value)


def order_elsewhere(numbers: Iterable[Identifier], organization: str, patient: Patient | None) -> bool:
    """Whether a message brought a referral with one of these numbers for somebody else."""
    sources = [message_source(number) for number in numbers]
    rows = Referral.objects.filter(organization_id=organization, source__in=sources)
    return (rows.exclude(patient__in=records_of(patient)) if patient else rows).exists()


def order_known(patient: Patient, numbers: Iterable[Identifier]) -> Referral | None:
    """The referral of this person that a message brought for an order with one of these numbers; None when none did."""
    sources = [message_source(number) for number in numbers]
    known = Q(source__in=sources) | Q(sent_orders__source__in=sources)
    rows = Referral.objects.filter(known, patient__in=records_of(patient)) if sources else Referral.objects.none()
    return rows.order_by("received_at").distinct().first()
