"""Many boards: an entry is accepted, and every open board of its site has its new text from the stream that it holds open.

At one of the sites 40 visits are in progress, each with a log of 60 to 120 events; every board has a log-in of its own.

    python -m tests.bench.board_live [--boards 500] [--sites 10] [--visits 40] [--entries 40] [--data FOLDER]
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench import figures
from tests.bench.board_day import busy_morning
from tests.bench.demo import Demo, demo, words

_PATIENCE = 30.0
_BUDGET = "p99 < 250 ms"
_FRAGMENT = "p95 < 150 ms"


@dataclass
class Site:
    """A center with a visit in progress, and log-ins of people who look at its board."""

    cast: Any
    cookies: list[dict[str, str]]
    boards: list[Board] = field(default_factory=list)


@dataclass
class Board:
    """One open board. As the page does, it comes again when its stream ends. `heard` is set at each new text, whole."""

    cookies: dict[str, str]
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0
    shown: str = ""
    bytes: int = 0

    async def look(self, port: int) -> None:
        while True:
            await self._listen(port)

    async def _listen(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        writer.write(_request("GET", "/board/live/", self.cookies, event=self.shown))
        try:
            while True:
                event = await reader.readuntil(b"\n\n")
                self.bytes += len(event)
                _, is_board, text = event.partition(b"event: board\nid: ")
                if is_board:
                    self.shown, self.at = text[:32].decode(), time.perf_counter()
                    self.heard.set()
        except asyncio.IncompleteReadError:
            pass  # a minute is over
        finally:
            writer.close()


def _request(method: str, path: str, cookies: dict[str, str], form: dict[str, str] | None = None, event: str = "") -> bytes:
    body = urlencode({**form, "csrfmiddlewaretoken": cookies["csrftoken"]}).encode() if form else b""
    how = "Accept: text/event-stream" if path.endswith("/live/") else "Connection: close"
    kept = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", how, f"Cookie: {kept}"]
    head += [f"Last-Event-ID: {event}"] if event else []
    head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if form else []
    return "\r\n".join([*head, "", ""]).encode() + body


async def ask(port: int, request: bytes) -> tuple[int, float]:
    """Status, and when the whole answer was here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    content = await asyncio.wait_for(reader.read(), _PATIENCE)
    writer.close()
    return int(content.split(b" ", 2)[1]), time.perf_counter()


async def enter(port: int, site: Site, turn: int) -> tuple[float, float]:
    """One entry at a site: when it was sent, and when it was accepted."""
    form = {"key": str(uuid4()), "sequence": "0", "text": f"Note {turn}"}
    begun = time.perf_counter()
    status, accepted = await ask(port, _request("POST", f"/visits/{site.cast.visit.pk}/events/note/", site.cookies[0], form))
    assert status == 302, status
    return begun, accepted


async def entries(port: int, sites: list[Site], number: int) -> dict[str, list[float]]:
    """One entry after the other, a site after the other: when each board of the site had the new text."""
    took: dict[str, list[float]] = {"accepted": [], "sent": [], "text": []}
    for turn in range(number):
        site = sites[turn % len(sites)]
        for board in site.boards:
            board.heard.clear()
        begun, accepted = await enter(port, site, turn)
        await asyncio.wait_for(asyncio.gather(*(board.heard.wait() for board in site.boards)), _PATIENCE)
        took["accepted"].append(accepted - begun)
        took["sent"] += [board.at - begun for board in site.boards]
        took["text"] += [max(board.at - accepted, 0.0) for board in site.boards]  # the text may be there before the answer is
    return took


async def fragments(port: int, site: Site, number: int) -> dict[str, list[float]]:
    """The fragment fetched by itself: right after an entry, when it is drawn anew, and when it has been drawn."""
    took: dict[str, list[float]] = {"anew": [], "again": []}
    for turn in range(number):
        await enter(port, site, turn)
        for name in took:
            begun = time.perf_counter()
            status, at = await ask(port, _request("GET", "/board/fragment/", site.cookies[1]))
            assert status == 200, status
            took[name].append(at - begun)
    return took


async def measure(running: Demo, sites: list[Site], number: int) -> None:
    port = running.server.port
    alone = await fragments(port, sites[0], max(number // 2, 1))
    begun, looking = time.perf_counter(), []
    for site in sites:
        for board in site.boards:
            looking.append(asyncio.create_task(board.look(port)))
            await asyncio.wait_for(board.heard.wait(), _PATIENCE)
    boards = [board for site in sites for board in site.boards]
    print(f"{len(boards)} boards over {len(sites)} sites opened in {time.perf_counter() - begun:.1f} s")
    await entries(port, sites, len(sites))  # warm
    busy, begun = running.server.busy(), time.perf_counter()
    many = await entries(port, sites, number)
    one = await entries(port, sites[:1], max(number // 2, 1))
    used, seconds = running.server.busy() - busy, time.perf_counter() - begun
    for task in looking:
        task.cancel()
    print(figures.HEAD)
    print(figures.line("the busy site's fragment, anew", alone["anew"], _FRAGMENT))
    print(figures.line("the busy site's fragment, drawn", alone["again"], _FRAGMENT))
    print(figures.line("entry sent, accepted", many["accepted"]))
    print(figures.line("entry sent, text at every board", many["sent"]))
    print(figures.line("accepted, text at every board", many["text"], _BUDGET))
    print(figures.line("the same, the busy site alone", one["text"], _BUDGET))
    print(
        f"the server used {used / seconds:.0%} of a processor over {seconds:.0f} s; {boards[0].bytes} bytes to one busy board"
    )


def main() -> None:
    asked = words(
        "How soon every board has its text.",
        boards=(int, 500), sites=(int, 10), visits=(int, 40), entries=(int, 40),
    )  # fmt: skip
    with demo(asked.data, center=False) as running:
        sites = [_site(running, place, asked) for place in range(asked.sites)]
        print(figures.machine())
        asyncio.run(measure(running, sites, asked.entries))


def _site(running: Demo, place: int, asked: Any) -> Site:
    """A center of its own; the first is the busy one."""
    from chairside.apps.organizations import clock
    from chairside.apps.organizations.context import organization_scope
    from tests.apps.visit import cast as story

    with story.center(f"bench-{uuid4().hex[:8]}") as cast:
        story.run(cast)
        if place == 0:
            busy_morning(cast, asked.visits, clock.now())
    with organization_scope(cast.organization.pk):
        cookies = [running.cookies(cast.users["nurse"]) for _ in range(max(asked.boards // asked.sites, 2))]
    return Site(cast, cookies, [Board(each) for each in cookies[: asked.boards // asked.sites]])


if __name__ == "__main__":
    main()
