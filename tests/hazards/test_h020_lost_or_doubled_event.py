"""H-020 an entry lost or doubled: what was acknowledged is on disk, what is sent again is the same entry."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from uuid import uuid4

import psycopg
import pytest

from chairside.apps.visit.models import VisitEvent
from chairside.core.visit import events as e
from tests.apps.visit import cast as story


@pytest.mark.django_db
def test_sending_it_again_after_a_lost_answer_doubles_nothing():
    with story.center() as cast:
        number = uuid4()
        for _ in range(3):
            assert cast.do(e.CheckedIn(story.SAID, consent_current=True), "desk", event_id=number, expected_sequence=0).allowed
        assert VisitEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_right_after_its_answer_has_lost_nothing(worker_database):
    """Another process accepts an event, says so, and is killed in the same breath."""
    with story.center() as cast:
        number = uuid4()
        child = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(f"""
                import os, sys, django
                django.setup()
                from datetime import datetime
                from uuid import UUID
                from chairside.apps.organizations.context import organization_scope
                from chairside.apps.visit.models import Visit
                from chairside.apps.visit.services import event_append
                from chairside.core.access import Actor, Role
                from chairside.core.visit import events as e
                from chairside.core.visit.values import Identifiers
                with organization_scope("{cast.organization.pk}"):
                    actor = Actor("desk", "Desk", "{cast.organization.pk}", frozenset({{Role.FRONT_DESK}}), "s")
                    said = Identifiers("Alba Moreno", datetime(1968, 3, 4).date())
                    visit = Visit.objects.get(pk="{cast.visit.pk}")
                    decision = event_append(visit=visit, event_id=UUID("{number}"), payload=e.CheckedIn(said, True),
                                            actor=actor,
                                            at=datetime.fromisoformat("{story.NINE.isoformat()}"), expected_sequence=0)
                    sys.stdout.write("accepted" if decision.allowed else repr(decision.reasons))
                    sys.stdout.flush()
                    os.kill(os.getpid(), 9)
            """)],
            env={"CHAIRSIDE_MODE": "test", "DJANGO_SETTINGS_MODULE": "chairside.config.settings", "PYTHONPATH": "src",
                 "CHAIRSIDE_DATABASE_URL": worker_database.cluster.url("app", worker_database.name)},
            capture_output=True, text=True, timeout=50, check=False,
        )  # fmt: skip
        assert (child.returncode, child.stdout) == (-9, "accepted"), child.stderr
        with psycopg.connect(worker_database.cluster.url("owner", worker_database.name)) as other:
            other.execute("SELECT set_config('chairside.organization', %s, false)", [str(cast.organization.pk)])
            stored = other.execute("SELECT kind FROM visit_visitevent WHERE id = %s", [number]).fetchall()
            sealed = other.execute("SELECT count(*) FROM audit_auditentry WHERE subject = %s", [str(number)]).fetchone()
        assert stored == [("checked_in",)]
        assert sealed == (1,)
