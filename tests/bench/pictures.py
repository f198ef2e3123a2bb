"""The pictures of the documentation: pages of the demo's center at each width, light, dark and on paper.

    python -m tests.bench.pictures [--only board] [--out docs/pictures] [--data FOLDER]

A page more is a line more in PAGES. Every picture is written small enough to be looked at over a slow line, or the run fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.demo import Demo, demo, words
from tests.bench.small_png import smaller
from tests.browser.chromium import launch

_MOST_BYTES = 120_000
_HEIGHTS = {390: 844, 1280: 860, 1920: 1080}


@dataclass(frozen=True)
class Picture:
    """One look at one page. `media` is print for paper; `full` takes all of the page and not only the first screen."""

    page: str
    path: str
    who: str
    width: int
    scheme: str = "light"
    media: str = "screen"
    full: bool = False
    kind: str = ""

    @property
    def name(self) -> str:
        return f"{self.page}-{self.kind or f'{self.width}-{self.scheme}'}.png"


CHARGE_NURSE = "charge@northlight.example"
PICTURES = (
    *(Picture("board", "/board/", CHARGE_NURSE, width, scheme) for width in _HEIGHTS for scheme in ("light", "dark")),
    Picture("board", "/board/?view=wall", CHARGE_NURSE, 1920, kind="wall"),
    Picture("board", "/board/", CHARGE_NURSE, 1120, media="print", full=True, kind="print"),
)


def take(browser: Browser, running: Demo, cookies: dict[str, str], picture: Picture, folder: Path) -> int:
    """One picture, written; how many bytes it has."""
    address = f"http://127.0.0.1:{running.server.port}"
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": _HEIGHTS.get(picture.width, 900)},
        color_scheme=picture.scheme,  # type: ignore[arg-type]
    )
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(picture.path)
    page.emulate_media(media=picture.media, color_scheme=picture.scheme)  # type: ignore[arg-type]
    page.wait_for_load_state("load")
    content = smaller(context, page.screenshot(full_page=picture.full))
    context.close()
    (folder / picture.name).write_bytes(content)
    return len(content)


def main() -> None:
    asked = words("The pictures of the documentation.", only=(str, ""), out=(Path, Path("docs/pictures")))
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if picture.page.startswith(asked.only)]
    with demo(asked.data) as running:
        cookies = {who: _cookies(running, who) for who in {picture.who for picture in wanted}}
        with sync_playwright() as playwright:
            browser = launch(playwright)
            sizes = {picture.name: take(browser, running, cookies[picture.who], picture, asked.out) for picture in wanted}
            browser.close()
    for name, size in sizes.items():
        print(f"{size:>8} {name}")
    too_large = [name for name, size in sizes.items() if size > _MOST_BYTES]
    assert not too_large, f"larger than {_MOST_BYTES} bytes: {too_large}"


def _cookies(running: Demo, email: str) -> dict[str, str]:
    from chairside.apps.organizations.context import organization_scope, signing_in
    from chairside.apps.people.models import User

    with signing_in():
        user: Any = User.objects.get(email=email)
    with organization_scope(user.organization_id):
        return running.cookies(user)


if __name__ == "__main__":
    main()
