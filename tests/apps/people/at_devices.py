"""Browsers that are enrolled, and people who log in at them as they do: by the page, by PIN."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.test import Client

from chairside.apps.organizations.clock import now
from chairside.apps.organizations.models import Site
from chairside.apps.people.devices import COOKIE, device_enroll
from chairside.apps.people.models import Device, User
from chairside.core.access import Actor, Role

PASSWORD = "four plain words here"
PIN = "739164"
MANAGER = frozenset({Role.MANAGER})


def browser() -> Client:
    """A browser that nobody has enrolled."""
    return Client(HTTP_HOST="127.0.0.1")


def enrolled(
    site: Site, name: str = "Chair 1 tablet", kind: str = "tablet", chair: UUID | None = None
) -> tuple[Client, Device]:
    """A browser that is a device of the site, with nobody logged in at it."""
    from django.core.signing import get_cookie_signer

    manager = Actor("m", "Max", str(site.organization_id), MANAGER)
    decision = device_enroll(site=site, name=name, kind=kind, chair=chair, actor=manager, at=now())
    assert decision.value is not None, decision.reasons
    device, secret = decision.value
    client = browser()
    client.cookies[COOKIE] = get_cookie_signer(salt=COOKIE + "chairside.device").sign(secret)
    return client, device


def log_in(client: Client, user: User) -> None:
    """By the log-in page, with the password."""
    cache.clear()  # allauth counts attempts there
    if not user.has_usable_password() or not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content


def set_pin(client: Client, pin: str = PIN, badge: str = "") -> Any:
    """On one's own page, right after the log-in."""
    return client.post("/people/me/pin/", {"pin": pin, "again": pin, "badge": badge, "password": PASSWORD})


def come_in(client: Client, user: User, pin: str = PIN, **more: str) -> Any:
    """By PIN at a locked device."""
    return client.post("/locked/enter/", {"person": str(user.pk), "pin": pin, **more})


def lock(client: Client) -> Any:
    return client.post("/locked/lock/", {"next": "/people/me/"})


def is_in(client: Client, user: User) -> bool:
    """Whether this person's own page opens in this browser."""
    page = client.get("/people/me/")
    return page.status_code == 200 and page.context["request"].user == user
