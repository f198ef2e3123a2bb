"""Live streams: the hub's bookkeeping, without a database."""

from __future__ import annotations

import asyncio

import pytest

from chairside.web import sse


def told(client: sse.Client) -> set[str]:
    found = set(client.pending)
    client.pending.clear()
    return found


def hub_without_listener() -> sse.Hub:
    async def make() -> sse.Hub:
        return sse.Hub("chairside")

    return asyncio.run(make())


def join(hub: sse.Hub, *topics: str) -> sse.Client:
    client = sse.Client(frozenset(topics))
    for topic in topics:
        hub.clients.setdefault(topic, set()).add(client)
        hub.versions.setdefault(topic, 0)
    return client


def test_a_page_hears_of_its_own_topics_only():
    hub = hub_without_listener()
    mine, other = join(hub, "site:a"), join(hub, "site:b")
    hub.tell("site:a")
    assert (told(mine), told(other)) == ({"site:a"}, set())


def test_a_page_that_reads_slowly_costs_no_more_than_its_topics():
    hub = hub_without_listener()
    slow = join(hub, "site:a")
    for _ in range(1000):
        hub.tell("site:a")
    assert len(slow.pending) == 1


def test_nothing_is_kept_of_topics_that_nobody_asked_for():
    hub = hub_without_listener()
    hub.tell("visit:unknown")
    assert not hub.versions


def test_closing_ends_every_stream():
    async def run() -> list[str]:
        hub = sse.hub("nowhere")
        hub._task = asyncio.get_running_loop().create_task(asyncio.sleep(60))  # stands for the listener
        lines = []

        async def read() -> None:
            async for line in sse.stream(["site:a"], "nowhere"):
                lines.append(line)

        reader = asyncio.create_task(read())
        await asyncio.sleep(0.05)
        hub.close()
        await asyncio.wait_for(reader, 2)
        return lines

    lines = asyncio.run(run())
    assert lines[0].startswith("retry:")
    assert "event: site" in lines[1]


def test_a_busy_stream_pings_with_every_change():
    """Else the page takes a stream that is never quiet for dead, and opens it anew every twenty seconds."""

    async def run() -> list[str]:
        hub = sse.hub("nowhere")
        hub._task = asyncio.get_running_loop().create_task(asyncio.sleep(60))  # stands for the listener
        lines = []
        async for line in sse.stream(["site:a"], "nowhere"):
            lines.append(line)
            if len(lines) in (3, 5):
                hub.tell("site:a")
            if len(lines) == 7:
                break
        return lines

    names = [line.partition("\n")[0] for line in asyncio.run(run())[1:]]
    assert names == ["event: site", "event: ping"] * 3


@pytest.mark.parametrize("turns", range(3))
def test_a_page_that_leaves_at_the_moment_of_a_change_is_gone(turns):
    """Else its stream, and the request behind it, would stay open until the server stops."""

    async def leave_meanwhile() -> tuple[bool, bool]:
        hub = sse.hub("chairside")
        hub._task = asyncio.create_task(asyncio.Event().wait())  # somebody listens already
        page = sse.stream(["site:a"], "chairside")
        await anext(page), await anext(page)
        waiting = asyncio.create_task(anext(page))
        await asyncio.sleep(0.01)
        hub.tell("site:a")
        for _ in range(turns):
            await asyncio.sleep(0)
        asked = waiting.cancel()
        await asyncio.wait([waiting], timeout=5)
        return asked, waiting.cancelled()

    asked, gone = asyncio.run(leave_meanwhile())
    assert gone or not asked
