"""A page at the widths of a phone, a desk and a wall: nothing is wider than the window, and axe finds nothing."""

from __future__ import annotations

from tests.browser.person import PersonAtBrowser

WIDTHS = (390, 1280, 1920)


def at_every_width(person: PersonAtBrowser) -> None:
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 900})
        wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{person.page.url} is {wide} px too wide at {width}"
    person.page.set_viewport_size({"width": 1280, "height": 900})
    person.look()
