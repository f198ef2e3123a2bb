"""H-012 rechallenge after a permanent stop: the block is written with the reaction, or neither is."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from uuid import uuid4

import psycopg
import pytest

from chairside.core.kernel.quantity import quantity as q
from chairside.core.visit import events as e
from tests.apps.visit import cast as story

_CHILD = """
    import os, sys, django
    django.setup()
    from datetime import datetime
    from uuid import UUID
    from chairside.apps.organizations.context import organization_scope
    from chairside.apps.visit.models import Visit
    from chairside.apps.visit.services import blocks, event_append
    from chairside.core.access import Actor, Role
    from chairside.core.visit import events as e

    if "{where}" == "before the block":
        blocks._fact = lambda *told: os.kill(os.getpid(), 9)
    if "{where}" == "after the block":
        blocks._hold_ahead = lambda *told: os.kill(os.getpid(), 9)
    with organization_scope("{organization}"):
        actor = Actor("nurse", "Nurse", "{organization}", frozenset({{Role.NURSE}}), "s")
        decision = event_append(visit=Visit.objects.get(pk="{visit}"), event_id=UUID("{number}"),
                                payload=e.ReactionRecorded("{reaction}", "{drug}", "anaphylaxis", 4, "CTCAE 5.0"),
                                actor=actor, at=datetime.fromisoformat("{at}"))
        sys.stdout.write("accepted" if decision.allowed else repr(decision.reasons))
        sys.stdout.flush()
        os.kill(os.getpid(), 9)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "kept"), [("before the block", (0, 0)), ("after the block", (0, 0)), ("after the answer", (1, 1))]
)
def test_a_process_killed_in_between_leaves_both_or_neither(worker_database, where, kept):
    with story.center() as cast:
        story.run(cast)
        reaction = cast.must(e.ReactionRecorded(), minutes=6).pk
        cast.must(e.Paused(pump_volume=q("6", "mL")))
        number = uuid4()
        text = _CHILD.format(
            where=where, organization=cast.organization.pk, visit=cast.visit.pk, number=number, reaction=reaction,
            drug=story.DRUG, at=cast.at.isoformat(),
        )  # fmt: skip
        child = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(text)],
            env={"CHAIRSIDE_MODE": "test", "DJANGO_SETTINGS_MODULE": "chairside.config.settings", "PYTHONPATH": "src",
                 "CHAIRSIDE_DATABASE_URL": worker_database.cluster.url("app", worker_database.name)},
            capture_output=True, text=True, timeout=50, check=False,
        )  # fmt: skip
        assert child.returncode == -9, child.stderr
        assert child.stdout == ("accepted" if kept == (1, 1) else "")
        with psycopg.connect(worker_database.cluster.url("owner", worker_database.name)) as other:
            found = [
                other.execute("SELECT count(*) FROM visit_visitevent WHERE id = %s", [number]).fetchone(),
                other.execute("SELECT count(*) FROM people_fact WHERE kind = 'reaction' AND status = 'blocked'").fetchone(),
            ]
        assert tuple(row[0] for row in found if row) == kept


@pytest.mark.django_db
def test_after_anaphylaxis_nobody_starts_the_drug_again_at_the_chair():
    with story.center() as cast:
        story.run(cast)
        reaction = cast.must(e.ReactionRecorded(), minutes=6).pk
        cast.must(e.Paused(pump_volume=q("6", "mL")))
        cast.must(e.ReactionRecorded(str(reaction), story.DRUG, "anaphylaxis", 3, "CTCAE 5.0", resolved=True))
        cast.must(story.vitals(site_ok=True), minutes=30)
        for who in ("nurse", "prescriber"):
            decision = cast.do(e.Resumed(story.DRUG, q("5", "mL/h"), "settled"), who)
            assert any(reason.code == "contraindicated" and reason.override == "none" for reason in decision.reasons)
