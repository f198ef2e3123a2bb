"""A release from the pharmacist's query to the chair: reviewed, approved, ordered by; a newer one; and the site's own layer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.services import release_load
from chairside.apps.intake import services as intake
from chairside.apps.intake.models import OrderVersion
from chairside.formulary import loader
from tests.browser import office
from tests.browser.person import PersonAtBrowser
from tests.browser.widths import at_every_width
from tests.cast import DELIA, INES, MONDAY, PIA, SAM, THEO, Center, moment, must
from tests.journeys import office as desk

DRUG, PATIENT = "infliximab_iv", "Quintero Vega, Marisol"
LADDER = ("{rate: 20 mL/h, minutes: 15}", "{rate: 20 mL/h, minutes: 20}")


@pytest.mark.timeout(300)
def test_a_release_is_reviewed_approved_ordered_by_and_layered(center: Center, meet: office.Meet, clock: Any) -> None:
    first = _loaded("1.0.0", ("", ""))
    theo, delia = meet(THEO), meet(DELIA)
    _reviewed(theo, delia, first)
    _approved(delia, first)
    version = _ordered(center, meet, clock, first)
    newer = _loaded("1.1.0", LADDER)
    _what_it_changes(delia, theo, newer)
    _layered(theo, delia)
    _taken_over(meet, version)


def _loaded(version: str, swap: tuple[str, str]) -> ProtocolRelease:
    """A version of the protocol as an upgrade of the program would bring it."""
    text = loader.path_of(DRUG).read_text(encoding="utf-8")
    text = text.replace(f"version: {loader.load(DRUG).version}", f"version: {version}", 1).replace(*swap, 1)
    return release_load(text=text, name=f"{DRUG}.yaml", at=moment("08:30"))


def _versions(person: PersonAtBrowser) -> None:
    person.page.goto(f"/formulary/{DRUG}/")
    person.press("link", "Versions, review and approval")
    at_every_width(person)


def _reviewed(theo: PersonAtBrowser, delia: PersonAtBrowser, release: ProtocolRelease) -> None:
    _versions(theo)
    theo.press("link", f"{DRUG} 1.0.0", exact=True)
    theo.sees("Nobody has reviewed it yet")
    theo.fill("Line of the sheet", "Rates: label_even")
    theo.fill("Query", "Does the label give two hours for every dose?")
    theo.press("button", "Ask")
    theo.sees("Not answered", "Every query is answered first")
    at_every_width(theo)
    _versions(delia)
    delia.press("link", f"{DRUG} 1.0.0", exact=True)
    delia.sees("A pharmacist accepts it first")
    delia.fill("Answer to query 1", "Yes: section 2.11 of the label, over at least two hours.")
    delia.press("button", "Answer query 1")
    theo.reload()
    theo.fill("How you checked it", "Line by line against the label of this month.")
    theo.press("button", f"Accept {DRUG} 1.0.0")
    theo.sees(f"You accepted {DRUG} 1.0.0")
    theo.sees("The medical director approves it, once a pharmacist has accepted it.")


def _approved(delia: PersonAtBrowser, release: ProtocolRelease) -> None:
    delia.reload()
    delia.fill("Note", "Read with Theo.")
    delia.press("button", "Approve for Alder Falls")
    delia.sees(f"{DRUG} 1.0.0 is approved for Alder Falls.")
    at_every_width(delia)
    delia.press("link", "All versions")
    delia.sees(f"Orders here are signed by {DRUG} 1.0.0")


def _ordered(center: Center, meet: office.Meet, clock: Any, release: ProtocolRelease) -> OrderVersion:
    referral = desk.take_in(center, "s01", moment("09:00"))
    must(intake.order_draft_from_referral(referral=referral, actor=center.actor(INES), at=moment("09:05")))
    clock.local(MONDAY, "09:10")
    pia = meet(PIA)
    office.signs(pia, PATIENT)
    office.plans(pia)
    version = OrderVersion.objects.get()
    assert (version.release, version.status) == (release, "signed")
    return version


def _what_it_changes(delia: PersonAtBrowser, theo: PersonAtBrowser, newer: ProtocolRelease) -> None:
    _versions(theo)
    theo.press("link", f"{DRUG} 1.1.0", exact=True)
    theo.press("link", "See what this version changes, and for whom")
    row = theo.page.get_by_role("row").filter(has_text="steps[20 mL/h].minutes")
    expect(row).to_contain_text("15")
    expect(row).to_contain_text("20")
    touched = theo.page.get_by_role("row").filter(has_text=PATIENT)
    expect(touched).to_contain_text(f"{DRUG} 1.0.0")
    expect(touched).to_contain_text("rates: 1")
    at_every_width(theo)


def _layered(theo: PersonAtBrowser, delia: PersonAtBrowser) -> None:
    theo.open("Formulary")
    theo.press("link", "The site's layer")
    theo.sees("This site states nothing of its own")
    at_every_width(theo)
    theo.press("link", "Change one value")
    theo.pick("Therapy", loader.load(DRUG).names.en)
    theo.press("button", "Choose")
    theo.fill("Place", "observations.0.minutes", within=theo.page.get_by_role("main"))
    theo.fill("Your value", "60")
    theo.fill("Reason", "Committee of November, minute 4")
    at_every_width(theo)
    theo.press("button", "Try this change")
    theo.sees("It fits every protocol that it names", "chair_times.standard.total")
    at_every_width(theo)
    theo.press("button", "Store this version")
    theo.press("button", "Accept the layer")
    theo.sees("You accepted the layer")
    delia.open("Formulary")
    delia.press("link", "The site's layer")
    delia.press("link", "2026.11.23", exact=True)
    delia.sees("Its approval approves with it")
    delia.press("button", "Approve for Alder Falls")
    delia.sees("In force")
    at_every_width(delia)


def _taken_over(meet: office.Meet, version: OrderVersion) -> None:
    """The signed order keeps its hour in the chair until the prescriber signs it by the new one."""
    from chairside.apps.formulary.selectors import protocol_of
    from chairside.core.scheduling.visit_shape import visit_shape

    before = visit_shape(protocol_of(version.release_id), 1).value
    pia = meet(PIA)
    pia.page.goto(f"/intake/orders/{version.order_id}/")
    pia.sees("It keeps its version, and so do its visits")
    at_every_width(pia)
    pia.press("button", "Take over the new version")
    pia.fill("Your password", office.PASSWORD)
    pia.press("button", "Sign version 2")
    pia.sees("Version 2 is signed.")
    second = OrderVersion.objects.get(number=2)
    version.refresh_from_db()
    assert (version.status, second.release.base_id) == ("superseded", version.release_id)
    after = visit_shape(protocol_of(second.release_id), 1).value
    assert before is not None
    assert after is not None
    assert (after.length - before.length).total_seconds() == 1800
    office.plans(pia)
    sam = meet(SAM)
    sam.open("Schedule")
    sam.press("link", "Book a dose")
    sam.press("link", f"Book dose 1 of {PATIENT}")
    sam.sees("4 h 12 min")
