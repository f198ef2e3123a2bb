"""The locked screen of an enrolled device: STOP and REACTION without a person; who says afterwards that it was them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Site
from chairside.apps.people.devices import device_actor
from chairside.apps.scheduling.models import Chair
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services import event_append
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.events import KINDS
from chairside.core.visit.values import Mode
from tests.apps.people import at_devices as at
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db
NAMES = ("Moreno", "Alba", "MRN-1", "1968", "inFLIXimab", "infliximab")


@pytest.fixture
def cast(settings: Any) -> Iterator[story.Cast]:
    """The drug runs on chair 1; the shell's clock stands where the story stands."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with story.center() as made:
        story.run(made)
        settings.CLOCK_OFFSET_SECONDS = (made.at - datetime.now(UTC)).total_seconds()
        yield made


def tablet(cast: story.Cast) -> Client:
    return at.enrolled(cast.site, chair=Chair.objects.get(site=cast.site, name="Chair 1").pk)[0]


def tap(client: Client, cast: story.Cast, what: str = "pause", key: object = None) -> Any:
    return client.post(f"/locked/visits/{cast.visit.pk}/{what}/", {"key": str(key or uuid4())})


def unclaimed(cast: story.Cast) -> frozenset[str]:
    cast.visit.refresh_from_db()
    return state_of(cast.visit, plan_of(cast.visit)).unclaimed


# ---- what stands there ----


def test_it_shows_chair_and_initials_and_nothing_else_of_a_patient(cast: story.Cast) -> None:
    client = tablet(cast)
    for path in ("/locked/", "/locked/visits/"):
        html = client.get(path).content.decode()
        assert "Chair 1" in html
        assert "A. M." in html
        assert not [word for word in NAMES if word in html], path


def test_a_tablet_shows_the_visit_of_its_own_chair_first(cast: story.Cast) -> None:
    chair = Chair.objects.create(organization=cast.organization, site=cast.site, name="Chair 9", place=0)
    cast.visit.pk, cast.visit.appointment, cast.visit.chair = uuid4(), None, chair
    cast.visit.save(force_insert=True)
    shown = re.findall(r"<h3>([^<]*)</h3>", tablet(cast).get("/locked/").content.decode())
    assert shown == ["Chair 1", "Chair 9"], "though chair 9 comes first on the board"


def test_a_visit_that_is_over_is_not_there(cast: story.Cast) -> None:
    story.finish(cast)
    assert "Chair 1" not in tablet(cast).get("/locked/visits/").content.decode()


def test_the_board_stays_without_names_links_or_rights(cast: story.Cast) -> None:
    client = tablet(cast)
    at.log_in(client, cast.users["nurse"])
    assert "Moreno" in client.get("/board/").content.decode()
    at.lock(client)
    for nobody in (client, tablet_named(cast, "Hall")):
        for path in ("/board/", "/board/fragment/", "/board/?view=mine"):
            answer = nobody.get(path)
            html = answer.content.decode()
            assert answer.status_code == 200, path
            assert "A. M." in html
            assert not [word for word in NAMES if word in html], path
            assert f"/visits/{cast.visit.pk}" not in html, path


def tablet_named(cast: story.Cast, name: str) -> Client:
    return at.enrolled(cast.site, name, "wall")[0]


# ---- the tap ----


def test_stop_is_one_tap_and_says_what_to_do(cast: story.Cast) -> None:
    client = tablet(cast)
    answer = tap(client, cast)
    assert answer.status_code == 302
    row = VisitEvent.objects.get(kind="paused")
    assert (row.actor_name, row.actor_roles, row.mode) == ("Chair 1 tablet", "device", "live")
    assert row.device == row.actor
    html = client.get(answer["Location"]).content.decode()
    assert re.search(r"Stop the pump\. Recorded \d\d:\d\d\.", html)
    assert "STOP recorded" in html
    assert unclaimed(cast) == {str(row.pk)}


def test_reaction_is_one_tap(cast: story.Cast) -> None:
    client = tablet(cast)
    html = client.get(tap(client, cast, "reaction")["Location"]).content.decode()
    assert re.search(r"Reaction recorded \d\d:\d\d\. If a drug runs: stop the pump", html)
    assert VisitEvent.objects.filter(kind="reaction_recorded").count() == 1


