"""A real Chromium against the real ASGI application on a real port, with the center's clock in the test's hand."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import launch

PATIENCE = 20_000  # milliseconds for a page, a control or what it says to come; no test waits so long for what is not to come
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """One person's browser: its own cookies. Ask `browser.new_context(base_url=site)` for a second person."""
    person = browser.new_context(base_url=site)
    yield person
    person.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the application under uvicorn. Django's live_server is WSGI and waits for ever on a stream."""
    from chairside.config.asgi import application

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        _wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def _wait_until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the web app did not start"
        time.sleep(0.01)


class Clock:
    """The shell's clock of the server in this process. Time passes by itself too, so a walk sets it before each step."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def at(self, moment: datetime) -> None:
        self.settings.CLOCK_OFFSET_SECONDS = (moment - datetime.now(UTC)).total_seconds()

    def advance(self, minutes: float) -> None:
        self.settings.CLOCK_OFFSET_SECONDS += timedelta(minutes=minutes).total_seconds()

    def local(self, day: date, clock: str) -> None:
        from tests.cast import moment

        self.at(moment(clock, day))


@pytest.fixture
def clock(settings: Any) -> Clock:
    return Clock(settings)


@pytest.fixture
def center(site: str, clock: Clock, settings: Any) -> Iterator[Any]:
    """The center with its cast, on the Monday of the stories, nine in the morning."""
    from tests.cast import MONDAY, northlight

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # many log-ins, and nothing to guard
    clock.local(MONDAY, "09:00")
    with northlight() as made:
        yield made


@pytest.fixture
def infusing(center: Any, clock: Clock) -> Any:
    """An infusion at 20 mL/h since 09:22; it is 09:24."""
    from tests.browser.running import TUESDAY, started

    bedside = started(center)
    clock.local(TUESDAY, "09:24")
    return bedside


@pytest.fixture
def watched() -> Iterator[Any]:
    """Consoles and axe of everyone whom this test meets; judged at the end."""
    from tests.browser.person import Watched, judged

    watching = Watched()
    yield watching
    judged(watching)


@pytest.fixture
def meet(browser: Browser, site: str, watched: Any) -> Iterator[Callable[..., Any]]:
    """`meet(NORA)`: that person, logged in at a browser of their own. `meet(NORA, mouse=False)`: by the keyboard only."""
    from tests.browser.person import KeyboardPerson, PersonAtBrowser

    contexts: list[BrowserContext] = []

    def person(who: Any, *, mouse: bool = True, at: str = "northlight") -> Any:
        context = browser.new_context(base_url=site, locale="en-US", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return (PersonAtBrowser if mouse else KeyboardPerson)(context, who, watched).log_in(at)

    yield person
    for context in contexts:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")  # a live page may be asking for its parts just now
        context.close()
