"""Someone of the cast at a browser of their own: logs in, looks for roles and names, is watched all the way.

Every console message and every page error of the whole walk is a failure, so is every violation that axe finds.
`KeyboardPerson` never touches the mouse: it tabs to a control, and presses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.cast import PASSWORD, Person

AXE = {"preload": False}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Chromium itself writes this for a page that answers with reasons; the page is still a page.
_REFUSED_PAGE = re.compile(r"the server responded with a status of (404|409|422)")
# Chromium writes this where a hand was quicker than the page: the focus stays where the person put it.
_QUICK_HAND = "Autofocus processing was blocked because a document already has a focused element."
_TABS = 150


@dataclass
class Watched:
    """What was said by consoles, which pages were looked at, and what axe found there."""

    said: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    refusals_wanted: bool = False

    def hear(self, text: str) -> None:
        if text.endswith(_QUICK_HAND) or (self.refusals_wanted and _REFUSED_PAGE.search(text)):
            return
        self.said.append(text)


class PersonAtBrowser:
    """A person with a mouse."""

    def __init__(self, context: BrowserContext, person: Person, watched: Watched) -> None:
        self.person, self.context, self.watched = person, context, watched
        self.page: Page = context.new_page()
        self.bodies: list[str] = []
        self.page.on("console", lambda message: watched.hear(f"{person.name} on {self.page.url}: {message.text}"))
        self.page.on("pageerror", lambda error: watched.hear(f"{person.name} on {self.page.url}: {error}"))

    # --- going places ----------------------------------------------------------------------------------------------------

    def log_in(self, organization: str = "northlight") -> PersonAtBrowser:
        self.page.goto("/accounts/login/")
        self.look()
        self.fill("Email", self.person.email.replace("northlight", organization))
        self.fill("Password", PASSWORD)
        self.press("button", "Log in")
        expect(self.page.get_by_role("navigation", name="Places").first).to_be_visible()
        return self

    def open(self, place: str) -> None:
        """By the navigation, as a person does."""
        self.press("link", place, within=self.page.get_by_role("navigation", name="Places"), exact=True)
        self.look()

    def reload(self) -> None:
        self.page.reload()

    def look(self) -> None:
        """The page as it stands, once for each distinct address: axe finds nothing."""
        self.page.wait_for_load_state("load")
        where = urlsplit(self.page.url)
        name = f"{_ID.sub('…', where.path)}{'?' + where.query if 'do=' in where.query else ''}"
        if name in self.watched.looked_at:
            return
        self.watched.looked_at.add(name)
        for violation in Axe().run(self.page, options=AXE).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.watched.found.append(f"{name}: {violation['id']}: {nodes}")

    # --- doing things ----------------------------------------------------------------------------------------------------

    def control(self, role: str, name: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = False) -> Locator:
        place = within if within is not None else self.page.get_by_role("main")
        return place.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]

    def press(self, role: str, name: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = False) -> None:
        self._activate(self.control(role, name, within=within, exact=exact))

    def unfold(self, summary: str, *, within: Locator | None = None) -> None:
        """Open a question that stands in the page."""
        self._activate((within or self.page.get_by_role("main")).locator("summary", has_text=summary).first)

    def fill(self, label: str | re.Pattern[str], text: str, *, within: Locator | None = None) -> None:
        field_ = (within or self.page).get_by_label(label).and_(self.page.locator("input, textarea")).first
        self._type(field_, text)

    def pick(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).first.select_option(label=option)

    def tap(self, group: str | re.Pattern[str], choice: str) -> None:
        """One of a few, by one tap."""
        self._choose(self.page.get_by_role("group", name=group).first.get_by_role("radio", name=choice, exact=True))

    def tick(self, label: str) -> None:
        self._choose(self.page.get_by_role("checkbox", name=label).first)

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sees_heading(self, name: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", name=name).first).to_be_visible()

    def listen(self) -> list[str]:
        """From now on, every body that this browser is sent, before it gets it."""

        def keep(route: Route) -> None:
            if "/live/" in route.request.url or "/static/" in route.request.url:
                route.continue_()
                return
            answer = route.fetch(max_redirects=0)
            self.bodies.append(answer.text())
            route.fulfill(response=answer)

        self.page.route("**/*", keep)
        return self.bodies

    # --- with the mouse --------------------------------------------------------------------------------------------------

    def _activate(self, control: Locator) -> None:
        control.click()

    def _type(self, control: Locator, text: str) -> None:
        control.fill(text)

    def _choose(self, control: Locator) -> None:
        control.check()


class KeyboardPerson(PersonAtBrowser):
    """A person without a mouse: Tab, Shift+Tab is never needed, Enter, Space, arrows, typing."""

    def _activate(self, control: Locator) -> None:
        self._tab_to(control)
        if control.evaluate("el => el.tagName") == "SUMMARY":
            self.page.keyboard.press("Enter")
            return
        with self.page.expect_navigation(wait_until="load"):  # a click waits by itself, a key does not
            self.page.keyboard.press("Enter")

    def _type(self, control: Locator, text: str) -> None:
        self._tab_to(control)
        kind = control.get_attribute("type")
        if kind == "datetime-local":
            day, clock = text.split("T")
            self.page.keyboard.type(_as_typed("date", day))
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(_as_typed("time", clock))
        elif kind in ("date", "time"):
            self.page.keyboard.type(_as_typed(kind, text))
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        expect(control).to_have_value(text)

    def _choose(self, control: Locator) -> None:
        self._tab_to(control)
        for _ in range(12):
            if control.evaluate("el => el === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not control.is_checked():
            self.page.keyboard.press("Space")
        expect(control).to_be_checked()

    def _tab_to(self, control: Locator) -> None:
        """Tab until the control has the focus; of a group of radios, until one of the group has it."""
        control.wait_for()
        for _ in range(_TABS):
            if control.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {control}")


_HAS_FOCUS = """el => { const now = document.activeElement;
return now === el || (el.type === 'radio' && now.type === 'radio' && now.name === el.name && now.form === el.form); }"""


def _as_typed(kind: str, text: str) -> str:
    """What a person types into a date or time field in US English: 03141988, 1200PM."""
    if kind == "date":
        year, month, day = text.split("-")
        return f"{month}{day}{year}"
    hour, minute = (int(part) for part in text.split(":"))
    return f"{hour % 12 or 12:02}{minute:02}{'PM' if hour >= 12 else 'AM'}"


def judged(watched: Watched, never: Iterable[str] = ()) -> None:
    """At the end of a walk: nothing in any console, nothing found by axe."""
    assert watched.said == [], watched.said
    assert watched.found == [], "\n".join(watched.found)
