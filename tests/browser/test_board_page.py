"""The board at a browser: at every width and zoom, by keyboard, under a hand, aloud, and when nobody feeds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.browser import running
from tests.browser.person import AXE
from tests.browser.widths import at_every_width
from tests.cast import CLEO, TUESDAY, Center

LATE = "10:05"  # nothing was charted since 09:22
ROW = """(key) => {
  const row = document.querySelector('#sitting > li').cloneNode(true)
  row.dataset.key = key
  row.querySelectorAll('[id]').forEach((part) => { part.id = part.id + key })
  row.querySelector('.sitting-chair').textContent = key
  return row.outerHTML
}"""
NEED = (
    '<section class="panel needs"><h2>Needs somebody now</h2><ol id="needs" data-steady><li class="need" data-key="n" '
    'data-say-key="n act" data-say="Chair 9: vitals 10 min late" data-level="act">vitals 10 min late</li></ol></section>'
)


@pytest.fixture
def cleo(center: Center, meet: Callable[..., Any], clock: Any) -> Any:
    """The charge nurse at the board; a drug runs, and its vitals are late."""
    running.started(center)
    clock.local(TUESDAY, LATE)
    person = meet(CLEO)
    person.open("Board")
    return person


def feed(page: Page, *messages: str) -> list[str]:
    """From now on the page's stream says this, one message for each time that it asks, the last again and again."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        body = messages[min(len(asked), len(messages)) - 1] if messages else ": nothing\n\n"
        route.fulfill(content_type="text/event-stream", body=body)

    page.route("**/board/live/**", answer)
    return asked


def board(html: str) -> str:
    return f"event: board\nid: {abs(hash(html))}\n" + "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"


def wake(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def text_with(page: Page, *rows: str) -> str:
    """The board as it stands, with these rows in its list."""
    html: str = page.evaluate(
        """(rows) => { const copy = document.getElementById('board').cloneNode(true)
        copy.querySelector('#sitting').innerHTML = rows.join(''); return copy.innerHTML }""",
        list(rows),
    )
    return html


def order(page: Page) -> list[str]:
    return page.locator("#sitting > li").evaluate_all("rows => rows.map(row => row.dataset.key)")


def test_it_is_whole_at_every_width_zoom_and_scheme(cleo: Any) -> None:
    for path in ("/board/", "/board/?view=wall", "/board/?view=mine"):
        cleo.page.goto(path)
        cleo.page.emulate_media(color_scheme="light")
        at_every_width(cleo)
        cleo.page.set_viewport_size({"width": 640, "height": 450})  # 1280 at 200 %
        wide = cleo.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} at 200 %"
        cleo.page.emulate_media(color_scheme="dark")
        cleo.page.reload()
        violations = Axe().run(cleo.page, options=AXE).response["violations"]
        assert violations == [], [node["html"][:200] for violation in violations for node in violation["nodes"]]


def test_stop_is_reached_by_keyboard_alone(center: Center, meet: Callable[..., Any], clock: Any) -> None:
    running.started(center)
    clock.local(TUESDAY, "09:30")
    cleo = meet(CLEO, mouse=False)
    cleo.open("Board")
    cleo.press("button", "STOP")
    expect(cleo.page).to_have_url(re.compile("/visits/"))
    cleo.sees("paused")


def test_rows_keep_their_place_under_a_hand_until_it_is_off(cleo: Any) -> None:
    page: Page = cleo.page
    one, two, three = (page.evaluate(ROW, key) for key in ("one", "two", "three"))
    before, after = text_with(page, one, two), text_with(page, three, two)
    asked = feed(page, board(before), board(after))
    wake(page)
    expect(page.locator("[data-key=two]")).to_be_attached()
    page.locator("[data-key=two] .stop").focus()
    top = page.locator("[data-key=two] .stop").bounding_box()
    expect(page.locator("[data-key=three]")).to_be_attached()
    assert order(page) == ["one", "two", "three"]  # what is gone leaves its place empty, what is new comes last
    assert page.locator("[data-key=one]").evaluate("row => row.inert")
    assert page.evaluate("document.activeElement.closest('[data-key]').dataset.key") == "two"
    now = page.locator("[data-key=two] .stop").bounding_box()
    assert top is not None
    assert now is not None
    assert abs(now["y"] - top["y"]) < 2
    assert now["x"] == top["x"]
    page.unroute("**/board/live/**")
    feed(page)
    page.get_by_role("button", name="Sort again").click()
    assert order(page) == ["three", "two"]
    assert asked


def test_what_turns_red_is_said_at_once_and_what_stood_before_is_not_said_again(cleo: Any) -> None:
    page: Page = cleo.page
    feed(page, board(page.evaluate("document.getElementById('board').innerHTML")), board(text_with(page) + NEED))
    wake(page)
    expect(page.locator("#board-alarm")).to_have_text("Chair 9: vitals 10 min late")
    expect(page.locator("#board-told")).to_have_text("")


def test_a_board_that_nobody_feeds_says_so_and_takes_it_back(cleo: Any) -> None:
    page: Page = cleo.page
    page.clock.install()
    feed(page)
    page.reload()
    expect(page.locator("#board-stale")).to_be_hidden()
    page.clock.run_for(46_000)
    expect(page.locator("#board-stale")).to_contain_text("Not live since 10:0")
    page.unroute("**/board/live/**")
    feed(page, "event: clock\ndata: 2026-11-24T17:30:00+00:00\n\n")
    wake(page)
    expect(page.locator("#board-stale")).to_be_hidden()


def test_after_sleep_the_time_is_the_servers_again(cleo: Any) -> None:
    page: Page = cleo.page
    feed(page, "event: clock\ndata: 2026-11-24T17:30:00+00:00\n\n")
    wake(page)
    expect(page.locator("#board-stale")).to_be_hidden()
    with page.expect_response("**/board/live/**"):
        wake(page)
    for _ in range(50):  # the answer has begun; the page has yet to read it
        shown = page.evaluate("window.chairside.now() - Date.parse('2026-11-24T17:30:00Z')")
        if abs(shown) < 5000:
            break
        page.wait_for_timeout(100)
    assert abs(shown) < 5000


def test_a_board_whose_log_in_ended_leaves_for_the_log_in(cleo: Any) -> None:
    cleo.context.clear_cookies()
    wake(cleo.page)
    cleo.page.wait_for_url("**/accounts/login/**")
    cleo.watched.said.clear()  # the browser itself notes that the stream was no stream
