"""The browser of the browser tests: found as devtools/browser.py describes, started the way each build wants."""

from playwright.sync_api import Browser, Playwright

from devtools import browser


def launch(playwright: Playwright) -> Browser:
    """Start Chromium. A machine without one fails here in one sentence; a skipped browser test would prove nothing."""
    found = browser.find() or browser.install()
    # The sandbox needs privileges that containers do not give, and pages here are our own. The npm build needs the second.
    return playwright.chromium.launch(executable_path=str(found), args=["--no-sandbox", "--headless=shell"])
