"""The demo: every stage is populated, every log holds, every shown log-in works, nothing leaks into the other organization."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from chairside.apps.charges.models import ChargeSet
from chairside.apps.clearance.models import Evaluation
from chairside.apps.coverage.models import Authorization
from chairside.apps.intake.models import MissingItem, OrderVersion, Referral
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization, TenantModel
from chairside.apps.people.models import Patient, User
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.stock.models import Lot, LotEntry
from chairside.apps.visit.models import DoseGivenRecord, Visit
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.cli.audit import verified
from chairside.cli.demo_center import seed
from chairside.cli.demo_center.center import PASSWORD
from chairside.core.visit.monitoring import Lateness
from chairside.core.visit.outlook import outlook
from tests.cli.demo_center.conftest import DAY

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("seeded")]


@contextmanager
def inside(slug: str) -> Iterator[Organization]:
    with signing_in():
        organization = Organization.objects.get(slug=slug)
    with organization_scope(organization.pk):
        yield organization


def test_every_stage_of_the_journey_has_patients():
    with inside("northlight"):
        assert Patient.objects.count() == 60
        assert Counter(Referral.objects.values_list("status", flat=True)) == {"incomplete": 7, "complete": 5, "ordered": 48}
        assert MissingItem.objects.filter(closed_at=None, owner__isnull=False).exists()
        assert MissingItem.objects.filter(closed_at=None, owner=None).exists()
        assert OrderVersion.objects.filter(status="draft").count() == 3
        assert Counter(TreatmentPlan.objects.values_list("status", flat=True)) == {"active": 47, "stopped": 1}
        assert {"held", "review", "cleared", "unknown"} <= set(Evaluation.objects.values_list("outcome", flat=True))
        assert {"approved", "pending", "denied", "not_required"} == set(Authorization.objects.values_list("status", flat=True))
        assert PlannedDose.objects.filter(status="planned", decisions__isnull=False).count() >= 6
        assert Chair.objects.count() == 12


def test_the_shelf_has_a_lot_near_its_expiry_and_one_in_quarantine():
    with inside("northlight"):
        assert Lot.objects.filter(quarantined=True).count() == 1
        assert Lot.objects.filter(expires_on__lt=DAY + timedelta(days=14)).count() == 1
        assert Lot.objects.values("brand").distinct().count() == 5
        assert LotEntry.objects.filter(kind="drawn").exists()


def test_the_day_is_in_progress():
    with inside("northlight"):
        today = Appointment.objects.filter(booked_at__lt=Visit.objects.earliest("opened_at").opened_at)
        assert today.filter(visit__isnull=False).count() == 15
        stages = Counter(Visit.objects.values_list("stage", flat=True))
        assert stages["documented"] == 4
        assert {"infusing", "paused", "observing", "held", "drug_verified", "identified"} <= set(stages)
        assert Appointment.objects.filter(status="no_show").count() == 1
        assert ChargeSet.objects.count() == 3
        assert Appointment.objects.filter(status="booked").count() >= 20


def test_one_visit_is_late_for_vitals_and_one_waits_for_its_second_check(mid_morning):
    with inside("northlight"):
        late, waiting = [], []
        for visit in Visit.objects.filter(closed=False).select_related("patient"):
            plan = plan_of(visit)
            state = state_of(visit, plan)
            now = outlook(state, plan, mid_morning)
            late += [visit.patient.family for due in now.due if due.what == "vitals" and due.lateness is Lateness.VERY_LATE]
            waiting += [visit.patient.family for region in state.infusions.values() if len(region.checks) == 1]
        assert late == ["Quintero"]
        assert waiting == ["Whitehorse"]


def test_every_log_folds_to_the_stage_that_the_lists_show(mid_morning):
    for slug in ("northlight", "harbor-point"):
        with inside(slug):
            for visit in Visit.objects.all():
                plan = plan_of(visit)
                assert state_of(visit, plan).sequence == visit.sequence


def test_every_chain_holds():
    report = list(verified())
    assert [one.organization for one in report] == ["harbor-point", "northlight"]
    assert all(one.entries > 50 for one in report)
    assert [finding for one in report for finding in one.findings] == []


def test_doses_given_elsewhere_name_their_source():
    with inside("northlight"):
        elsewhere = DoseGivenRecord.objects.filter(visit=None)
        assert elsewhere.count() > 80
        assert not elsewhere.filter(source="").exists()
        assert elsewhere.filter(reaction_grade=2).count() == 1


def test_neither_organization_sees_a_row_of_the_other():
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    for slug in ("northlight", "harbor-point"):
        with inside(slug) as own:
            for model in tables:
                owners = set(model._default_manager.order_by().values_list("organization", flat=True).distinct())
                assert owners <= {own.pk}, model.__name__


def test_the_namesake_of_the_other_organization_is_not_found_and_not_opened(mid_morning):
    name = {"family": "Okonkwo", "given": "Grace", "birth_date": "1991-02-28"}
    with inside("northlight"):
        here = Patient.objects.get(**name)
        visit = Visit.objects.get(patient=here)
    with inside("harbor-point"):
        assert Patient.objects.get(**name).mrn != here.mrn
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(
            User.objects.get(email="nurse1@harbor.example"), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    assert client.get(f"/patients/{here.pk}/").status_code == 404
    assert client.get(f"/visits/{visit.pk}/").status_code == 404
    assert b"NL-10255" not in client.get("/board/").content


def test_each_shown_log_in_works(seeded, mid_morning):
    shown = [line.split()[0] for line in seeded if "@" in line]
    assert len(shown) == 10
    for address in shown:
        client = Client(HTTP_HOST="127.0.0.1")
        answer = client.post("/accounts/login/", {"login": address, "password": PASSWORD})
        assert answer.status_code == 302, address
        assert client.get("/board/").status_code == 200, address


def test_the_same_day_again_does_nothing_and_is_quick(seeded):
    before = time.monotonic()
    assert seed(DAY) == seeded
    assert time.monotonic() - before < 0.3
    with inside("northlight"):
        assert Patient.objects.count() == 60
