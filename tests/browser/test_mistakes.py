"""What people do wrong at a keyboard: the page says why, keeps what was typed, and nothing is recorded twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chairside.apps.organizations.context import organization_scope
from chairside.apps.visit.models import VisitEvent
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.browser import chair, seeded
from tests.cast import FRED, MONDAY, NORA, OMAR, TUESDAY, Center, northlight
from tests.journeys.chairside import Bedside, check_of, ml_per_hour, vitals

PATIENT, NAME, BORN = "Quintero Vega, Marisol", "Marisol Quintero Vega", "1988-03-14"
Meet = Callable[..., Any]


@pytest.fixture(autouse=True)
def _refusals(watched: Any) -> None:
    """Here pages answer with reasons; the browser's own line about that status is no defect."""
    watched.refusals_wanted = True


def _kinds(bedside: Bedside) -> list[str]:
    return list(VisitEvent.objects.filter(visit=bedside.visit).order_by("sequence").values_list("kind", flat=True))


def test_a_wrong_birth_date_is_refused_with_its_reason_and_kept(center: Center, meet: Meet, clock: Any) -> None:
    bedside = seeded.opened(center)
    clock.local(TUESDAY, "08:30")
    fred = meet(FRED)
    chair.opens(fred, PATIENT)
    chair.says_who(fred, NAME, "1988-03-15")
    fred.tap("Is there a current consent to treatment?", "Yes")
    fred.press("button", "Check in", within=chair.action(fred), exact=True)
    expect(fred.page.get_by_role("alert", name="1 answer needs another look")).to_be_visible()
    fred.look()
    fred.sees(re.compile("birth date", re.IGNORECASE))
    assert "Mar 14" not in chair.action(fred).inner_text(), "the right one is not given away"
    expect(fred.page.get_by_label("Full name, as the patient says it")).to_have_value(NAME)
    expect(fred.page.get_by_label("Birth date, as the patient says it")).to_have_value("1988-03-15")
    expect(fred.page.get_by_role("radio", name="Yes").first).to_be_checked()
    assert _kinds(bedside) == ["incident_opened"]  # nearly the wrong patient: told, though nothing was recorded of them
    chair.says_who(fred, NAME, BORN)
    fred.press("button", "Check in", within=chair.action(fred), exact=True)
    fred.sees("Check in: recorded")
    assert _kinds(bedside) == ["incident_opened", "checked_in"]


def test_a_step_that_comes_too_early_is_refused_with_the_minutes_left(center: Center, meet: Meet, clock: Any) -> None:
    bedside = _running(center)
    clock.local(TUESDAY, "09:30")
    nora = meet(NORA)
    chair.opens(nora, PATIENT)
    nora.sees("inFLIXimab runs at 20 mL/h")
    nora.page.goto(f"{nora.page.url.partition('?')[0]}?do=raise")
    nora.press("button", "Pump is set: record the next step", within=chair.action(nora))
    nora.sees(re.compile(r"of 15 min at this rate; .* to go"))
    nora.look()
    assert "step_changed" not in _kinds(bedside)


def test_a_button_pressed_twice_and_a_form_sent_again_are_one_event(center: Center, meet: Meet, clock: Any) -> None:
    bedside = seeded.opened(center)
    clock.local(TUESDAY, "08:30")
    fred = meet(FRED)
    chair.opens(fred, PATIENT)
    chair.says_who(fred, NAME, BORN)
    fred.tap("Is there a current consent to treatment?", "Yes")
    with fred.page.expect_request(lambda request: request.method == "POST") as posted:
        chair.action(fred).get_by_role("button", name="Check in", exact=True).dblclick()
    fred.sees("Check in: recorded")
    sent = posted.value
    again = fred.context.request.post(
        sent.url, data=sent.post_data or "", headers={**sent.all_headers(), "content-type": "application/x-www-form-urlencoded"}
    )
    assert again.ok
    assert _kinds(bedside) == ["checked_in"]


def test_sending_the_old_form_of_another_tab_again_is_safe(center: Center, meet: Meet, clock: Any) -> None:
    bedside = seeded.opened(center)
    bedside.say(FRED, "08:30", e.CheckedIn(seeded.SAID, consent_current=True))
    clock.local(TUESDAY, "08:34")
    nora = meet(NORA)
    chair.opens(nora, PATIENT)
    old = nora.context.new_page()
    old.goto(nora.page.url)
    chair.seats(nora, "Chair 2")
    assert _kinds(bedside) == ["checked_in", "seated"]
    old.get_by_role("radio", name="Chair 3").check()
    old.get_by_role("button", name="Seat", exact=True).click()
    expect(old.get_by_text("Recorded meanwhile").first).to_be_visible()
    assert _kinds(bedside) == ["checked_in", "seated"]


def test_another_organization_gets_404_for_ids_that_are_not_theirs(
    center: Center, meet: Meet, clock: Any, watched: Any
) -> None:
    bedside = seeded.opened(center)
    dose = bedside.visit.planned_dose
    assert dose is not None
    order = dose.plan.order_version.order
    with northlight("southbank", cast=(FRED, NORA)):
        pass
    clock.local(MONDAY, "12:00")
    stranger = meet(NORA, at="southbank")
    for path in (
        f"/visits/{bedside.visit.pk}/",
        f"/visits/{bedside.visit.pk}/record/",
        f"/visits/{bedside.visit.pk}/now/",
        f"/patients/{bedside.visit.patient_id}/",
        f"/intake/{order.referral_id}/",
        f"/intake/orders/{order.pk}/",
        f"/plans/{dose.plan_id}/",
        f"/coverage/{order.pk}/",
        f"/clearance/{dose.pk}/",
        f"/schedule/doses/{dose.pk}/",
        f"/schedule/appointments/{bedside.visit.appointment_id}/",
        f"/pharmacy/doses/{dose.pk}/",
    ):
        answer = stranger.page.goto(path)
        assert (path, answer.status) == (path, 404)
        assert "Quintero" not in stranger.page.content()
    with organization_scope(center.organization.pk):
        assert _kinds(bedside) == []


def _running(center: Center) -> Bedside:
    """At the first rate since 09:22."""
    bedside = seeded.prepared(center)
    entries = check_of(bedside.drug, seeded.SAID, quantity("71.4", "kg"), (seeded.LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    bedside.say(NORA, "09:20", vitals(site_ok=True))
    start = e.InfusionStarted(seeded.DRUG, seeded.SAID, ml_per_hour(20), line_traced=True, emergency_ready=True)
    bedside.say(NORA, "09:22", start)
    return bedside
