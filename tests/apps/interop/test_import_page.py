"""Files come in by the page: kept on disk, imported by a job that may die, watched, and found again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import Referral
from chairside.apps.interop.jobs import import_files
from chairside.apps.interop.models import ImportRun, Quarantined, ReceivedDocument, ReceivedResource
from chairside.apps.interop.services.running import run_begin
from chairside.apps.organizations import clock
from chairside.core.access import Role
from tests.apps.walk import BACKEND, REFERRALS, Center, center

pytestmark = pytest.mark.django_db
PAGE = "/interop/"
S01 = next(REFERRALS.glob("s01-*.json")).read_bytes()


@pytest.fixture
def place() -> Iterator[Center]:
    with center() as made:
        yield made


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


def named(name: str, data: bytes) -> BytesIO:
    file = BytesIO(data)
    file.name = name
    return file


def sent(client: Client, *files: BytesIO, **more: object) -> Any:
    return client.post(PAGE, {"files": list(files), **more})


def brought(client: Client, *files: BytesIO, **more: object) -> ImportRun:
    answer = sent(client, *files, **more)
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.get(id=answer["Location"].split("/")[-2])


def work(run: ImportRun) -> ImportRun:
    """The worker takes it up."""
    job = ProcrastinateJob.objects.filter(queueing_lock=f"import:{run.id}").latest("id")
    import_files(**job.args)
    run.refresh_from_db()
    return run


def test_files_are_kept_a_job_imports_them_and_they_go(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    run = brought(
        client, named("s01.json", S01), named("s02.json.gz", gzip.compress(next(REFERRALS.glob("s02-*")).read_bytes()))
    )
    assert (run.status, run.name, run.actor_name) == ("running", "s01.json, s02.json.gz", "Intake")
    assert sorted(path.name for path in (root / str(run.id)).iterdir()) == ["0001.json", "0002.json.gz", "files.json"]
    assert ReceivedResource.objects.count() == 0
    assert "Waiting for its turn" in client.get(f"/interop/runs/{run.id}/").content.decode()
    run = work(run)
    assert (run.status, run.quarantined, run.files) == ("done", 0, 2)
    assert run.imported == ReceivedResource.objects.count() > 50
    assert list(root.iterdir()) == []
    page = client.get(f"/interop/runs/{run.id}/").content.decode()
    for referral in Referral.objects.all():
        assert f"/intake/{referral.id}/" in page
    assert AuditEntry.objects.filter(action="import.request", subject=str(run.id)).count() == 1
    assert bytes(ReceivedDocument.objects.get(name="s01.json").digest, "ascii")
