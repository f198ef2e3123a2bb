"""The quick way in: a PIN after a full log-in, at the devices of one site, until the shift ends; and its attacks (H-031)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from chairside.apps.audit.models import AuditEntry
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Membership, QuickEntry
from chairside.apps.people.quick_entry import MOST_WRONG, pin_problem
from chairside.core.access import Role
from tests.apps.people import at_devices as at
from tests.apps.walk import Center, center

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def place() -> Iterator[Center]:
    with center(approved=False) as made:
        yield made


@pytest.fixture
def ready(place: Center):
    """A tablet, and a nurse who logged in at it, set a PIN, and went away: it is locked."""
    client, device = at.enrolled(place.site)
    nurse = place.users[Role.NURSE]
    at.log_in(client, nurse)
    assert at.set_pin(client, badge="BADGE-0001").status_code == 302
    at.lock(client)
    assert not at.is_in(client, nurse)
    return client, device, nurse


def test_a_pin_lets_its_person_back_in(ready) -> None:
    client, _, nurse = ready
    assert at.come_in(client, nurse).status_code == 302
    assert at.is_in(client, nurse)
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"entry.set", "device.lock", "entry.enter"}


def test_each_entry_is_a_new_session_and_the_old_one_is_gone(ready) -> None:
    client, _, nurse = ready
    keys = {client.session.session_key}
    for _ in range(2):
        at.come_in(client, nurse)
        keys.add(client.session.session_key)
        at.lock(client)
    assert len(keys) == 3
    from django.contrib.sessions.models import Session

    assert Session.objects.filter(session_key__in=keys).count() == 1


def test_people_change_at_one_tablet_in_one_step(ready, place: Center) -> None:
    client, _, nurse = ready
    other = place.users[Role.CHARGE_NURSE]
    workstation, _ = at.enrolled(place.site, "Desk", "workstation")
    at.log_in(workstation, other)
    at.set_pin(workstation)
    at.come_in(client, nurse)
    first = client.session.session_key
    assert at.come_in(client, other).status_code == 302  # not even locked in between
    assert at.is_in(client, other)
    assert not at.is_in(client, nurse)
    assert client.session.session_key != first


def test_a_badge_says_who_and_the_pin_is_still_asked(ready) -> None:
    client, _, nurse = ready
    page = client.post("/locked/enter/", {"badge": "BADGE-0001"})
    assert page.status_code == 422
    assert page.context["chosen"] == nurse.pk
    assert "Now type your PIN" in page.content.decode()
    assert not at.is_in(client, nurse)
    assert client.post("/locked/enter/", {"badge": "BADGE-0001", "pin": at.PIN}).status_code == 302
    assert at.is_in(client, nurse)
    at.lock(client)
    assert "not known here" in client.post("/locked/enter/", {"badge": "BADGE-9999", "pin": at.PIN}).content.decode()


def test_neither_pin_nor_badge_is_kept(ready) -> None:
    row = QuickEntry.objects.get()
    assert at.PIN not in row.pin
    assert "BADGE" not in row.badge
    assert not AuditEntry.objects.filter(detail__contains=at.PIN).exists()


def test_five_wrong_pins_and_it_takes_the_full_log_in(ready) -> None:
    client, _, nurse = ready
    for left in range(MOST_WRONG - 1, -1, -1):
        page = at.come_in(client, nurse, "480213")
        assert page.status_code == 422
        assert (f"{left} tr" if left else "wrong 5 times") in page.content.decode()
    assert at.come_in(client, nurse).status_code == 422, "even the right one"
    assert not at.is_in(client, nurse)
    assert AuditEntry.objects.filter(action="entry.refuse").count() == MOST_WRONG
    client.post("/locked/leave/")
    at.log_in(client, nurse)
    at.lock(client)
    assert at.come_in(client, nurse).status_code == 302, "a full log-in opens it again"


def test_a_right_pin_forgets_the_wrong_ones(ready) -> None:
    client, _, nurse = ready
    for _ in range(2):
        for _ in range(MOST_WRONG - 1):
            at.come_in(client, nurse, "480213")
        assert at.come_in(client, nurse).status_code == 302
        at.lock(client)


def test_it_ends_with_the_shift(ready, settings) -> None:
    client, _, nurse = ready
    settings.CLOCK_OFFSET_SECONDS += timedelta(hours=11, minutes=59).total_seconds()
    assert at.come_in(client, nurse).status_code == 302
    settings.CLOCK_OFFSET_SECONDS += timedelta(minutes=2).total_seconds()
    assert not at.is_in(client, nurse), "the log-in by PIN ends there as well"
    assert at.come_in(client, nurse).status_code == 422
    assert nurse.name not in client.get("/locked/").content.decode()


def test_it_is_no_way_in_without_an_enrolled_device(ready) -> None:
    _, _, nurse = ready
    stranger = at.browser()
    answer = at.come_in(stranger, nurse)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")
    assert not at.is_in(stranger, nurse)


def test_it_is_no_way_in_at_another_site(ready, place: Center) -> None:
    _, _, nurse = ready
    other = Site.objects.create(
        organization=place.organization, name="Birch Hill", time_zone="America/New_York", opens_at="07:00", closes_at="19:00"
    )
    Membership.objects.create(organization=place.organization, user=nurse, site=other, role=Role.NURSE.value)
    elsewhere, _ = at.enrolled(other, "Birch tablet")
    assert nurse.name not in elsewhere.get("/locked/").content.decode()
    assert at.come_in(elsewhere, nurse).status_code == 422


def test_it_is_no_way_in_for_who_left(ready) -> None:
    client, _, nurse = ready
    nurse.is_active = False
    nurse.save()
    assert at.come_in(client, nurse).status_code == 422
    nurse.is_active = True
    nurse.save()
    nurse.memberships.all().delete()
    assert at.come_in(client, nurse).status_code == 422


def test_a_new_password_ends_it(ready) -> None:
    client, _, nurse = ready
    nurse.set_password("another password altogether")
    nurse.save()
    assert at.come_in(client, nurse).status_code == 422


def test_a_log_in_by_pin_sets_no_pin(ready) -> None:
    client, _, nurse = ready
    at.come_in(client, nurse)
    before = QuickEntry.objects.get().pin
    assert "Log out and in again" in client.get("/people/me/pin/").content.decode()
    assert at.set_pin(client, "620951").status_code == 422
    assert QuickEntry.objects.get().pin == before


def test_setting_it_takes_the_password(place: Center) -> None:
    client, _ = at.enrolled(place.site)
    at.log_in(client, place.users[Role.NURSE])
    page = client.post("/people/me/pin/", {"pin": at.PIN, "again": at.PIN, "password": "not the password"})
    assert page.status_code == 422
    assert not QuickEntry.objects.exists()


def test_a_role_with_a_second_step_sets_it_only_after_that_step(place: Center, settings) -> None:
    nurse = place.users[Role.NURSE]
    client, _ = at.enrolled(place.site)
    settings.MFA_REQUIRED = True
    at.log_in(client, nurse)  # has none yet, so was asked for none
    Authenticator.objects.create(user=nurse, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert at.set_pin(client).status_code == 422
    assert not QuickEntry.objects.exists()


def test_a_badge_is_one_persons(ready, place: Center) -> None:
    workstation, _ = at.enrolled(place.site, "Desk", "workstation")
    at.log_in(workstation, place.users[Role.PHARMACIST])
    page = at.set_pin(workstation, "620951", badge="BADGE-0001")
    assert "another person" in page.content.decode()
    assert QuickEntry.objects.count() == 1


def test_forgetting_it_ends_it(ready) -> None:
    client, _, nurse = ready
    at.come_in(client, nurse)
    client.post("/people/me/pin/forget/")
    at.lock(client)
    assert at.come_in(client, nurse).status_code == 422


def test_signing_still_asks_for_the_password(ready) -> None:
    """A PIN is no step-up: the check before a signature knows only the password."""
    from django.test import RequestFactory

    from chairside.apps.people.step_up import person_confirmed

    _, _, nurse = ready
    request = RequestFactory().post("/")
    request.user = nurse
    assert not person_confirmed(request, at.PIN).allowed


@pytest.mark.parametrize("pin", ["12345", "1234567", "000000", "123456", "987654", "12a456", "１２３４５６", ""])
def test_a_pin_that_is_too_short_or_too_easy_is_refused(pin: str) -> None:
    assert pin_problem(pin)


@pytest.mark.parametrize("pin", ["739164", "112233", "135790"])
def test_other_pins_may_be_used(pin: str) -> None:
    assert not pin_problem(pin)
