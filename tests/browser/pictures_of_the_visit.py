"""Not a test: takes the pictures of the visit's page for the documentation. `python -m tests.pictures` runs it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import running
from tests.browser.small_png import save_small
from tests.cast import NORA, TUESDAY, Center
from tests.pictures import FOLDER

SIZES = {390: 844, 1280: 900, 1920: 960}
PAPER = {"width": 794, "height": 1123}  # A4 at 96 px an inch
MOST = 120_000  # bytes of one picture


@pytest.mark.timeout(600)
def test_the_pictures_of_the_visit(center: Center, meet: Any, clock: Any) -> None:
    bedside = running.climbing(center)
    clock.local(TUESDAY, "10:10")
    nora = meet(NORA)
    page, blank = nora.page, nora.context.new_page()
    address = f"/visits/{bedside.visit.pk}/"
    taken = []

    def take(name: str, shot: bytes) -> None:
        taken.append(FOLDER / f"{name}.png")
        save_small(blank, shot, taken[-1])

    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.goto(address)
            take(f"visit-{width}-{theme}", page.screenshot())
    page.set_viewport_size({"width": 1280, "height": 3000})  # high enough that STOP does not stand before it
    page.emulate_media(color_scheme="light")
    page.goto(address)
    take("visit-flowsheet", page.locator("#sheet").screenshot())
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    take("visit-print", page.screenshot(full_page=True, clip={"x": 0, "y": 0, **PAPER}))
    for picture in taken:
        assert picture.stat().st_size < MOST, (picture.name, picture.stat().st_size)
