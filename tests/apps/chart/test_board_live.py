"""The board's stream end to end: a change is on every open board, and on none that lost its right."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.urls import reverse

from chairside.apps.chart import live, shared
from chairside.apps.chart.board import today
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.models import Membership, User
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db(transaction=True)


class Stream:
    """One open request at the ASGI application, as a browser's EventSource makes it."""

    def __init__(self, address: str, cookie: str) -> None:
        self.sent: asyncio.Queue[dict] = asyncio.Queue()
        self.gone = asyncio.Event()
        path, _, query = address.partition("?")
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"127.0.0.1"), (b"cookie", f"sessionid={cookie}".encode())],
        }
        self.started = False
        self.text = ""

    async def receive(self) -> dict:
        if not self.started:
            self.started = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def until(self, text: str, seconds: float) -> float:
        """How long it took until this text came."""
        begun = time.monotonic()
        while True:
            message = await asyncio.wait_for(self.sent.get(), seconds - (time.monotonic() - begun))
            self.text += message.get("body", b"").decode()
            if text in message.get("body", b"").decode():
                return time.monotonic() - begun

    async def rest(self, seconds: float) -> str:
        """What still comes until the server ends the stream."""
        found = ""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.sent.get()
                found += message.get("body", b"").decode()
                if not message.get("more_body", False):
                    return found

    async def head(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), 5)


@asynccontextmanager
async def streams(*asked: tuple[str, str]) -> AsyncIterator[list[Stream]]:
    """Open streams, by address and cookie, each of which has its first board."""
    from chairside.config.asgi import application

    opened = [Stream(*each) for each in asked]
    serving = [asyncio.create_task(application(one.scope, one.receive, one.sent.put)) for one in opened]
    for stream in opened:
        head = await stream.head()
        assert head["status"] == 200
        assert (b"X-Accel-Buffering", b"no") in head["headers"]
        await stream.until("event: clock", 5)
        await stream.until("event: board", 5)
    yield opened
    for stream in opened:
        stream.gone.set()
    await asyncio.wait_for(asyncio.gather(*serving, return_exceptions=True), 5)


def changes(cast, work):
    """This work on another connection, in the cast's scope."""

    def run() -> None:
        with organization_scope(cast.organization.pk):
            work()

    return sync_to_async(run, thread_sensitive=False)()


def cookie_of(client) -> str:
    return client.cookies["sessionid"].value


def test_a_change_on_another_connection_is_on_every_board_within_a_second(browse, monkeypatch):
    drawn = []
    monkeypatch.setattr(shared, "today", lambda *asked: drawn.append(asked) or today(*asked))
    with story.center() as cast:
        staff, wall = cookie_of(browse(cast, "nurse")), cookie_of(browse(cast, "second"))
        address = reverse("board:live")

        async def listen() -> float:
            async with streams((address, staff), (address, staff), (f"{address}?view=wall", wall)) as (one, two, three):
                drawn.clear()
                await changes(cast, lambda: cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk"))
                took = max([await stream.until("being assessed", 5) for stream in (one, two, three)])
                assert "Moreno" in one.text
                assert "Moreno" not in three.text
                return took

        assert asyncio.run(listen()) < 1
    assert len(drawn) == 2  # one for staff, one for walls; whoever looks


@pytest.mark.parametrize("how", ["log-out", "role taken away", "no longer active", "another site chosen"])
def test_who_was_let_in_otherwise_is_sent_nothing_more(browse, how):
    with story.center() as cast:
        client = browse(cast, "nurse")
        cookie = cookie_of(client)

        def change() -> None:
            if how == "log-out":
                Session.objects.filter(pk=cookie).delete()
            elif how == "role taken away":
                Membership.objects.filter(user=cast.users["nurse"]).delete()
            elif how == "no longer active":
                assert User.objects.filter(pk=cast.users["nurse"].pk).update(is_active=False)
            else:
                session = client.session
                session["site"] = "another"
                session.save()
            cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")

        async def listen() -> str:
            async with streams((reverse("board:live"), cookie)) as (stream,):
                await changes(cast, change)
                return await stream.rest(5)

        assert "event: board" not in asyncio.run(listen())


def test_a_stream_lives_a_minute_and_then_passes_the_gate_again(browse, monkeypatch):
    monkeypatch.setattr(live, "LIFE_SECONDS", 0.5)
    with story.center() as cast:
        cookie = cookie_of(browse(cast, "nurse"))

        async def listen() -> str:
            async with streams((reverse("board:live"), cookie)) as (stream,):
                return await stream.rest(5)

        asyncio.run(listen())


def test_a_board_that_cannot_be_drawn_ends_its_streams_and_asks_for_patience(browse, monkeypatch, caplog):
    with story.center() as cast:
        cookie = cookie_of(browse(cast, "nurse"))

        def fail(*asked: object) -> None:
            raise ValueError("broken")

        async def listen() -> str:
            async with streams((reverse("board:live"), cookie)) as (stream,):
                monkeypatch.setattr(shared, "today", fail)
                await changes(cast, lambda: cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk"))
                return await stream.rest(5)

        assert "retry: 5000" in asyncio.run(listen())
    assert "could not be drawn" in caplog.text


def test_a_board_that_shows_the_newest_drawing_is_not_sent_it_again(browse):
    from chairside.config.asgi import application

    with story.center() as cast:
        client = browse(cast, "nurse")
        cookie = cookie_of(client)
        page = client.get(reverse("board:page")).content.decode()
        seen = page.partition('id="board-seen" value="')[2][:32]

        async def listen() -> None:
            stream = Stream(f"{reverse('board:live')}?seen={seen}", cookie)
            serving = asyncio.create_task(application(stream.scope, stream.receive, stream.sent.put))
            await stream.until("event: clock", 5)
            await changes(cast, lambda: cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk"))
            await stream.until("being assessed", 5)
            assert stream.text.count("event: board") == 1
            stream.gone.set()
            await asyncio.wait_for(asyncio.gather(serving, return_exceptions=True), 5)

        asyncio.run(listen())


def test_a_visit_of_another_organization_cannot_be_listened_to(browse):
    with story.center("north") as north:
        visit = north.visit
    with story.center("south") as south:
        assert browse(south, "nurse").get(reverse("visit:live", args=[visit.pk])).status_code == 404


def test_a_stranger_hears_nothing(client):
    assert client.get(reverse("board:live"), HTTP_HOST="127.0.0.1").status_code == 302
