"""What the stories share: a main moment looked at, what stands in the log, a signed order set, taps in a reaction.

With STORY_PICTURES=folder in the environment each main moment is pictured there at a phone's and a desk's width.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Error, Locator, expect

from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.services.order_setting import order_set_sign, order_set_store
from chairside.core.kernel.quantity import quantity
from chairside.core.visit.reactions.order_set import PROPOSAL
from tests.browser import chair
from tests.browser.person import PersonAtBrowser
from tests.cast import DELIA, THEO, Center, moment, must
from tests.journeys.chairside import Bedside

PATIENT, NAME, BORN = "Quintero Vega, Marisol", "Marisol Quintero Vega", "1988-03-14"
_SIZES = {390: 1600, 1280: 1200}
_VIALS = {"epinephrine_im": "1", "diphenhydramine_iv": "50"}  # mg/mL, as this site stocks them


def shows(person: PersonAtBrowser, name: str) -> None:
    """A main moment: axe finds nothing, and at the width of a phone nothing is wider than the window."""
    person.look()
    folder = os.environ.get("STORY_PICTURES", "")
    for width, height in _SIZES.items():
        person.page.set_viewport_size({"width": width, "height": height})
        wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder:
            _pictured(person, Path(folder) / f"{name}-{width}.png")
        assert wide <= 0, f"{name}: {wide} px too wide at {width}"


def _pictured(person: PersonAtBrowser, path: Path) -> None:
    """Taking a picture sets styles of its own, which our pages refuse and Chromium says so: that is not the page's word."""
    path.parent.mkdir(parents=True, exist_ok=True)
    person.page.screenshot(path=path)
    person.page.wait_for_load_state("load")
    person.watched.said[:] = [line for line in person.watched.said if "Applying inline style" not in line]


def goes_to(person: PersonAtBrowser, bedside: Bedside, more: str = "") -> None:
    # What was typed and refused is left behind on purpose: the page asks, and the person says yes.
    person.page.once("dialog", lambda dialog: dialog.accept())
    address = f"/visits/{bedside.visit.pk}/{more}"
    try:
        person.page.goto(address)
    except Error as problem:  # the answer to the last entry was still on its way, and took the page with it
        if "ERR_ABORTED" not in str(problem):
            raise
        person.page.wait_for_load_state("load")
        person.page.goto(address)


def log(bedside: Bedside, *kinds: str) -> list[VisitEvent]:
    """The entries of these kinds, oldest first; all of them when none is named."""
    rows = VisitEvent.objects.filter(visit=bedside.visit).order_by("sequence")
    return list(rows.filter(kind__in=kinds) if kinds else rows)


def order_set_signed(center: Center) -> None:
    """Epinephrine and diphenhydramine, written by the pharmacist and signed by the director before anybody arrives."""
    items = tuple(
        replace(item, concentration=quantity(_VIALS[item.key], "mg/mL"), times=3 if item.repeat_least else item.times)
        for item in PROPOSAL
        if item.key in _VIALS
    )
    told = {"site": center.site, "items": items, "note": "", "seen": 0, "actor": center.actor(THEO)}
    version = must(order_set_store(**told, at=moment("08:30")))
    must(order_set_sign(version=version, actor=center.actor(DELIA), at=moment("08:40")))


def panel(person: PersonAtBrowser, title: str = "Reaction") -> Locator:
    return person.page.get_by_role("region", name=title, exact=True)


def taps_symptom(person: PersonAtBrowser, name: str) -> None:
    """It came: one tap."""
    person.press("button", name, within=person.page.locator("#symptoms"), exact=True)
    expect(
        person.page.locator("#symptoms").get_by_role("button", name=re.compile(f"^{name} since .*tap when gone"))
    ).to_be_visible()


def symptom_gone(person: PersonAtBrowser, name: str) -> None:
    person.press("button", re.compile(f"^{name} since"), within=person.page.locator("#symptoms"))
    expect(person.page.locator("#symptoms").get_by_role("button", name=name, exact=True)).to_be_visible()


def bar(person: PersonAtBrowser) -> Locator:
    return person.page.get_by_role("region", name="Stop and reaction")


def presses_reaction(person: PersonAtBrowser) -> None:
    person.press("button", re.compile("^REACTION"), within=bar(person))
    person.sees(re.compile(r"Reaction recorded \d\d:\d\d"))


def gives(person: PersonAtBrowser, drug: str, dose: str, ml: str) -> None:
    """One tap of the signed order set: the dose and its millilitres stand on the row before anybody taps."""
    row = panel(person).locator(".order-item").filter(has_text=drug)
    expect(row).to_contain_text(f"{dose} = {ml}")
    person.press("button", f"Given: {dose}", within=row, exact=True)
    person.sees(re.compile(r"Treatment given: recorded \d\d:\d\d"))


def vitals(person: PersonAtBrowser, **changes: str) -> None:
    """A whole set, calm but for what is named: `vitals(nora, Systolic="92")`."""
    for label, value in {**chair.CALM, **changes}.items():
        person.fill(label, value, within=chair.action(person))
    person.tick("alert, room air, site well")
