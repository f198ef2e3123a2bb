"""A dose is evaluated again when something was recorded after its newest evaluation; sources and facts are named in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chairside.apps.audit.models import AuditEntry
from chairside.apps.clearance import services
from chairside.apps.clearance.models import Evaluation
from chairside.apps.clearance.staleness import WHY, why_stale
from chairside.apps.coverage.models import Coverage
from chairside.apps.people.services import fact_record
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.access import Role
from chairside.core.kernel.fact import Fact, FactKind
from chairside.formulary import payers
from tests.apps.walk import NOW, TODAY, Center, center, must, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


def evaluated(place: Center, dose: PlannedDose) -> Evaluation:
    return must(services.clearance_evaluate(planned_dose=dose, day=dose.target_on, actor=place.actor(Role.NURSE), at=NOW))


def recorded(place: Center, plan: TreatmentPlan, fact: Fact) -> None:
    later = NOW + timedelta(minutes=5)
    must(fact_record(patient=plan.patient, fact=fact, today=TODAY, actor=place.actor(Role.NURSE), at=later))


TB = Fact(FactKind.SCREENING, "tb", TODAY, "positive")


def test_a_fact_recorded_later_makes_an_evaluation_stale(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=2)
    evaluated(place, dose)
    assert why_stale(dose, TODAY) == ""
    recorded(place, plan, TB)
    assert why_stale(dose, TODAY) == WHY["fact"]


def test_a_dose_given_later_and_a_day_that_passed_make_it_stale(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=2)
    evaluated(place, dose)
    assert why_stale(dose, dose.target_on + timedelta(days=1)) == WHY["day"]
    DoseGivenRecord.objects.create(
        organization_id=plan.organization_id, patient=plan.patient, protocol="infliximab_iv", dose_number=1,
        on=TODAY, amount="412", unit="mg", tolerated=True, source="test",
    )  # fmt: skip
    assert why_stale(dose, TODAY) == WHY["given"]


def test_opening_a_stale_dose_evaluates_it_again_and_the_audit_says_so(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=2)
    evaluated(place, dose)
    client = place.client(Role.NURSE)
    assert "Evaluated again" not in client.get(f"/clearance/{dose.id}/").content.decode()
    recorded(place, plan, TB)
    before = AuditEntry.objects.filter(action="clearance.evaluate").count()
    page = client.get(f"/clearance/{dose.id}/").content.decode()
    assert "Evaluated again just now" in page
    assert "Tuberculosis test" in page
    assert AuditEntry.objects.filter(action="clearance.evaluate").count() == before + 1


def test_the_queue_marks_what_is_older_than_the_facts(place: Center) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=2)
    evaluated(place, dose)
    client = place.client(Role.NURSE)
    assert "Older than the facts</span>" not in client.get("/clearance/", {"state": "stale"}).content.decode()
    recorded(place, plan, TB)
    assert "Older than the facts</span>" in client.get("/clearance/", {"state": "stale"}).content.decode()


def test_a_source_stands_by_its_title_and_what_was_recalled_says_so(place: Center) -> None:
    dose = planned(place).doses.get(number=2)
    evaluated(place, dose)
    page = place.client(Role.NURSE).get(f"/clearance/{dose.id}/").content.decode()
    assert "Recollection of US labelling" in page
    assert "Recalled, unchecked" in page
    assert "label_copy" not in page


def test_a_payer_who_wants_fresher_results_is_heard(place: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(place)
    dose = plan.doses.get(number=2)
    Coverage.objects.create(
        organization_id=plan.organization_id, patient=plan.patient, payer="Strict", payer_code="STRICT",
        line=Coverage.Line.COMMERCIAL, rank=1, member="1",
    )  # fmt: skip
    codes = ("J1745", "Q5103", "Q5104", "Q5121")
    rows = (payers.PayerFreshness("P-1", "STRICT", codes, ("screening.tb",), 1),)
    monkeypatch.setattr(payers, "payer_freshness", lambda: rows)
    found = evaluated(place, dose).results.get(requirement="tb_yearly")
    assert (found.limit, found.source) == ("1 days", "payer policy P-1")
