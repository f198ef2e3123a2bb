"""Enrolled devices: who may enrol one, what its cookie is good for, when it locks, and what a locked one may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Site
from chairside.apps.people.devices import COOKIE, device_actor, device_enroll
from chairside.apps.people.models import Device
from chairside.core.access import Action, Role
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


def later(settings: Any, minutes: float) -> None:
    settings.CLOCK_OFFSET_SECONDS += timedelta(minutes=minutes).total_seconds()


def locked_out(answer: Any) -> bool:
    """Sent to the locked screen, and told nothing else."""
    return answer.status_code == 302 and answer["Location"].startswith("/locked/") and not answer.content


# ---- enrolling ----


def test_a_charge_nurse_enrols_the_browser_she_sits_at(place: Center) -> None:
    client = place.client(Role.CHARGE_NURSE)
    answer = client.post("/people/devices/enroll/", {"name": "Desk", "kind": "workstation", "chair": ""})
    assert answer.status_code == 302
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["max-age"] > 365 * 24 * 3600
    device = Device.objects.get()
    assert device.secret_hash not in cookie.value
    assert (device.site, device.enrolled_by) == (place.site, "Charge nurse")
    page = client.get("/people/devices/").content.decode()
    assert "(this browser)" in page
    assert "lock-now" in page
    assert AuditEntry.objects.filter(action="device.enroll", subject=device.pk).count() == 1


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHARMACIST, Role.FRONT_DESK])
def test_others_enrol_nothing(place: Center, role: Role) -> None:
    client = place.client(role)
    assert client.get("/people/devices/").status_code == 403
    assert client.post("/people/devices/enroll/", {"name": "Mine", "kind": "tablet"}).status_code == 403
    assert not Device.objects.exists()


def test_a_name_is_used_once_and_again_after_it_was_revoked(place: Center) -> None:
    manager = place.actor(Role.MANAGER)
    told: dict[str, Any] = {"site": place.site, "kind": "tablet", "chair": None, "actor": manager, "at": at.now()}
    first = device_enroll(name="Chair 4 tablet", **told)
    assert first.value is not None
    second = device_enroll(name=" chair 4  TABLET ", **told)
    assert [reason.field for reason in second.reasons] == ["device.name"]
    assert place.client(Role.MANAGER).post(f"/people/devices/{first.value[0].pk}/revoke/").status_code == 302
    assert device_enroll(name="Chair 4 tablet", **told).allowed


def test_the_list_pages_filters_and_exports(place: Center, settings: Any) -> None:
    for number in range(30):
        at.enrolled(place.site, f"Tablet {number:02}")
    at.enrolled(place.site, "Hall", "wall")
    client = place.client(Role.MANAGER)
    page = client.get("/people/devices/")
    assert page.context["listing"].count == 31
    assert page.context["listing"].pages == 2
    assert client.get("/people/devices/", {"kind": "wall"}).context["listing"].count == 1
    assert client.get("/people/devices/", {"q": "tablet 07"}).context["listing"].count == 1
    text = b"".join(client.get("/people/devices/", {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("Chair tablet") == 30
    assert re.search(r"Hall,Wall screen,2026-11-23 09:00,2026-11-23 09:00 by Max,in use", text)


def test_when_it_was_last_seen_is_noted_now_and_then(place: Center, settings: Any) -> None:
    client, device = at.enrolled(place.site)
    first = device.seen_at
    assert first is not None
    client.get("/locked/")
    device.refresh_from_db()
    assert device.seen_at == first
    later(settings, 6)
    answer = client.get("/locked/")
    assert COOKIE in answer.cookies, "and the cookie is given for as long again"
    device.refresh_from_db()
    assert device.seen_at is not None
    assert device.seen_at > first


# ---- whose cookie it is ----


def test_a_browser_without_the_cookie_gets_the_log_in_page_and_nothing_else(place: Center) -> None:
    at.enrolled(place.site)
    for path in ("/locked/", "/locked/visits/", "/locked/live/", "/board/", "/board/fragment/", "/board/live/"):
        answer = at.browser().get(path)
        assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/"), path
    assert at.browser().post("/locked/enter/", {}).status_code == 302


def test_a_revoked_device_is_any_browser_at_once(place: Center) -> None:
    client, device = at.enrolled(place.site)
    nurse = place.users[Role.NURSE]
    at.log_in(client, nurse)
    assert at.is_in(client, nurse)
    place.client(Role.MANAGER).post(f"/people/devices/{device.pk}/revoke/")
    assert not at.is_in(client, nurse), "whoever was logged in at it is logged out"
    assert client.get("/locked/")["Location"] == "/accounts/login/?next=/"
    assert client.get("/board/").status_code == 302
    assert AuditEntry.objects.filter(action="device.revoke").count() == 1


def test_a_forged_or_a_changed_cookie_is_none(place: Center) -> None:
    client, device = at.enrolled(place.site)
    true = client.cookies[COOKIE].value
    for value in (true[:-1] + ("A" if true[-1] != "A" else "B"), device.secret_hash, str(device.pk), "x" * 4000, ""):
        client.cookies[COOKIE] = value
        assert client.get("/locked/").status_code == 302, value


def test_a_device_of_another_organization_is_no_device_to_a_person(place: Center) -> None:
    """A cookie carried off to another organization opens nothing of either there."""
    with center("other", (Role.NURSE,), approved=False) as other:
        theirs, _ = at.enrolled(other.site, "Their tablet")
    with organization_scope(place.organization.pk):
        nurse = place.users[Role.NURSE]
        at.log_in(theirs, nurse)
        page = theirs.get("/people/me/")
        assert page.context["request"].user == nurse
        assert page.context["request"].device is None
        assert "lock-now" not in page.content.decode()


def test_while_nobody_is_known_the_database_shows_devices_and_not_their_sites(place: Center) -> None:
    at.enrolled(place.site)
    with signing_in():
        assert Device.objects.count() == 1
        assert not Site.objects.exists()
        assert not Device.objects.filter(site__name="Alder Falls").exists()


def test_a_session_carried_off_from_a_device_is_worth_nothing(place: Center) -> None:
    client, _ = at.enrolled(place.site)
    nurse = place.users[Role.NURSE]
    at.log_in(client, nurse)
    thief = at.browser()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert not at.is_in(thief, nurse)
    assert not at.is_in(client, nurse), "and the log-in has ended"


# ---- locking ----


@pytest.fixture
def tablet(place: Center):
    """A tablet at which a nurse is logged in."""
    client, device = at.enrolled(place.site)
    nurse = place.users[Role.NURSE]
    at.log_in(client, nurse)
    assert at.is_in(client, nurse)
    return client, device, nurse


def test_it_locks_after_five_minutes_without_a_touch(tablet, settings: Any) -> None:
    client, _, nurse = tablet
    later(settings, 4.9)
    assert at.is_in(client, nurse)
    later(settings, 4.9)
    assert at.is_in(client, nurse), "each touch begins anew"
    later(settings, 5)
    assert locked_out(client.get("/people/me/"))
    later(settings, -5)
    assert locked_out(client.get("/people/me/")), "what is locked stays locked"
    assert AuditEntry.objects.filter(action="device.lock", detail="nobody touched it").count() == 1


def test_a_site_sets_after_how_long(tablet, place: Center, settings: Any) -> None:
    client, _, nurse = tablet
    assert place.client(Role.CHARGE_NURSE).post("/people/devices/lock/", {"minutes": "2"}).status_code == 302
    later(settings, 2)
    assert not at.is_in(client, nurse)
    for wrong in ("0", "16", "-1", "x"):
        assert place.client(Role.MANAGER).post("/people/devices/lock/", {"minutes": wrong}).status_code == 422
    place.site.refresh_from_db()
    assert place.site.lock_minutes == 2


def test_parts_that_a_page_fetches_by_itself_are_no_touch(tablet, settings: Any) -> None:
    client, _, nurse = tablet
    for _ in range(6):
        later(settings, 1)
        client.get("/board/fragment/", headers={"HX-Request": "true"})
        client.get("/people/me/", headers={"Sec-Fetch-Mode": "cors"})
    assert not at.is_in(client, nurse)


def test_what_a_person_types_is_a_touch(tablet, settings: Any) -> None:
    client, _, nurse = tablet
    for _ in range(4):
        later(settings, 2)
        assert client.post("/locked/here/").status_code == 204
    assert at.is_in(client, nurse)
    later(settings, 6)
    assert client.post("/locked/here/").status_code == 401, "and after the lock it opens nothing"
    assert not at.is_in(client, nurse)


def test_a_locked_log_in_gets_nothing_from_any_address(tablet, place: Center) -> None:
    client, _, _ = tablet
    at.lock(client)
    for path in (
        "/",
        "/patients/",
        "/visits/",
        "/people/me/",
        "/people/me/pin/",
        "/accounts/password/change/",
        "/accounts/2fa/",
    ):
        assert locked_out(client.get(path)), path
        assert client.post(path).status_code in (302, 405), path
    part = client.get("/visits/", headers={"HX-Request": "true"})
    assert (part.headers["HX-Redirect"], part.content) == ("/locked/", b"")
    stream = client.get("/visits/", headers={"Accept": "text/event-stream"})
    assert (stream.status_code, stream.content) == (204, b"")
    by_script = client.get("/visits/", headers={"Sec-Fetch-Mode": "cors"})
    assert by_script.status_code == 401
    page = client.get("/locked/").content.decode()
    assert "Your menu" not in page
    assert "Places" not in page


def test_the_lock_keeps_the_log_in_for_its_person(tablet) -> None:
    client, _, nurse = tablet
    before = client.session.session_key
    assert at.lock(client)["Location"] == "/locked/?next=%2Fpeople%2Fme%2F"
    assert client.post("/locked/unlock/", {"password": "not the password"}).status_code == 422
    assert not at.is_in(client, nurse)
    answer = client.post("/locked/unlock/", {"password": at.PASSWORD, "next": "/people/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/people/me/")
    assert at.is_in(client, nurse)
    assert client.session.session_key != before


def test_wrong_passwords_at_the_lock_count_like_those_at_log_in(tablet, settings: Any) -> None:
    client, _, nurse = tablet
    at.lock(client)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post("/locked/unlock/", {"password": "not the password"})
    assert client.post("/locked/unlock/", {"password": at.PASSWORD}).status_code in (422, 429)
    assert not at.is_in(client, nurse)


def test_somebody_else_logs_in_and_the_kept_log_in_is_gone(tablet, place: Center) -> None:
    client, _, nurse = tablet
    at.lock(client)
    answer = client.post("/locked/leave/", {"next": "/people/me/"})
    assert answer["Location"] == "/accounts/login/?next=%2Fpeople%2Fme%2F"
    at.log_in(client, place.users[Role.PHARMACIST])
    assert at.is_in(client, place.users[Role.PHARMACIST])
    assert not at.is_in(client, nurse)


def test_the_way_back_leads_nowhere_else(tablet) -> None:
    client, _, _ = tablet
    for to in ("https://elsewhere.example/", "//elsewhere.example/", "/locked/lock/"):
        client.post("/locked/lock/", {"next": to})
        assert client.post("/locked/unlock/", {"password": at.PASSWORD, "next": to})["Location"] == "/"


def test_a_full_log_in_ends_after_twelve_hours_of_touching(tablet, settings: Any) -> None:
    client, _, nurse = tablet
    for _ in range(12 * 15 - 1):
        later(settings, 4)
        client.post("/locked/here/")
    assert at.is_in(client, nurse)
    later(settings, 4)
    assert not at.is_in(client, nurse)


def test_a_browser_that_is_not_enrolled_is_left_alone(place: Center, settings: Any) -> None:
    client = place.client(Role.NURSE)
    assert "lock-now" not in client.get("/people/me/").content.decode()
    later(settings, 60)
    assert client.get("/people/me/").status_code == 200


def test_what_a_page_left_to_say_is_not_said_on_the_locked_screen(tablet) -> None:
    """A message with something of a patient in it may still wait when the screen locks."""
    from django.contrib.messages import constants
    from django.contrib.messages.storage.base import Message
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.http import HttpResponse
    from django.test import RequestFactory

    client, _, _ = tablet
    holder = HttpResponse()
    CookieStorage(RequestFactory().get("/"))._store([Message(constants.SUCCESS, "Vitals of Moreno recorded")], holder)
    client.cookies["messages"] = holder.cookies["messages"].value
    at.lock(client)
    for _ in range(2):
        assert "Moreno" not in client.get("/locked/").content.decode()
    client.post("/locked/unlock/", {"password": at.PASSWORD})
    assert "Moreno" not in client.get("/people/me/").content.decode()


def test_a_wall_screen_opens_on_its_board_and_a_tablet_on_its_locked_screen(place: Center) -> None:
    assert at.enrolled(place.site, "Hall", "wall")[0].get("/")["Location"] == "/board/"
    assert at.enrolled(place.site)[0].get("/")["Location"] == "/locked/?next=%2F"


def test_the_device_itself_may_pause_and_record_a_reaction_and_nothing_else(place: Center) -> None:
    _, device = at.enrolled(place.site)
    actor = device_actor(device)
    assert {action for action in Action if actor.may(action).allowed} == {Action.VISIT_PAUSE, Action.VISIT_REACTION}
