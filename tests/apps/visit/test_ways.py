"""Each way of giving through the gate and the pages: what the tables say was given, and what the forms ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit.models import Administration, DoseGivenRecord, VisitEvent
from chairside.apps.visit.record import record_of
from chairside.apps.visit.screen import screen_of
from chairside.apps.visit.services.projections import projections_rebuild
from chairside.core.visit import events as e
from chairside.core.visit.desensitization import ordered
from tests.apps.visit.played import follow, played
from tests.apps.visit.test_pages import page_of, post
from tests.core.visit.plans_of_ways import DRAW, FOUR_DAYS, INJECT, INJECTIONS, PUSH, UNIT
from tests.core.visit.walk import A_DRUG, DRUG, q

pytestmark = pytest.mark.django_db
ME = {"name": "Alba Moreno", "born": "1968-03-04"}


def shown(cast, browse, who="nurse", query="") -> str:
    return page_of(cast, browse(cast, who), query).content.decode()


def regions(cast) -> list[str]:
    screen = screen_of(cast.visit, cast.actors["nurse"], cast.at)
    return [item.title for region in screen.regions for item in region.items]


def test_a_push_by_its_forms_and_the_part_that_was_given(browse):
    with played(PUSH, "push_started") as (cast, _):
        html = shown(cast, browse)
        assert "Push riTUXimab 200 mg in 10 mL" in html
        assert "Over at least 4 min." in html
        ticks = {"line_traced": "on", "emergency_ready": "on"}
        assert post(cast, browse(cast, "nurse"), "push", **ME, **ticks).status_code == 302
        cast.later(3)
        refused = post(cast, browse(cast, "nurse"), "push-end", given="5", why="")
        assert "Say why not all of it was given." in refused.content.decode()
        assert post(cast, browse(cast, "nurse"), "push-end", given="5", why="burning").status_code == 302
        row = Administration.objects.get()
        assert (row.kind, row.given_amount, row.unit, row.volume_ml) == ("drug", Decimal("100"), "mg", Decimal("5"))
        assert DoseGivenRecord.objects.get().amount == Decimal("100")
        assert "riTUXimab pushed" in shown(cast, browse)
        cast.visit.refresh_from_db()
        projections_rebuild(cast.visit)
        assert Administration.objects.get().given_amount == Decimal("100")


def test_an_injection_by_its_form_has_no_access_and_no_flush(browse):
    with played(INJECT, "dose_given", **INJECTIONS) as (cast, _):
        html = shown(cast, browse)
        assert "2 places" in html
        assert not {"Access", "Flushed", "Access out", "Infusion"} & set(regions(cast))
        places = {
            "place_1": "abdomen",
            "side_1": "left",
            "volume_1": "1.5",
            "place_2": "thigh",
            "side_2": "left",
            "volume_2": "1.5",
        }
        answer = post(cast, browse(cast, "nurse"), "injection", **ME, **places, emergency_ready="on", why="")
        assert answer.status_code == 302, answer.content.decode()
        row = Administration.objects.get()
        assert (row.given_amount, row.volume_ml) == (Decimal("210"), Decimal("3"))
        assert "1.5 mL left abdomen; 1.5 mL left thigh" in shown(cast, browse)


def test_a_pump_goes_home_the_appointment_is_over_and_the_visit_waits_for_the_pump(browse):
    with played(FOUR_DAYS, "pump_connected", observation_minutes=0) as (cast, _):
        said = {"reservoir": "96", "rate": "24", "pump": "P-17", "line_traced": "on", "spill_kit_taught": "on"}
        said |= {"contact_given": "on", "emergency_ready": "on"}
        refused = post(cast, browse(cast, "nurse"), "pump", **ME, **said).content.decode()
        assert "the pump is empty after 4 h; the order is 96 h" in refused
        assert post(cast, browse(cast, "nurse"), "pump", **ME, **{**said, "rate": "1"}).status_code == 302
        cast.later(5)
        leaving = {"advice": "on", "teach_back": "on", "walking": "yes", "escort": ""}
        lacks = post(cast, browse(cast, "nurse"), "discharge", page=None, **leaving)
        assert lacks.status_code == 422
        assert post(cast, browse(cast, "nurse"), "discharge", **leaving, returns_at="2026-11-27T10:00").status_code == 302
        cast.visit.refresh_from_db()
        assert (cast.visit.stage, cast.visit.closed) == ("infusing_ambulatory", False)
        assert Appointment.objects.get().status == "done"
        cast.later(4 * 24 * 60)
        assert "Take the pump of riTUXimab off" in shown(cast, browse)
        off = {"pump_volume": "96", "residual": "0", "spilled": "no", "reason": "complete", "variance_reason": ""}
        assert post(cast, browse(cast, "nurse"), "pump-off", **ME, **off).status_code == 302
        assert Appointment.objects.get().status == "done"
        assert DoseGivenRecord.objects.get().amount == Decimal("4800")
        assert "Flush the line" in shown(cast, browse)


def test_blood_that_is_let_is_a_procedure_without_a_lot(browse):
    with played(DRAW, "draw_started") as (cast, _):
        assert not {"Released to prepare", "Prepared", "Double check", "Flushed"} & set(regions(cast))
        assert post(cast, browse(cast, "nurse"), "draw", **ME).status_code == 302
        cast.later(20)
        assert "Say why" in post(cast, browse(cast, "nurse"), "draw-end", given="300", why="").content.decode()
        assert post(cast, browse(cast, "nurse"), "draw-end", given="300", why="felt faint").status_code == 302
        row = Administration.objects.get()
        assert (row.kind, row.lots, row.given_amount, row.mode) == ("procedure", "", Decimal("300"), "live")


def test_a_unit_is_read_from_its_label_and_its_number_is_the_lot(browse):
    with played(UNIT, "unit_received") as (cast, _):
        label = {
            "number": "W1234 26 000007",
            "component": "Red cells",
            "group": "B+",
            "patient_group": "A+",
            "volume": "300",
            "issued": f"{(cast.at - timedelta(minutes=4)).astimezone(cast.site.zone):%H:%M}",
            "expires": "2026-12-01T12:00",
            "crossmatched": "yes",
            "intact": "yes",
        }
        wrong = post(cast, browse(cast, "nurse"), "unit", **label).content.decode()
        assert "of group B are not for a patient of group A" in wrong
        assert post(cast, browse(cast, "nurse"), "unit", **{**label, "group": "O+"}).status_code == 302
        assert "unit W1234 26 000007" in shown(cast, browse)
        assert "Transfusion" in regions(cast)


def test_a_unit_that_was_given_is_blood_in_the_tables(browse):
    with played(UNIT) as (_, walk):
        row = Administration.objects.get()
        assert (row.kind, row.given_amount, row.unit) == ("blood", Decimal("1"), "{unit}")
        assert row.lots == walk.state.infusions[DRUG].unit.unit


def test_the_next_bag_by_its_form_offers_only_what_was_prepared(browse):
    scheme = ordered(replace(A_DRUG, dose_per=None), "three_bags_twelve_steps", ()).value
    with played(scheme, "bag_changed") as (cast, _):
        html = shown(cast, browse)
        assert "hang bag 2, 5 mL/h" in html
        assert 'value="L1"' in html
        answer = post(cast, browse(cast, "nurse"), "bag", **ME, product="Testra", lots="L1", pump_volume="9.25", rate="5")
        assert answer.status_code == 302, answer.content.decode()
        event = VisitEvent.objects.filter(kind="bag_changed").get()
        assert '"bag":2' in event.payload
        assert "riTUXimab: bag 2" in shown(cast, browse)


def test_the_record_tells_each_way_and_what_was_left(browse):
    with played(PUSH, "push_ended") as (cast, walk):
        walk.do(e.PushEnded(DRUG, q(4, "mL"), "pain")).play()
        follow(cast, walk)
        record = record_of(screen_of(cast.visit, cast.actors["nurse"], cast.at))
        assert any(line.title == "riTUXimab pushed" and "pain" in line.detail for line in record.lines)
        assert cast.visit.closed
        (drug,) = record.drugs
        assert dict(drug.facts) == {
            "Dose": "200 mg in 10 mL",
            "From, to": "15:00, 15:00",
            "Pushed": "4 mL",
            "Dose given": "80 mg",
            "Left and wasted": "6 mL",
            "Why": "pain",
        }
        assert drug.started
        html = browse(cast, "nurse").get(reverse("visit:record", args=[cast.visit.pk])).content.decode()
        assert "It was not started." not in html
        assert "6 mL" in html


def test_a_dose_without_a_stated_volume_is_prepared_with_one(browse):
    with played(replace(PUSH, volume=q(200, "mg")), "preparation_recorded") as (cast, _):
        html = shown(cast, browse, "pharmacist")
        assert "No volume is stated: the preparation says it." in html
        assert "Volume of the dose, measured" in html
