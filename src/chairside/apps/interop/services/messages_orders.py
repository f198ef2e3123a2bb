"""The orders of a message beside those that are here: which are the same, which are new, what is to be done with each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chairside.apps.intake.models import Referral
from chairside.apps.intake.services.recalling import sent_order_cancel, sent_order_change
from chairside.apps.intake.services.same_order import order_elsewhere, order_known
from chairside.apps.interop.models import ReceivedResource, Resource
from chairside.apps.interop.services.messages_people import Unusable
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor
from chairside.core.intake.referral import DrugOrder, Identifier
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import Received
from chairside.exchange.fhir.text import Json, parse
from chairside.exchange.hl7v2.message import Control, OrderLine

_ORDERS = ("MedicationRequest", "ServiceRequest")
_ASKED = (Control.NEW, Control.CHANGE)


@dataclass(frozen=True, slots=True)
class Lines:
    """The orders of a message.

    new      not known here and asked for: a referral comes of them
    here     known, each with its referral
    strange  to be taken back, and not known
    """

    new: tuple[OrderLine, ...] = ()
    here: tuple[tuple[OrderLine, Referral], ...] = ()
    strange: tuple[OrderLine, ...] = ()

    def settle(self, why: str, actor: Actor, at: datetime) -> tuple[str, ...]:
        """Do what is asked of the known ones. What there is to say of it."""
        return tuple(_settle(line, referral, why, actor, at) for line, referral in self.here)


def lines_of(orders: Sequence[OrderLine], patient: Patient | None, organization: str) -> Lines:
    """Which orders are known. Raises Unusable where an order with such a number is another patient's."""
    found = [(line, _referral(line.identifiers, patient, organization)) for line in orders]
    return Lines(
        tuple(line for line, referral in found if referral is None and line.control in _ASKED),
        tuple((line, referral) for line, referral in found if referral is not None),
        tuple(line for line, referral in found if referral is None and line.control not in _ASKED),
    )


def keys_of(patient: Patient) -> list[str]:
    """Under which ids the resources of a person stand here."""
    rows = Resource.objects.filter(type="Patient", person__in=records_of(patient))
    return list(rows.order_by("logical_id").values_list("logical_id", flat=True))


def _referral(numbers: Sequence[Identifier], patient: Patient | None, organization: str) -> Referral | None:
    if order_elsewhere(numbers, organization, patient):
        raise Unusable(
            f"The order {numbers[0].value} is known here for another patient. Check whose it is, then read the message again."
        )
    if patient is None:
        return None
    sent = order_known(patient, numbers)
    if sent is not None:
        return sent
    sources = list(_resources(numbers, keys_of(patient)))
    known = Q(source__in=sources) | Q(sent_orders__source__in=sources)
    return Referral.objects.filter(known, patient__in=records_of(patient)).order_by("received_at").distinct().first()


def _resources(numbers: Iterable[Identifier], keys: Sequence[str]) -> Iterable[str]:
    """The sources of the patient's kept orders that bear one of the numbers."""
    wanted = {(number.system, number.value) for number in numbers}
    rows = ReceivedResource.objects.filter(resource__patient_key__in=keys, resource__type__in=_ORDERS)
    for kind, here, text in rows.values_list("resource__type", "resource__logical_id", "text").iterator(chunk_size=200):
        if any(value in text for _, value in wanted) or "\\" in text:  # a character may be written as an escape
            resource = parse(text)
            if wanted & set(_identifiers(resource)):
                yield Received(Entry(0, "", resource), "", (), here).source if kind else ""


def _identifiers(resource: Json) -> Iterable[tuple[str, str]]:
    return ((item.get("system", ""), item.get("value", "")) for item in resource.get("identifier", []))


def _settle(line: OrderLine, referral: Referral, why: str, actor: Actor, at: datetime) -> str:
    number = line.identifiers[0].value
    if line.control is Control.NEW:
        return f"the order {number} is here already"
    if line.control is Control.CHANGE:
        said = _said(line.drug) if line.drug else (line.request.text if line.request else "")
        sent_order_change(referral=referral, said=said, why=why[:1].upper() + why[1:], actor=actor, at=at)
        return f"the change of the order {number} is held for a prescriber to see"
    whole = referral.sent_orders.count() <= 1
    told = why[:1].upper() + why[1:]
    done = sent_order_cancel(referral=referral, reason=line.reason, whole=whole, why=told, actor=actor, at=at)
    closed = done.value is not None and done.value.status == Referral.Status.CLOSED
    return f"the order {number} is {'closed' if closed else 'held: somebody here must stop it'}"


def _said(order: DrugOrder) -> str:
    """The order as a person reads it."""
    doses = [
        " ".join(part for part in (str(item.ordered or item.calculated or ""), item.text, *item.extra) if part)
        for item in order.dosages
    ]
    return "; ".join(part for part in (order.text, *doses, *order.notes) if part)[:2000]
