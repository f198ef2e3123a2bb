"""Many boards: an entry is sent, word of it reaches every board of the site, and the new text is fetched.

First one board of the site fetches the fragment (the others share its rendering), then all of them do at once.

    python -m tests.bench.board_live [--boards 500] [--sites 10] [--entries 20] [--data FOLDER]
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.bench import figures
from tests.bench.demo import Demo, demo, words

_PATIENCE = 20.0
_BUDGET = "p99 < 250 ms"


@dataclass
class Site:
    """A center with a visit in progress, and somebody logged in there."""

    cast: Any
    cookies: dict[str, str]
    boards: list[Board] = field(default_factory=list)


@dataclass
class Board:
    """One open stream. `heard` is set at each word of a change."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    at: float = 0.0

    async def listen(self, port: int, cookies: dict[str, str]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_request("GET", "/board/live/", cookies))
        try:
            async for text in reader:
                if text.startswith(b"event: site"):
                    self.at = time.perf_counter()
                    self.heard.set()
        finally:
            writer.close()


def _request(method: str, path: str, cookies: dict[str, str], form: dict[str, str] | None = None) -> bytes:
    body = urlencode({**form, "csrfmiddlewaretoken": cookies["csrftoken"]}).encode() if form else b""
    how = "Accept: text/event-stream" if path.endswith("/live/") else "Connection: close"
    kept = "; ".join(f"{name}={value}" for name, value in cookies.items())
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", how, f"Cookie: {kept}"]
    head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"] if form else []
    return "\r\n".join([*head, "", ""]).encode() + body


async def ask(port: int, request: bytes) -> tuple[int, float]:
    """Status, and when the whole answer was here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    content = await asyncio.wait_for(reader.read(), _PATIENCE)
    writer.close()
    return int(content.split(b" ", 2)[1]), time.perf_counter()


async def entries(port: int, sites: list[Site], number: int, *, everybody: bool) -> dict[str, list[float]]:
    """One entry after the other, a site after the other."""
    took: dict[str, list[float]] = {"accepted": [], "word": [], "text": []}
    for turn in range(number):
        site = sites[turn % len(sites)]
        for board in site.boards:
            board.heard.clear()
        form = {"key": str(uuid4()), "sequence": "0", "text": f"Note {turn}"}
        path = f"/visits/{site.cast.visit.pk}/events/note/"
        begun = time.perf_counter()
        posted = asyncio.create_task(ask(port, _request("POST", path, site.cookies, form)))
        fetched = [asyncio.create_task(text_of(port, site, board)) for board in site.boards[: None if everybody else 1]]
        await asyncio.wait_for(asyncio.gather(*(board.heard.wait() for board in site.boards)), _PATIENCE)
        status, accepted = await posted
        assert status == 302, status
        took["accepted"].append(accepted - begun)
        took["word"] += [board.at - begun for board in site.boards]
        took["text"] += [at - begun for at in await asyncio.gather(*fetched)]
    return took


async def text_of(port: int, site: Site, board: Board) -> float:
    """When this board had its new text."""
    await board.heard.wait()
    status, at = await ask(port, _request("GET", "/board/fragment/", site.cookies))
    assert status == 200, status
    return at


async def measure(running: Demo, sites: list[Site], boards: int, number: int) -> None:
    port = running.server.port
    begun, streams = time.perf_counter(), []
    for place in range(boards):
        site, board = sites[place % len(sites)], Board()
        site.boards.append(board)
        streams.append(asyncio.create_task(board.listen(port, site.cookies)))
        await asyncio.wait_for(board.heard.wait(), _PATIENCE)
    print(f"{boards} boards over {len(sites)} sites opened in {time.perf_counter() - begun:.1f} s")
    await entries(port, sites, len(sites), everybody=False)  # warm
    one = await entries(port, sites, number, everybody=False)
    everyone = await entries(port, sites, max(number // 2, 1), everybody=True)
    for stream in streams:
        stream.cancel()
    print(figures.HEAD)
    print(figures.line("entry sent, accepted", one["accepted"]))
    print(figures.line("entry sent, word at every board", one["word"]))
    print(figures.line("entry sent, text at one board", one["text"], _BUDGET))
    print(figures.line("all fetch: word at every board", everyone["word"]))
    print(figures.line("all fetch: text at every board", everyone["text"], _BUDGET))


def main() -> None:
    asked = words("How soon every board knows.", boards=(int, 500), sites=(int, 10), entries=(int, 20))
    with demo(asked.data) as running:
        from chairside.apps.organizations.context import organization_scope
        from tests.apps.visit import cast as story

        sites = []
        for _ in range(asked.sites):
            with story.center(f"bench-{uuid4().hex[:8]}") as cast:
                story.run(cast)
            with organization_scope(cast.organization.pk):
                sites.append(Site(cast, running.cookies(cast.users["nurse"])))
        print(figures.machine())
        asyncio.run(measure(running, sites, asked.boards, asked.entries))


if __name__ == "__main__":
    main()
