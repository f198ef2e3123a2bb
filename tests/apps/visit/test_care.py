"""Care at the chair, from the page to the tables: grade, treatment, signature afterwards, blocks, near misses, ways out."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from chairside.apps.clearance.models import Evaluation, RequirementResult
from chairside.apps.people.models import Fact
from chairside.apps.plans.models import PlannedDose
from chairside.apps.visit.models import Acknowledgement, VisitEvent
from chairside.apps.visit.planning import plan_for
from chairside.apps.visit.services import projections_rebuild
from chairside.core.kernel.quantity import quantity as q
from chairside.core.visit import events as e
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem, OrderSet
from chairside.core.visit.values import Identifiers
from tests.apps.visit import cast as story
from tests.apps.visit.test_order_sets import director, signed

pytestmark = pytest.mark.django_db
ANTI = OrderItem("anti", "diphenhydrAMINE", "IV", (2, 3), dose=q(25, "mg"), concentration=q(50, "mg/mL"), source="site")
SET = OrderSet(str(uuid4()), 1, "Ruth Abramowitz", date(2026, 11, 1), (replace(PROPOSAL[0], times=3), ANTI))
IRR = "infusion_related_reaction"


def reacting(cast):
    """The drug runs, REACTION and PAUSE were pressed."""
    story.run(cast)
    cast.must(e.ReactionRecorded(), minutes=6)
    cast.must(e.Paused(pump_volume=q("6", "mL")))
    return str(VisitEvent.objects.get(kind="reaction_recorded").pk)


def with_set():
    return story.center(visit_plan=replace(story.plan(), order_set=SET))


def url(cast, *parts):
    return "/".join(["/visits", str(cast.visit.pk), *parts, ""])


def hidden(cast, **values):
    cast.visit.refresh_from_db()
    return {"key": str(uuid4()), "sequence": cast.visit.sequence, "drug": story.DRUG, **values}


def test_the_grade_is_shown_while_facts_are_tapped_and_nothing_is_written(browse):
    with with_set() as cast:
        reacting(cast)
        client, before = browse(cast, "nurse"), VisitEvent.objects.count()
        page = client.post(url(cast, "grade"), {"term": IRR}).content.decode()
        assert "The infusion was paused or stopped for it" in page
        assert "On record" in page  # the pause was
        assert "The facts make grade 2 (CTCAE 5.0)" in page
        page = client.post(url(cast, "grade"), {"term": IRR, "fact_prolonged": "yes"}).content.decode()
        assert "The facts make grade 3" in page
        page = client.post(url(cast, "grade"), {"term": "allergic_reaction"}).content.decode()
        assert "never as both" in page
        assert VisitEvent.objects.count() == before


def test_facts_and_derived_grade_are_stored_with_the_version(browse):
    with with_set() as cast:
        key = reacting(cast)
        facts = {"fact_infusion_interrupted": "yes", "fact_prolonged": "no", "fact_death": "unknown"}
        answer = browse(cast, "nurse").post(url(cast, "events", "reaction"), hidden(cast, reaction=key, term=IRR, **facts))
        assert answer.status_code == 302
        text = VisitEvent.objects.filter(kind="reaction_recorded").order_by("sequence").last().payload
        assert '"derived":2' in text
        assert '"grade":2' in text
        assert '"criteria":"CTCAE 5.0"' in text
        page = browse(cast, "nurse").get(url(cast)).content.decode()
        assert "60 mL/h at onset x 50 % = 30 mL/h, hold 30 min" in page


def test_one_tap_gives_the_dose_that_is_shown_and_a_prescriber_signs_it_on_the_list(browse):
    with with_set() as cast:
        key = reacting(cast)
        client = browse(cast, "nurse")
        page = client.get(url(cast, "care")).content.decode()
        assert "0.5 mg = 0.5 mL" in page
        assert "Given: 25 mg" in page
        tap = hidden(cast, pick="epinephrine_im|0.5|mg", reaction=key)
        for _ in range(2):  # a repeated post is the same dose
            assert client.post(url(cast, "events", "treatment"), tap).status_code == 302
        row = Acknowledgement.objects.get()
        assert (row.what, row.by, row.signed_at) == ("EPINEPHrine 0.5 mg IM mid-outer thigh", "Nurse", None)
        assert "Signed afterwards" not in client.get(url(cast)).content.decode()
        other = hidden(cast, pick="epinephrine_im|0.3|mg", reaction=key)
        assert client.post(url(cast, "events", "treatment"), other).status_code == 422  # not what the set says
        page = client.get(url(cast, "care")).content.decode()
        assert "For review" in page  # not again before five minutes

        listed = client.get("/visits/acknowledge/").content.decode()
        assert row.what in listed
        assert "to be signed" in listed
        sign = f"/visits/acknowledge/{row.event}/"
        assert client.post(sign, {"key": str(uuid4())}).status_code == 403
        doctor = browse(cast, "prescriber")
        assert doctor.post(sign, {"key": str(uuid4())}).status_code == 302
        row = Acknowledgement.objects.get()
        assert row.signed_by == "Prescriber"
        assert "Nothing waits for a signature" in doctor.get("/visits/acknowledge/").content.decode()
        csv = b"".join(doctor.get("/visits/acknowledge/?state=signed&format=csv").streaming_content).decode()
        assert "EPINEPHrine 0.5 mg" in csv
        projections_rebuild(cast.visit)
        assert Acknowledgement.objects.get().signed_by == "Prescriber"


def test_without_a_signed_set_the_screen_says_so_and_takes_the_provider_s_order(browse):
    with story.center() as cast:
        reacting(cast)
        client = browse(cast, "nurse")
        assert "No signed order set belongs to this visit" in client.get(url(cast)).content.decode()
        assert client.post(url(cast, "events", "told"), hidden(cast, about="reaction", tap="yes")).status_code == 302
        tap = VisitEvent.objects.get(kind="provider_notified")
        page = client.get(url(cast) + "?do=told").content.decode()
        assert str(tap.pk) in page  # the details follow the tap
        told = hidden(cast, about="reaction", who="Dr. Lee", orders="diphenhydrAMINE 25 mg IV", follows=str(tap.pk))
        assert client.post(url(cast, "events", "told"), told).status_code == 422
        assert client.post(url(cast, "events", "told"), told | {"read_back": "yes"}).status_code == 302
        assert Acknowledgement.objects.get().what == "Order by word of mouth, Dr. Lee: diphenhydrAMINE 25 mg IV"


def test_the_signed_set_is_pinned_when_the_visit_is_planned():
    with story.center() as cast:
        director(cast)
        version = signed(cast)
        made = plan_for(cast.visit.planned_dose_id, cast.site, cast.at)[1].value
        assert made is not None
        assert made.order_set.id == str(version.pk)


def test_a_criterion_of_anaphylaxis_is_an_alert_and_the_card_says_stop_the_pump(browse):
    with with_set() as cast:
        story.run(cast)
        cast.must(e.SymptomReported("hives"), minutes=3)
        cast.must(e.SymptomReported("wheeze"))
        page = browse(cast, "nurse").get(url(cast)).content.decode()
        assert "Criteria 1 and 2 of anaphylaxis: hives, wheeze" in page
        assert "Stop the pump, then press PAUSE" in page


# --- H-012 ---


@pytest.mark.parametrize(("term", "grade"), [("anaphylaxis", 3), (IRR, 4), ("anaphylaxis", None)])
def test_a_reaction_that_ends_the_drug_blocks_it_at_once_and_future_doses_are_held(term, grade):
    with story.center() as cast:
        key = reacting(cast)
        later = PlannedDose.objects.create(
            organization=cast.organization,
            plan=cast.visit.planned_dose.plan,
            number=3,
            target_on=date(2027, 1, 4),
            earliest_on=date(2027, 1, 1),
            latest_on=date(2027, 1, 8),
        )
        cast.must(e.ReactionRecorded(key, story.DRUG, term, grade, "CTCAE 5.0" if grade else ""))
        fact = Fact.objects.get(kind="reaction")
        assert (fact.code, fact.status, fact.word) == ("infliximab", "blocked", term)
        newest = Evaluation.objects.filter(planned_dose=later).latest("evaluated_at")
        held = RequirementResult.objects.get(evaluation=newest, requirement="blocked_by_reaction")
        assert (newest.outcome, held.state, held.release_by) == ("held", "held", "none")
        cast.must(e.ReactionRecorded(key, story.DRUG, term, grade, "CTCAE 5.0" if grade else ""))
        assert Fact.objects.filter(kind="reaction").count() == 1  # once


def test_a_grade_two_blocks_nothing_and_a_correction_takes_no_block_away():
    with story.center() as cast:
        key = reacting(cast)
        cast.must(e.ReactionRecorded(key, story.DRUG, IRR, 2, "CTCAE 5.0"))
        assert not Fact.objects.filter(kind="reaction").exists()
        event = cast.must(e.ReactionRecorded(key, story.DRUG, IRR, 4, "CTCAE 5.0"))
        cast.must(e.Corrected(str(event.pk), "wrong patient"))
        projections_rebuild(cast.visit)
        assert Fact.objects.filter(kind="reaction", status="blocked").count() == 1


# --- near misses ---


def test_another_person_s_identity_is_refused_and_opens_an_incident(browse):
    with story.center() as cast:
        other = Identifiers("Ana Moreno", date(1980, 1, 1))
        for _ in range(2):
            assert not cast.do(e.CheckedIn(other, consent_current=True), "desk").allowed
        rows = VisitEvent.objects.all()
        assert [(row.kind, row.actor) for row in rows] == [("incident_opened", "system")]
        assert "wrong_patient" in rows[0].payload
        assert "Ana" not in rows[0].payload
        cast.must(e.CheckedIn(story.SAID, consent_current=True), "desk")


# --- ways out ---


def test_a_transfer_has_its_stage_its_line_and_one_page_for_the_ambulance(browse):
    with with_set() as cast:
        key = reacting(cast)
        cast.must(e.TreatmentGiven(SET.id, "epinephrine_im", q("0.5", "mg"), "IM mid-outer thigh", key))
        client = browse(cast, "nurse")
        answer = client.post(url(cast, "events", "transfer"), hidden(cast, to="emergency services", reason="anaphylaxis"))
        assert answer.status_code == 302
        cast.visit.refresh_from_db()
        assert cast.visit.stage == "transferred"
        assert url(cast, "handover") in client.get(url(cast)).content.decode()
        page = client.get(url(cast, "handover")).content.decode()
        for said in (
            "EPINEPHrine 0.5 mg IM mid-outer thigh",
            "about 6 mL of 250 mL",
            "emergency services",
            "acetaminophen 650 mg",
        ):
            assert said in page
        assert "to: emergency services; anaphylaxis" in client.get(url(cast, "record")).content.decode()


def test_against_advice_and_not_today_have_their_forms(browse):
    with story.center() as cast:
        story.arrive(cast)
        client = browse(cast, "nurse")
        assert client.post(url(cast, "events", "against-advice"), hidden(cast, advised="")).status_code == 422
        assert client.get(url(cast) + "?do=against-advice").status_code == 200
        answer = client.post(url(cast, "events", "defer"), hidden(cast, reason="infection or fever", note="39 °C at home"))
        assert answer.status_code == 302
        cast.visit.refresh_from_db()
        assert cast.visit.stage == "deferred"
        PlannedDose.objects.filter(pk=cast.visit.planned_dose_id).update(status="booked")
        left = hidden(cast, advised="to stay until seen", form_signed="no")
        assert client.post(url(cast, "events", "against-advice"), left).status_code == 302
        cast.visit.refresh_from_db()
        assert cast.visit.stage == "left_against_advice"
        cast.visit.planned_dose.refresh_from_db()
        assert cast.visit.planned_dose.status == "planned"  # somebody books another day for it
        assert "refused to sign" in client.get(url(cast, "record")).content.decode()


def test_the_site_form_stops_the_site_and_the_card_asks_for_a_new_access(browse):
    with story.center() as cast:
        story.run(cast)
        client = browse(cast, "nurse")
        leak = {"scale": "infiltration", "leak": ["blanched", "cool"], "edema_cm": "2", "stopped": "yes", "aspirated": "1.5"}
        answer = client.post(url(cast, "events", "site"), hidden(cast, **leak))
        assert answer.status_code == 422
        assert "Stop the pump and press PAUSE first" in answer.content.decode()
        cast.must(e.Paused(pump_volume=q("1", "mL")))
        assert client.post(url(cast, "events", "site"), hidden(cast, **leak)).status_code == 302
        page = client.get(url(cast)).content.decode()
        assert "Place a new access" in page
        assert "grade 1" in page
        assert "1.5 mL drawn back" in page
