"""Premedications of an order: proposed and never ticked, signed with the order, copied by a revision, unchangeable after it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import OrderVersion, PremedicationOrdered
from chairside.apps.intake.premedication_form import PremedicationsForm
from chairside.apps.intake.premedications import premedications_of
from chairside.apps.intake.services import OrderChange, order_draft_from_referral, order_revise, order_sign, signing_judgement
from chairside.apps.people.models import Membership
from chairside.core.intake.premedication import OrderedPremedication
from chairside.core.kernel.quantity import quantity
from tests.apps.intake.cast import NOW, Center, center, take_in

pytestmark = pytest.mark.django_db

PARACETAMOL = OrderedPremedication("acetaminophen", quantity("650", "mg"), "oral", "acetaminophen", 30, False)
ANTIHISTAMINE = OrderedPremedication("antihistamine_h1", quantity("25", "mg"), "oral", "diphenhydramine", 30, True)


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def _draft(place: Center) -> OrderVersion:
    referral = take_in(place, "s01").referral
    assert referral is not None and referral.referral is not None  # noqa: PT018
    version = order_draft_from_referral(referral=referral.referral, actor=place.intake, at=NOW).value
    assert version is not None
    return version


def _revised(place: Center, version: OrderVersion, *items: OrderedPremedication) -> OrderVersion:
    change = OrderChange(premedications=items)
    decision = order_revise(order=version.order, change=change, actor=place.prescriber, at=NOW)
    assert decision.value is not None, decision.reasons
    return decision.value


def _signed(place: Center, version: OrderVersion) -> OrderVersion:
    seen = signing_judgement(version).value
    assert seen is not None
    decision = order_sign(version=version, seen_digest=seen, actor=place.prescriber, at=NOW)
    assert decision.value is not None, decision.reasons
    return decision.value


def test_they_are_stored_exactly_and_belong_to_what_is_signed(place: Center) -> None:
    bare = _draft(place)
    version = _revised(place, bare, PARACETAMOL, ANTIHISTAMINE)
    assert premedications_of(version) == (PARACETAMOL, ANTIHISTAMINE)
    assert signing_judgement(version).value != signing_judgement(_revised(place, version, PARACETAMOL)).value


def test_a_revision_of_something_else_keeps_them(place: Center) -> None:
    version = _signed(place, _revised(place, _draft(place), ANTIHISTAMINE))
    change = OrderChange(dose_amount=Decimal("7.5"))
    revised = order_revise(order=version.order, change=change, actor=place.prescriber, at=NOW).value
    assert revised is not None
    assert premedications_of(revised) == (ANTIHISTAMINE,)


def test_taking_all_of_them_off_is_a_change_and_the_same_again_is_none(place: Center) -> None:
    version = _revised(place, _draft(place), PARACETAMOL)
    again = order_revise(order=version.order, change=OrderChange(premedications=(PARACETAMOL,)), actor=place.prescriber, at=NOW)
    assert [reason.code for reason in again.reasons] == ["wrong_state"]
    assert premedications_of(_revised(place, version)) == ()


def test_one_that_leaves_something_open_is_not_ordered(place: Center) -> None:
    open_item = OrderedPremedication("antihistamine_h1", None, "", "", None, None)
    decision = order_revise(
        order=_draft(place).order, change=OrderChange(premedications=(open_item,)), actor=place.prescriber, at=NOW
    )
    assert decision.value is None
    assert [reason.code for reason in decision.reasons] == ["missing_fact"] * 5
    assert not PremedicationOrdered.objects.exists()


def test_the_database_refuses_to_change_one_or_to_add_to_a_signed_order(place: Center) -> None:
    version = _signed(place, _revised(place, _draft(place), PARACETAMOL))
    row = PremedicationOrdered.objects.get(version=version)
    with pytest.raises(DatabaseError), transaction.atomic():
        PremedicationOrdered.objects.filter(pk=row.pk).update(amount=1000)
    with pytest.raises(DatabaseError), transaction.atomic():
        PremedicationOrdered.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError, match="signed order"), transaction.atomic():
        PremedicationOrdered.objects.bulk_create([PremedicationOrdered(
            organization_id=row.organization_id, version=version, place=9, key="x", agent="x", amount=1, unit="mg",
            route="oral", wait_minutes=0, sedating=False,
        )])  # fmt: skip


def test_the_protocol_proposes_and_ticks_nothing(place: Center) -> None:
    version = _draft(place)
    form = PremedicationsForm(None, ordered=(), listed=protocol_of(version.release_id).premedications)
    assert [line.key for line in form.lines if line.key] == [
        "acetaminophen", "antihistamine_h1", "antihistamine_h2", "corticosteroid",
    ]  # fmt: skip
    assert not any(line.ticked for line in form.lines)
    assert not any(form[f"{line.name}_order"].value() for line in form.lines if line.key)
    # A class of drugs is no agent: the prescriber names one.
    assert form["p1_agent"].value() == ""
    assert form["p0_agent"].value() == "acetaminophen"


def test_the_prescriber_orders_them_on_the_page_beside_what_was_sent(place: Center, client: Client) -> None:
    version = _draft(place)
    user = place.user(place.prescriber)
    Membership.objects.create(organization=place.organization, user=user, site=place.site, role="prescriber")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("intake:order_premedications", args=[version.order_id])
    page = client.get(address).content.decode()
    assert "acetaminophen 650 mg PO, diphenhydramine 25 mg IV or PO" in page
    typed = {"p1_order": "on", "p1_agent": "diphenhydramine", "p1_amount": "25", "p1_unit": "mg", "p1_route": "oral"}
    refused = client.post(address, typed | {"p1_sedating": "yes"})
    assert refused.status_code == 409
    assert "how long to wait after diphenhydramine" in refused.content.decode()
    done = client.post(address, typed | {"p1_sedating": "yes", "p1_wait": "30", "p4_agent": "Famotidine", "p4_amount": "20",
                                         "p4_unit": "mg", "p4_route": "iv", "p4_wait": "30", "p4_sedating": "no"})  # fmt: skip
    assert done.status_code == 302
    newest = OrderVersion.objects.filter(order=version.order_id).order_by("-number")[0]
    assert [(item.key, item.agent) for item in premedications_of(newest)] == [
        ("antihistamine_h1", "diphenhydramine"), ("famotidine", "Famotidine"),
    ]  # fmt: skip
    shown = client.get(reverse("intake:order", args=[version.order_id])).content.decode()
    assert "diphenhydramine" in shown
    assert "no driving" in shown