def test_the_same_tap_again_is_the_same_entry(cast: story.Cast) -> None:
    client, key = tablet(cast), uuid4()
    for _ in range(3):
        assert tap(client, cast, key=key).status_code == 302
        assert tap(client, cast, "reaction", key=UUID(int=key.int + 1)).status_code == 302
    assert VisitEvent.objects.filter(kind="paused").count() == 1
    assert VisitEvent.objects.filter(kind="reaction_recorded").count() == 1


def test_an_old_page_still_stops_a_drug_that_was_started_again(cast: story.Cast) -> None:
    client, key = tablet(cast), uuid4()
    tap(client, cast, key=key)
    cast.must(e.Resumed(story.DRUG, quantity("60", "mL/h"), "settled", pump_volume=quantity("1", "mL")), minutes=1)
    tap(client, cast, key=key)
    assert VisitEvent.objects.filter(kind="paused").count() == 2


def test_a_tap_without_a_key_counts(cast: story.Cast) -> None:
    assert tablet(cast).post(f"/locked/visits/{cast.visit.pk}/pause/", {"key": "nonsense"}).status_code == 302
    assert VisitEvent.objects.filter(kind="paused").count() == 1


def test_stop_on_a_page_that_was_locked_meanwhile_is_taken_by_the_device(cast: story.Cast) -> None:
    client = tablet(cast)
    at.log_in(client, cast.users["nurse"])
    at.lock(client)
    key = uuid4()
    answer = client.post(f"/visits/{cast.visit.pk}/pause/", {"key": str(key)}, follow=True)
    assert answer.redirect_chain[0] == (f"/locked/visits/{cast.visit.pk}/pause/", 307)
    assert "Stop the pump. Recorded" in answer.content.decode()
    row = VisitEvent.objects.get(kind="paused")
    assert (row.pk, row.actor_roles) == (key, "device")
    other = client.post(f"/visits/{cast.visit.pk}/events/note/", {"text": "x"})
    assert other["Location"] == "/locked/", "and nothing else is"


