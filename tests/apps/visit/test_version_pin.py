"""A visit runs by the version that its order was signed by, whatever is approved meanwhile, and by the hours of its site.

H-042.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chairside.apps.formulary import services as formulary
from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.services import release_load
from chairside.apps.formulary.standing import approval_in_force, at_site
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.planning import plan_for
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services import visit_open
from chairside.formulary import loader
from tests.browser.seeded import DRUG, booked
from tests.cast import DELIA, FRED, THEO, TUESDAY, Center, codes, moment, must, northlight

pytestmark = pytest.mark.django_db
AT = moment("08:25", TUESDAY)


@pytest.fixture
def place() -> Iterator[Center]:
    with northlight() as made:
        yield made


def newer() -> ProtocolRelease:
    text = (
        loader.path_of(DRUG).read_text(encoding="utf-8").replace("{rate: 20 mL/h, minutes: 15}", "{rate: 20 mL/h, minutes: 20}")
    )
    return release_load(text=text, name=f"{DRUG}.yaml", at=moment("08:30"))


def two_people(place: Center, subject: Any) -> None:
    told: dict[str, Any] = {"note": "read", "at": moment("08:40")}
    must(formulary.review_accept(subject=subject, actor=place.actor(THEO), **told))
    if isinstance(subject, ProtocolRelease):
        must(formulary.release_approve(release=subject, site=place.site, actor=place.actor(DELIA), **told))
    else:
        must(formulary.layer_approve(layer=subject, actor=place.actor(DELIA), **told))


def opened(place: Center, appointment: Appointment) -> Any:
    return visit_open(appointment=appointment, actor=place.actor(FRED), at=AT)


def test_a_version_that_arrives_in_mid_course_changes_no_order_no_dose_and_no_visit(place: Center) -> None:
    before = booked(place)
    visit = must(opened(place, before))
    pinned, steps = visit.protocol_sha256, plan_of(visit).drugs[0].ladder
    two_people(place, newer())
    again = plan_for(visit.planned_dose_id, place.site, AT)[1].value
    assert again is not None
    assert (again.protocol_sha256, again.drugs[0].ladder) == (pinned, steps)
    visit.refresh_from_db()
    assert visit.protocol_sha256 == pinned == visit.dose_decision.protocol_sha256
    assert visit.planned_dose.plan.order_version.release_id == pinned


def test_a_longer_observation_of_the_site_reaches_the_chair_time_and_the_visit(place: Center) -> None:
    plain = loader.load(DRUG)
    changes = {"observations.0.minutes": 60}
    for time in plain.chair_times:
        changes[f"chair_times.{time.key}.parts.observation.minutes"] = 60
        changes[f"chair_times.{time.key}.total"] = time.total + 30
    lines = "".join(f"- {{protocol: {DRUG}, at: {at}, value: {to}, by: T, on: 2026-11-02}}\n" for at, to in changes.items())
    text = f'site: {place.site.name}\nversion: "1"\nchanges:\n{lines}'
    layer = must(formulary.layer_store(site=place.site, text=text, actor=place.actor(THEO), at=moment("08:30")))
    two_people(place, layer)
    appointment = booked(place)
    assert appointment.during.upper - appointment.during.lower == timedelta(minutes=222 + 30)
    visit = must(opened(place, appointment))
    assert plan_of(visit).observation_minutes == 60
    base = ProtocolRelease.objects.get(sha256=plain.sha256)
    here = at_site(base, place.site).value
    assert here is not None
    assert visit.protocol_sha256 == here.sha256 != base.sha256


def test_no_visit_is_opened_by_a_version_that_was_withdrawn(place: Center) -> None:
    appointment = booked(place)
    approval = approval_in_force(place.site, DRUG)
    assert approval is not None
    withdrawal: dict[str, Any] = {"approval": approval, "actor": place.actor(DELIA), "at": moment("12:00")}
    must(formulary.approval_withdraw(reason="the vials were mixed up", **withdrawal))
    assert codes(opened(place, appointment)) == {"not_signed"}
