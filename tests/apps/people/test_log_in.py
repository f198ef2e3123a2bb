"""Log-in as staff meet it: the page, the lock after wrong passwords, the second step, and what a role opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Membership, User
from chairside.core.access import Role
from tests.apps.walk import PASSWORD, Center, center, give_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    cache.clear()  # allauth counts attempts there
    with center() as made:
        yield made


def log_in(client: Client, user: User, password: str) -> int:
    answer = client.post("/accounts/login/", {"login": user.email, "password": password})
    return answer.status_code


def test_a_stranger_is_sent_to_log_in_and_comes_back(place: Center) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.get("/intake/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/intake/"
    page = client.get("/accounts/login/").content.decode()
    assert 'name="login"' in page
    assert 'name="password"' in page


def test_the_right_password_logs_in(place: Center) -> None:
    user = place.users[Role.INTAKE]
    give_password(user)
    client = Client(HTTP_HOST="127.0.0.1")
    assert log_in(client, user, PASSWORD) == 302
    assert client.get("/intake/").status_code == 200


def test_while_locked_even_the_right_password_is_refused(place: Center, settings: object) -> None:
    user, other = place.users[Role.INTAKE], place.users[Role.NURSE]
    give_password(user)
    give_password(other)
    client = Client(HTTP_HOST="127.0.0.1")
    for _ in range(settings.AXES_FAILURE_LIMIT):  # type: ignore[attr-defined]
        log_in(client, user, "not the password")
        cache.clear()  # so that what refuses is the lock of the account, not allauth's own brake
    assert log_in(client, user, PASSWORD) == 429
    assert client.get("/intake/").status_code == 302
    cache.clear()
    assert log_in(Client(HTTP_HOST="127.0.0.1"), other, PASSWORD) == 302, "one person's mistakes lock nobody else out"


def test_a_role_that_gives_sets_up_a_second_step_first(place: Center, settings: object) -> None:
    settings.MFA_REQUIRED = True  # type: ignore[attr-defined]
    client = place.client(Role.NURSE)
    answer = client.get("/board/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/?needed=1")
    assert client.get("/accounts/2fa/").status_code in (200, 302)
    Authenticator.objects.create(user=place.users[Role.NURSE], type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/people/me/").status_code == 200


def test_a_role_that_neither_signs_nor_gives_is_not_asked(place: Center, settings: object) -> None:
    settings.MFA_REQUIRED = True  # type: ignore[attr-defined]
    assert place.client(Role.INTAKE).get("/intake/").status_code == 200


@pytest.mark.parametrize(
    ("role", "places"),
    [
        (Role.BILLER, ["Board", "Coverage", "Schedule", "Pharmacy", "Visits", "Charges", "Formulary"]),
        (Role.SCHEDULER, ["Board", "Intake", "Coverage", "Clearance", "Schedule", "Formulary"]),
        (Role.AUDITOR, ["Charges", "Formulary"]),
    ],
)
def test_navigation_holds_what_the_role_may_open_in_the_journeys_order(place: Center, role: Role, places: list[str]) -> None:
    page = place.client(role).get("/formulary/")
    assert [item.label for item in page.context["navigation"]] == places


def test_what_a_role_may_not_open_says_who_may(place: Center) -> None:
    answer = place.client(Role.BILLER).get("/intake/")
    assert answer.status_code == 403
    assert "It takes:" in answer.content.decode()


def test_the_staff_list_is_for_managers_and_shows_who_lacks_a_second_step(place: Center) -> None:
    assert place.client(Role.NURSE).get("/people/").status_code == 403
    page = place.client(Role.MANAGER).get("/people/?q=prescriber").content.decode()
    assert "prescriber@alder.example.org" in page
    assert "Not set up" in page
    assert "biller@alder.example.org" not in page


def test_another_organizations_staff_is_not_on_the_list(place: Center) -> None:
    with center("other", (Role.NURSE,)):
        pass
    assert "@other.example.org" not in place.client(Role.MANAGER).get("/people/").content.decode()


def test_roles_are_those_at_the_chosen_site(place: Center) -> None:
    user = place.users[Role.INTAKE]
    second = Site.objects.create(
        organization=place.organization, name="Birch Hill", time_zone="America/New_York", opens_at="07:00", closes_at="19:00"
    )
    Membership.objects.create(organization=place.organization, user=user, site=second, role=Role.BILLER.value)
    client = place.client(Role.INTAKE)
    assert client.get("/intake/").status_code == 200
    assert client.get("/charges/").status_code == 403
    assert client.post("/people/me/site/", {"site": str(second.id)}).status_code == 302
    assert client.get("/charges/").status_code == 200
    assert client.get("/intake/").status_code == 403