def test_from_the_board_it_leads_to_the_locked_screen(cast: story.Cast) -> None:
    client = tablet(cast)
    at.log_in(client, cast.users["nurse"])
    at.lock(client)
    answer = client.post(f"/visits/{cast.visit.pk}/pause/", follow=True, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/locked/?done=")


# ---- who may not ----


def test_a_browser_that_is_not_enrolled_taps_nothing(cast: story.Cast) -> None:
    answer = tap(at.browser(), cast)
    assert answer["Location"].startswith("/accounts/login/")
    assert not VisitEvent.objects.filter(kind="paused").exists()


def test_a_device_of_another_site_gets_404(cast: story.Cast) -> None:
    other = Site.objects.create(
        organization=cast.organization, name="Uptown", time_zone="America/Chicago", opens_at="07:00", closes_at="19:00"
    )
    client = at.enrolled(other, "Uptown tablet")[0]
    assert tap(client, cast).status_code == 404
    assert "Chair 1" not in client.get("/locked/").content.decode()
    assert "A. M." not in client.get("/board/").content.decode()


def test_a_device_of_another_organization_gets_404(cast: story.Cast) -> None:
    with story.center("south") as south:
        client = at.enrolled(south.site, "South tablet")[0]
    with organization_scope(cast.organization.pk):
        assert tap(client, cast).status_code == 404
        assert not VisitEvent.objects.filter(kind="paused").exists()


def test_a_tap_from_another_page_is_refused(cast: story.Cast) -> None:
    """CSRF protection stays on: a page elsewhere cannot press STOP through the device's cookie."""
    enrolled = tablet(cast)
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.cookies.update(enrolled.cookies)
    assert tap(client, cast).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/locked/").content.decode())
    assert token
    address = f"/locked/visits/{cast.visit.pk}/pause/"
    assert client.post(address, {"key": str(uuid4()), "csrfmiddlewaretoken": token.group(1)}).status_code == 302
    assert VisitEvent.objects.filter(kind="paused").count() == 1


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://127.0.0.1"}])
def test_a_locked_page_with_an_old_token_still_stops(cast: story.Cast, said: dict[str, str]) -> None:
    """Somebody has come in in another tab meanwhile. The tap is the device's, and its visit asks who it was."""
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.cookies.update(tablet(cast).cookies)
    client.force_login(cast.users["nurse"], "allauth.account.auth_backends.AuthenticationBackend")
    address = f"/locked/visits/{cast.visit.pk}/pause/"
    old = {"key": str(uuid4()), "csrfmiddlewaretoken": "x" * 64}
    answer = client.post(address, old, headers=said, follow=True)
    assert answer.redirect_chain[-1] == (f"/visits/{cast.visit.pk}/", 302)
    html = answer.content.decode()
    assert re.search(r"Stop the pump\. Recorded \d\d:\d\d\.", html)
    assert re.search(r"Who pressed STOP at \d\d:\d\d\?", html)
    assert VisitEvent.objects.get(kind="paused").actor_roles == "device"


@pytest.mark.parametrize(
    "said", [{}, {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, {"Origin": "null"}]
)
def test_an_old_token_without_the_browsers_word_gets_stop_again(cast: story.Cast, said: dict[str, str]) -> None:
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.cookies.update(tablet(cast).cookies)
    address = f"/locked/visits/{cast.visit.pk}/pause/"
    answer = client.post(address, {"key": str(uuid4()), "csrfmiddlewaretoken": "x" * 64}, headers=said)
    assert answer.status_code == 403
    assert not VisitEvent.objects.filter(kind="paused").exists()
    html = answer.content.decode()
    assert f'action="{address}"' in html
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert token
    assert client.post(address, {"key": str(uuid4()), "csrfmiddlewaretoken": token.group(1)}).status_code == 302


@pytest.mark.parametrize("path", ["", "card/", "now/", "flow/", "live/", "record/", "record.pdf"])
def test_a_locked_session_is_told_nothing_of_a_visit(cast: story.Cast, path: str) -> None:
    client = tablet(cast)
    at.log_in(client, cast.users["nurse"])
    at.lock(client)
    for headers in ({}, {"HX-Request": "true"}, {"Accept": "text/event-stream"}, {"Sec-Fetch-Mode": "cors"}):
        answer = client.get(f"/visits/{cast.visit.pk}/{path}", headers=headers)
        assert (answer.status_code, len(answer.content)) in {(302, 0), (200, 0), (204, 0), (401, 22)}, headers
        assert not answer.streaming


@pytest.mark.parametrize("mode", list(Mode))
def test_the_device_may_enter_two_kinds_of_event_and_no_other(cast: story.Cast, mode: Mode) -> None:
    _, device = at.enrolled(cast.site)
    allowed = ("paused", "reaction_recorded")
    for kind in sorted(KINDS, key=lambda name: name in allowed):  # these last, so that the others are asked of the same visit
        decision = event_append(
            visit=cast.visit,
            event_id=uuid4(),
            payload=made(KINDS[kind]),
            actor=device_actor(device),
            device=str(device.pk),
            at=cast.at,
            mode=mode,
            claimed_at=cast.at if mode is Mode.REPORTED else None,
            expected_sequence=VisitEvent.objects.filter(visit=cast.visit).count(),
        )
        if kind in allowed:
            assert decision.allowed, decision.reasons
        else:
            assert "not_permitted" in {reason.code for reason in decision.reasons}, (kind, decision.reasons)
            assert not VisitEvent.objects.filter(actor=str(device.pk)).exists(), kind


def made(kind: type[e.Payload]) -> e.Payload:
    """An event of this kind with something of the right shape in each field that has no default."""
    needed = [item for item in dataclasses.fields(kind) if item.default is dataclasses.MISSING]  # type: ignore[arg-type]
    needed = [item for item in needed if item.default_factory is dataclasses.MISSING]
    return kind(**{item.name: _some(str(item.type)) for item in needed})


def _some(kind: str) -> Any:
    shapes: dict[str, Any] = {
        "str": "x",
        "bool": True,
        "int": 1,
        "datetime": story.NINE,
        "date": date(2027, 1, 1),
        "Quantity": quantity("60", "mL/h"),
        "Identifiers": story.SAID,
        "tuple": (),
    }
    return next((value for name, value in shapes.items() if kind.startswith(name)), None)


# ---- who was it? ----


def test_the_person_says_that_it_was_them_by_one_tap(cast: story.Cast) -> None:
    client = tablet(cast)
    nurse = cast.users["nurse"]
    at.log_in(client, nurse)
    at.set_pin(client)
    at.lock(client)
    tap(client, cast)
    answer = at.come_in(client, nurse, next="/people/me/")
    assert answer["Location"] == f"/visits/{cast.visit.pk}/", "they are led to what waits for them"
    html = client.get(answer["Location"]).content.decode()
    asked = re.search(r"Who pressed STOP at \d\d:\d\d\?", html)
    assert asked
    form = html[asked.start() :]
    data = {
        name: re.search(rf'name="{name}" value="([^"]+)"', form).group(1)  # type: ignore[union-attr]
        for name in ("key", "sequence", "event")
    }
    cast.must(story.vitals(site_ok=True), "second")  # somebody records something meanwhile: it was them all the same
    for _ in range(2):
        assert client.post(f"/visits/{cast.visit.pk}/events/claim/", data).status_code == 302
    row = VisitEvent.objects.get(kind="claimed")
    assert row.actor == str(nurse.pk)
    assert not unclaimed(cast)
    record = client.get(f"/visits/{cast.visit.pk}/record/").content.decode()
    assert re.search(r"Chair 1 tablet, locked screen; pressed by Nurse, who said so \d\d:\d\d", record)
    assert re.search(r"It was me: Paused \d\d:\d\d</strong><br>pressed on the locked screen of Chair 1 tablet", record)
    assert "Who pressed" not in client.get(f"/visits/{cast.visit.pk}/").content.decode()
    assert "STOP recorded" not in client.get("/locked/visits/").content.decode()


def test_a_part_that_is_answered_after_somebody_came_in_takes_no_cookie_away(cast: story.Cast) -> None:
    client = tablet(cast)
    at.log_in(client, cast.users["nurse"])
    at.set_pin(client)
    at.lock(client)
    client.get("/locked/")
    before = Client(HTTP_HOST="127.0.0.1")
    before.cookies.update(client.cookies)
    at.come_in(client, cast.users["nurse"])
    late = before.get("/locked/visits/", headers={"HX-Request": "true"})
    assert "Chair 1" in late.content.decode()
    assert not {"sessionid", "csrftoken"} & set(late.cookies)
    assert at.is_in(client, cast.users["nurse"])


def test_who_may_not_enter_sees_the_question_and_no_button(cast: story.Cast, browse: Any) -> None:
    tap(tablet(cast), cast)
    for path, headers in (("", {}), ("now/", {"HX-Request": "true"})):
        html = browse(cast, "desk").get(f"/visits/{cast.visit.pk}/{path}", headers=headers).content.decode()
        assert html.count("<strong>Who pressed STOP") == 1
        assert "It was me" not in html


def test_two_people_at_one_tablet_are_two_log_ins_for_the_double_check(settings: Any) -> None:
    """H-013: each comes in by PIN, and what they enter carries two sessions; the same person twice stays the same person."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with story.center() as cast:
        settings.CLOCK_OFFSET_SECONDS = (cast.at - datetime.now(UTC)).total_seconds()
        client = tablet(cast)
        for who in ("nurse", "second"):
            other = at.enrolled(cast.site, f"Desk of {who}")[0]
            at.log_in(other, cast.users[who])
            at.set_pin(other)
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")
        for who in ("nurse", "second", "nurse"):
            at.come_in(client, cast.users[who])
            client.post(f"/visits/{cast.visit.pk}/reaction/", {"key": str(uuid4())})
            at.lock(client)
        rows = VisitEvent.objects.filter(kind="reaction_recorded").order_by("sequence").values_list("actor", "session")
        (first, one), (second, two), (again, three) = rows
        assert first == again != second
        assert len({one, two, three}) == 3
