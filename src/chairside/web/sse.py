"""Live screens: one LISTEN connection a process, fanned out in memory to every open page as server-sent events.

A message is a topic (`site:<id>`) and nothing else: pages fetch the changed fragment themselves, so no word about a
person passes here. Who may hear which topic is the caller's question. The listener needs a direct connection: a
transaction pooler breaks LISTEN.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import threading
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections
from django.http import StreamingHttpResponse
from psycopg.conninfo import make_conninfo

PING_SECONDS = 15.0
_RETRY_MILLISECONDS = 2000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_counter = itertools.count(1)


@dataclass(eq=False)
class Client:
    """One open page. What is pending is a set of topics, so a slow page costs no more than the topics it asked for."""

    topics: frozenset[str]
    pending: dict[str, int] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, topic: str, version: int) -> None:
        self.pending[topic] = version
        self.ready.set()


class Hub:
    """The listener of one event loop and its clients. It listens while anybody does."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.clients: dict[str, set[Client]] = {}
        self.versions: dict[str, int] = {}
        self.closing = False
        self._task: asyncio.Task[None] | None = None
        self._hooked = False

    def join(self, topics: Iterable[str]) -> Client:
        client = Client(frozenset(topics))
        for topic in client.topics:
            self.clients.setdefault(topic, set()).add(client)
            client.tell(topic, self.versions.setdefault(topic, next(_counter)))  # what changed while the page loaded
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
            self._end_with_the_server()
        return client

    def leave(self, client: Client) -> None:
        for topic in client.topics:
            others = self.clients.get(topic, set())
            others.discard(client)
            if not others:
                self.clients.pop(topic, None)
                self.versions.pop(topic, None)
        if not self.clients and self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self.closing = True
        for client in {client for group in self.clients.values() for client in group}:
            client.ready.set()
        if self._task is not None:
            self._task.cancel()

    def tell(self, topic: str) -> None:
        if topic not in self.versions:
            return  # nobody has asked
        version = self.versions[topic] = next(_counter)
        for client in self.clients.get(topic, ()):
            client.tell(topic, version)

    async def _listen(self) -> None:
        pause = _FIRST_PAUSE
        while not self.closing:
            try:
                async with await psycopg.AsyncConnection.connect(_address(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {self.channel}")
                    pause = _FIRST_PAUSE
                    for topic in list(self.versions):
                        self.tell(topic)  # while nobody listened, anything may have changed
                    await self._hear(connection)
            except (psycopg.Error, OSError):
                pass  # the database restarts or the network is gone: the pages keep their streams and we try again
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _hear(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while True:
            async for message in connection.notifies(timeout=PING_SECONDS):
                self.tell(message.payload)
            await connection.execute("SELECT 1")  # a connection that died in silence shows itself here

    def _end_with_the_server(self) -> None:
        """A server that is told to stop waits for open answers; ours never end by themselves, so they are told too."""
        if self._hooked or threading.current_thread() is not threading.main_thread():
            return
        self._hooked = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if not callable(before):
                continue

            def handle(received, frame, before=before):  # type: ignore[no-untyped-def]
                if not loop.is_closed():
                    loop.call_soon_threadsafe(self.close)
                before(received, frame)

            signal.signal(number, handle)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub(channel: str) -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub(channel))


async def stream(topics: Iterable[str], channel: str) -> AsyncIterator[str]:
    """Events for one page until it leaves or the server stops: named by the topic's first word, with the topic as data."""
    mine = hub(channel)
    client = mine.join(topics)
    try:
        yield f"retry: {_RETRY_MILLISECONDS}\n\n"
        while not mine.closing:
            try:
                async with asyncio.timeout(PING_SECONDS):  # wait_for would swallow a leaving that comes together with a change
                    await client.ready.wait()
            except TimeoutError:
                pass
            client.ready.clear()
            for topic, number in _taken(client):
                yield f"event: {topic.partition(':')[0]}\nid: {number}\ndata: {topic}\n\n"
            yield "event: ping\ndata: still here\n\n"  # quiet or busy, the page knows by it that it is still connected
    finally:
        mine.leave(client)


def _taken(client: Client) -> list[tuple[str, int]]:
    found = list(client.pending.items())
    client.pending.clear()
    return found


def live_response(topics: Iterable[str], channel: str) -> StreamingHttpResponse:
    """The answer that a page's EventSource reads."""
    return streaming(stream(tuple(topics), channel))


def streaming(parts: AsyncIterator[str] | AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Server-sent events as an answer that no proxy holds back and no cache keeps."""
    response = StreamingHttpResponse(parts, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _address() -> str:
    found = connections["default"].settings_dict
    options = {key: value for key, value in found["OPTIONS"].items() if key not in ("pool", "application_name")}
    return make_conninfo(
        "",
        dbname=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        host=found["HOST"],
        port=found["PORT"],
        application_name="chairside live",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        **options,
    )
