"""Live screens end to end: a change made on another connection is heard on an open stream in less than a second."""

from __future__ import annotations

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from chairside.apps.organizations.context import organization_scope
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
            if text in message.get("body", b"").decode():
                return time.monotonic() - begun

    async def head(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), 5)


def test_a_change_on_another_connection_is_heard_within_a_second(browse):
    from chairside.config.asgi import application

    with story.center() as cast:
        cookie = browse(cast, "nurse").cookies["sessionid"].value

        def change() -> None:
            with organization_scope(cast.organization.pk):
                cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")

        async def listen() -> float:
            stream = Stream(reverse("board:live"), cookie)
            serving = asyncio.create_task(application(stream.scope, stream.receive, stream.sent.put))
            head = await stream.head()
            assert head["status"] == 200
            assert (b"X-Accel-Buffering", b"no") in head["headers"]
            await stream.until("event: site", 5)  # what may have changed while the page loaded
            await stream.until("event: site", 5)  # the listener stands
            await sync_to_async(change, thread_sensitive=False)()
            took = await stream.until(f"data: site:{cast.site.pk}", 5)
            stream.gone.set()
            await asyncio.wait_for(asyncio.gather(serving, return_exceptions=True), 5)
            return took

        assert asyncio.run(listen()) < 1


def test_a_visit_of_another_organization_cannot_be_listened_to(browse):
    with story.center("north") as north:
        visit = north.visit
    with story.center("south") as south:
        assert browse(south, "nurse").get(reverse("visit:live", args=[visit.pk])).status_code == 404


def test_a_stranger_hears_nothing(client):
    assert client.get(reverse("board:live"), HTTP_HOST="127.0.0.1").status_code == 302
