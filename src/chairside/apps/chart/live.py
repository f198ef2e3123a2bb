"""Live boards: in each process one painter a site draws the board after each change and each minute, and hands the text to all.

A stream lives a minute: then the page asks for it again, and so passes the gate anew, whatever a lock, a device or a role has
become. Within the minute a text goes only to those of whose log-in nothing has changed; the others are asked to come again.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse

from chairside.apps.audit.notify import CHANNEL
from chairside.apps.chart.shared import Drawing, View, drawing
from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope
from chairside.apps.organizations.models import Site
from chairside.apps.people.let_in import Login, login_marks
from chairside.web import sse

LIFE_SECONDS = 60.0
_RETRY_MILLISECONDS, _AFTER_A_FAILURE = 200, 5000
_SPREAD_SECONDS = 5  # over which the sites of a process follow the minute, each at its own second
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Watcher:
    """One open board. `shown` names the drawing that it shows; `mark` is what let its person in."""

    view: View
    login: Login
    mark: str
    shown: str
    message: bytes = b""
    ended: bool = False
    come_again: int = _RETRY_MILLISECONDS
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, come_again: int = _RETRY_MILLISECONDS) -> None:
        self.ended, self.come_again = True, come_again
        self.ready.set()


class Room:
    """The boards of one site that are open in this process."""

    def __init__(self, site: UUID, organization: UUID) -> None:
        self.site, self.organization = site, organization
        self.watchers: set[Watcher] = set()
        self._changes: sse.Client | None = None
        self._task: asyncio.Task[None] | None = None

    def enter(self, watcher: Watcher) -> None:
        self.watchers.add(watcher)
        if self._task is None or self._task.done():
            self._changes = sse.hub(CHANNEL).join([f"site:{self.site}"])
            self._task = asyncio.get_running_loop().create_task(self._paint_on())
        if self._changes is not None:
            self._changes.ready.set()  # what changed while its page loaded

    def leave(self, watcher: Watcher) -> None:
        self.watchers.discard(watcher)
        if not self.watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _paint_on(self) -> None:
        hub, changes = sse.hub(CHANNEL), self._changes
        assert changes is not None
        again = _RETRY_MILLISECONDS
        try:
            while not hub.closing:
                try:
                    async with asyncio.timeout(_until_next_minute(self.site)):
                        await changes.ready.wait()
                except TimeoutError:
                    pass
                changes.ready.clear()
                changes.pending.clear()
                if not hub.closing:
                    await self._paint()
        except Exception:  # no board is left open that nobody paints: each comes again, and hears what is wrong
            _log.exception("the boards of a site could not be drawn")
            again = _AFTER_A_FAILURE
        finally:
            hub.leave(changes)
            for watcher in self.watchers:
                watcher.end(again)

    async def _paint(self) -> None:
        watching = list(self.watchers)
        drawn = await sync_to_async(_drawings, thread_sensitive=False)(self.site, self.organization, watching)
        messages = {found.name: _message(found) for found in set(drawn.values())}
        for watcher in watching:
            if watcher not in drawn:
                watcher.end()
            elif watcher.shown != drawn[watcher].name:
                watcher.shown = drawn[watcher].name
                watcher.message = messages[watcher.shown]
                watcher.ready.set()


def _drawings(place: UUID, organization: UUID, watching: list[Watcher]) -> dict[Watcher, Drawing]:
    """The board for each watcher whose log-in stands as it was let in; one drawing a view."""
    try:
        with organization_scope(organization):
            site, at = Site.objects.get(pk=place), clock.now()
            found = {view: drawing(site, view, at) for view in {watcher.view for watcher in watching}}
            marks = login_marks(watcher.login for watcher in watching)  # after the rows: nobody is sent what came later
            return {watcher: found[watcher.view] for watcher in watching if marks.get(watcher.login) == watcher.mark}
    finally:
        if not connection.in_atomic_block:
            connection.close()  # this thread may never come again


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[UUID, Room]] = WeakKeyDictionary()


async def _stream(site: UUID, organization: UUID, watcher: Watcher) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    rooms = _rooms.setdefault(loop, {})
    room = rooms.setdefault(site, Room(site, organization))
    until = loop.time() + LIFE_SECONDS * random.uniform(0.8, 1.0)  # they do not all come again at once
    room.enter(watcher)
    try:
        yield b"retry: %d\n\n" % _RETRY_MILLISECONDS + _clock()
        while not watcher.ended and loop.time() < until:
            try:
                async with asyncio.timeout(min(sse.PING_SECONDS, until - loop.time())):
                    await watcher.ready.wait()
            except TimeoutError:
                yield _clock()
                continue
            watcher.ready.clear()
            if watcher.message:
                yield _clock() + watcher.message
                watcher.message = b""
        yield b"retry: %d\n\n" % watcher.come_again
    finally:
        room.leave(watcher)
        if not room.watchers:
            rooms.pop(site, None)


def board_response(site: Site, watcher: Watcher) -> StreamingHttpResponse:
    """The stream of a board: the server's time, and the board whenever it is another one."""
    return sse.streaming(_stream(site.pk, site.organization_id, watcher))


def _message(found: Drawing) -> bytes:
    lines = "".join(f"data: {line}\n" for line in found.text.splitlines() if line.strip())
    return f"event: board\nid: {found.name}\n{lines}\n".encode()


def _clock() -> bytes:
    return f"event: clock\ndata: {clock.now().isoformat()}\n\n".encode()


def _until_next_minute(site: UUID) -> float:
    now = clock.now()
    return 60 - now.second - now.microsecond / 1e6 + site.int % (_SPREAD_SECONDS * 1000) / 1000 + 0.05
