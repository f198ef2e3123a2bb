"""Files are dropped on the import page, their import is watched to its end, and what could not be used is mended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from chairside.apps.interop.jobs import import_files
from chairside.exchange.fhir.layout import indented
from chairside.exchange.fhir.text import Json, canonical, parse
from tests.browser.conftest import PATIENCE
from tests.cast import INES, Center

REFERRALS = Path(__file__).parents[1] / "data" / "infusion-referrals"
_DROP = """([files]) => {
  const held = new DataTransfer()
  for (const [name, text] of files) held.items.add(new File([text], name))
  const zone = document.querySelector('[data-drop]')
  for (const kind of ['dragover', 'drop'])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }))
}"""


@pytest.fixture(autouse=True)
def _root(settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = tmp_path / "uploads"


@pytest.fixture
def packet() -> Json:
    """A referral whose insurance is not valid."""
    document: Json = parse(next(REFERRALS.glob("s01-*.json")).read_bytes())
    insurance(document)["status"] = "alive"
    return document


def insurance(document: Json) -> Json:
    found: Json = next(entry["resource"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Coverage")
    return found


def work() -> None:
    """The worker takes up what waits."""
    for job in ProcrastinateJob.objects.filter(task_name=import_files.name, status="todo").order_by("id"):
        import_files(**job.args)


def drop(page: Page, files: dict[str, str]) -> None:
    page.evaluate(_DROP, [list(files.items())])


def test_dropped_watched_mended_and_found_again(center: Center, meet: Callable[..., Any], packet: Json, watched: Any) -> None:
    watched.refusals_wanted = True
    ines = meet(INES)
    ines.open("Import")
    drop(ines.page, {"s01.json": canonical(packet), "cut.json": '{"resourceType":'})
    expect(ines.page.locator("#chosen")).to_contain_text("2 files")
    ines.press("button", "Import", exact=True)
    ines.sees_heading("Waiting for its turn")
    ines.look()
    work()
    ines.sees_heading("What came of it")
    expect(ines.page.locator("#live")).to_contain_text("The import has ended", timeout=PATIENCE)
    ines.sees("cut.json", "Open the referral")
    ines.look()
    ines.press("link", "Open them in quarantine")
    ines.look()
    ines.press("link", "Coverage")
    ines.look()
    ines.press("link", "Line")
    area = ines.page.get_by_label("The resource")
    chosen = area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen.strip() == '"status": "alive",'
    right = dict(insurance(packet), status="active")
    ines.fill("The resource", "{")
    ines.press("button", "Try again")
    ines.sees("It was not used")
    ines.fill("The resource", indented(right))
    ines.press("button", "Try again")
    ines.sees("It is valid now, and kept.")
    ines.look()


def test_without_a_script_the_same_form_does_it(
    center: Center, browser: Any, site: str, packet: Json, meet: Callable[..., Any]
) -> None:
    ines = meet(INES)
    state = ines.context.storage_state()
    context = browser.new_context(base_url=site, java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto("/interop/")
    page.locator("#files").set_input_files([{"name": "s01.json", "mimeType": "", "buffer": canonical(packet).encode()}])
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="How far is it now?").click()
    work()
    page.reload()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible()
    context.close()
