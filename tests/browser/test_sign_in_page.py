"""The first page that anyone sees."""

from playwright.sync_api import Page


def test_the_first_page_asks_who_you_are(page: Page) -> None:
    page.goto("/")
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("button", name="Log in", exact=True).is_visible()
