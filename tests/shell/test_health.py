"""Liveness asks nothing of the database; readiness tells what is there; jobs of the house may run twice."""

import pytest
from procrastinate.contrib.django import app

from chairside.apps.audit.jobs import seal_waiting


def test_liveness_answers_without_the_database(client):
    answer = client.get("/healthz")  # no `db` mark: any query would fail this test
    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readiness_tells_that_no_worker_is_alive_and_serves(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "worker": "none alive"}


@pytest.mark.django_db
def test_the_worker_knows_the_jobs_of_the_house_and_sealing_twice_is_harmless():
    app.perform_import_paths()
    assert {"chairside.apps.audit.jobs.seal_waiting", "chairside.apps.organizations.jobs.retry_stalled"} <= set(app.tasks)
    seal_waiting(0)
    seal_waiting(0)
