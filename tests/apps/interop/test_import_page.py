"""Files come in by the page: kept on disk, imported by a job that may die, watched, and found again."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from chairside.apps.audit.models import AuditEntry
from chairside.apps.intake.models import Referral
from chairside.apps.interop import services
from chairside.apps.interop.jobs import import_files
from chairside.apps.interop.models import ImportRun, ReceivedDocument, ReceivedResource, Resource
from chairside.apps.interop.services.running import Progress, run_begin
from chairside.apps.interop.services.uploading import uploads_tidy
from chairside.apps.organizations import clock
from chairside.apps.people.models import Fact, Membership
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


def test_a_folder_keeps_its_names_and_its_ids_are_at_home_in_it(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    patient = b'{"resourceType":"Patient","id":"1","name":[{"family":"Bulk"}],"birthDate":"1970-01-01"}\n'
    weight = (
        b'{"resourceType":"Observation","id":"w","status":"final","subject":{"reference":"Patient/1"},"effectiveDateTime":"2026-11-01",'
        b'"code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},'
        b'"valueQuantity":{"value":70.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}\n'
    )
    files = [named("Observation.ndjson", weight), named("Patient.ndjson", patient)]
    paths = {"files": ["export/part/Observation.ndjson", "export/Patient.ndjson"]}
    run = work(brought(client, *files, paths=json.dumps(paths)))
    assert (run.name, run.status, run.imported, run.quarantined) == ("export/", "done", 2, 0)
    assert set(ReceivedDocument.objects.values_list("name", flat=True)) == {"part/Observation.ndjson", "Patient.ndjson"}
    assert Fact.objects.get(code="weight_kg").exact == "70.50"


def test_loose_ndjson_files_ask_who_sent_them(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    line = b'{"resourceType":"Patient","id":"%d","birthDate":"1970-01-01"}\n'
    answer = sent(client, named("a.ndjson", line % 1), named("b", (line % 2) * 2))
    assert answer.status_code == 409
    assert "say who sent them" in answer.content.decode()
    assert (ImportRun.objects.count(), list(root.iterdir())) == (0, [])
    run = work(brought(client, named("a.ndjson", line % 1), named("b", (line % 2) * 2), sender="Riverside"))
    assert (run.status, run.files) == ("done", 2)
    assert Resource.objects.filter(identity__startswith="Riverside#").count() == 2


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\x.json",
        "a" * 400 + ".json",
        "<script>.json",
        "\u202egnp.json",
        "a\x00b.json",
        "files.json",
        "-",
    ],
)
def test_a_hostile_name_is_only_ever_a_name(place: Center, root: Path, name: str) -> None:
    client = place.client(Role.INTAKE)
    answer = client.post(PAGE, {"files": [named("x.json", S01)], "paths": json.dumps({"files": [name]})})
    run = ImportRun.objects.get(id=answer["Location"].split("/")[-2])
    assert sorted(path.name for path in (root / str(run.id)).iterdir()) == ["0001.json", "files.json"]
    run = work(run)
    assert run.status == "done", run.problem
    page = client.get(f"/interop/runs/{run.id}/").content.decode()
    assert "<script>.json" not in page
    assert len(ReceivedDocument.objects.get().name) <= 300


def test_names_that_do_not_fit_the_files_tell_nothing(place: Center) -> None:
    client = place.client(Role.INTAKE)
    for number, paths in enumerate(("[", "7", '{"files":7}', '{"files":["a/b.json","c"]}', '{"files":[1]}', '{"files":null}')):
        assert brought(client, named(f"{number}.json", S01), paths=paths).name == f"{number}.json"


def test_nothing_chosen_is_a_sentence(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    for answer in (client.post(PAGE, {}), client.post(PAGE, {"sender": "x"}, content_type="application/x-www-form-urlencoded")):
        assert answer.status_code == 409
        assert "Choose at least one file" in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_too_much_is_told_and_nothing_is_kept(place: Center, root: Path, settings: Any) -> None:
    client = place.client(Role.INTAKE)
    settings.UPLOAD_MOST_BYTES = 1024**2
    answer = sent(client, named("a.json", b"x" * 600_000), named("b.json", b"x" * 600_000))
    assert answer.status_code == 413
    assert "Together the files are larger than 1 MB." in answer.content.decode()
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    answer = sent(client, *(named(f"{number}.json", b"{}") for number in range(3)))
    assert answer.status_code == 413
    assert "more than 2 files" in answer.content.decode()
    answer = client.post(PAGE, {"files": [named("a.json", b"{}")], "sender": "x" * 3_000_000})
    assert answer.status_code == 413
    assert (ImportRun.objects.count(), list(root.iterdir())) == (0, [])


def test_a_full_disk_is_a_sentence_and_nothing_is_half_kept(place: Center, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = place.client(Role.INTAKE)

    def full(*ignored: object, **also: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("chairside.apps.interop.receiving_files.ToDisk.receive_data_chunk", full)
        answer = sent(client, named("a.json", S01))
    assert answer.status_code == 503
    assert "The files could not be stored." in answer.content.decode()
    with monkeypatch.context() as patch:
        patch.setattr("chairside.apps.interop.services.uploading._list_write", full)
        answer = sent(client, named("a.json", S01))
    assert answer.status_code == 503
    assert (ImportRun.objects.count(), list(root.iterdir()), ProcrastinateJob.objects.count()) == (0, [], 0)


def test_a_form_from_elsewhere_keeps_nothing(place: Center, root: Path) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    client.force_login(place.users[Role.INTAKE], backend=BACKEND)
    assert sent(client, named("a.json", S01)).status_code == 403
    assert (ImportRun.objects.count(), list(root.iterdir())) == (0, [])
    token = client.get(PAGE).cookies["csrftoken"].value
    assert sent(client, named("a.json", S01), csrfmiddlewaretoken=token).status_code == 302


@pytest.mark.parametrize(
    ("role", "status"), [(Role.INTAKE, 200), (Role.FRONT_DESK, 200), (Role.NURSE, 403), (Role.MANAGER, 403)]
)
def test_who_may_receive_may_import_and_finds_it_in_the_navigation(place: Center, root: Path, role: Role, status: int) -> None:
    run = run_begin(name="x", site=place.site, actor=place.actor(Role.INTAKE))
    client = place.client(role)
    for address in (PAGE, f"{PAGE}runs/{run.id}/", f"{PAGE}runs/{run.id}/fragment/", "/interop/quarantine/"):
        assert client.get(address).status_code == status
    if status == 403:
        assert sent(client, named("a.json", S01)).status_code == 403
        assert client.post(f"{PAGE}runs/{run.id}/resume/").status_code == 403
        assert client.get(f"{PAGE}runs/{run.id}/live/").status_code == 403
        assert not root.exists() or list(root.iterdir()) == []
    else:
        (current,) = [item.label for item in client.get(PAGE).context["navigation"] if item.current]
        assert current == "Import"


def test_a_job_that_died_is_taken_up_and_counts_from_the_beginning(
    place: Center, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = place.client(Role.INTAKE)
    run = brought(client, named("a.json", S01), named("b.json", next(REFERRALS.glob("s02-*")).read_bytes()))
    before = services.running.entries_import
    calls = []

    def dies(*words: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return before(*words, **more)

    monkeypatch.setattr(services.running, "entries_import", dies)
    with pytest.raises(KeyboardInterrupt):
        work(run)
    run.refresh_from_db()
    assert (root / str(run.id) / "files.json").exists()
    done, total = run.done_bytes, run.total_bytes
    assert 0 < done < total
    run = work(run)
    assert (run.status, run.done_bytes) == ("done", total)
    assert run.unchanged > 0
    assert list(root.iterdir()) == []
    import_files(**ProcrastinateJob.objects.latest("id").args)  # a job may run twice
    run.refresh_from_db()
    assert run.status == "done"


def test_one_that_stopped_says_why_and_goes_on_when_asked(place: Center, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = place.client(Role.INTAKE)
    run = brought(client, named("a.json", S01))
    ProcrastinateJob.objects.get(queueing_lock=f"import:{run.id}")

    def full(*ignored: object, **also: object) -> None:
        raise OperationalError("could not extend file: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(services.running, "entries_import", full)
        run = work(run)
    assert run.status == "stopped"
    page = client.get(f"/interop/runs/{run.id}/").content.decode()
    assert "the database&#x27;s disk is full" in page
    assert "Go on" in page
    _settle_jobs()
    assert client.post(f"/interop/runs/{run.id}/resume/").status_code == 302
    assert client.post(f"/interop/runs/{run.id}/resume/").status_code == 409
    run = work(run)
    assert (run.status, run.problem) == ("done", "")


def _settle_jobs() -> None:
    """As the worker leaves a job that it has done."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")


def test_what_may_not_be_done_any_more_is_not_done(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    run = brought(client, named("a.json", S01))
    Membership.objects.filter(user=place.users[Role.INTAKE]).delete()
    run = work(run)
    assert (run.status, ReceivedResource.objects.count()) == ("stopped", 0)
    assert "may not do this" in run.problem


def test_files_that_are_gone_stop_it_with_a_sentence(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    run = brought(client, named("a.json", S01))
    shutil.rmtree(root / str(run.id))
    run = work(run)
    assert (run.status, run.problem) == ("stopped", "Its files are not on this machine. Import the same again.")
    assert client.post(f"/interop/runs/{run.id}/resume/").status_code == 409
    assert "Import the same again to go on" in client.get(f"/interop/runs/{run.id}/").content.decode()


def test_how_far_it_is_is_told_and_said_aloud_only_when_it_matters(place: Center) -> None:
    client = place.client(Role.INTAKE)
    run = run_begin(name="big.ndjson", site=place.site, actor=place.actor(Role.INTAKE))
    address = f"/interop/runs/{run.id}/fragment/"
    waiting = client.get(address).content.decode()
    assert 'data-announce-text="Waiting for its turn"' in waiting
    for progress, words, said in (
        (Progress("Looking through", 1, 4), ("1 of 4 files", "25"), "Looking through, 25 %"),
        (
            Progress("Importing", 30, 120, 12_000, 8.0),
            ("12,000 resources", "1,500 a second", "about 24 s left"),
            "Importing, 25 %",
        ),
        (Progress("Reading patients", 5, 10, 12_000, 9.0), ("5 of 10 patients",), "Reading patients, 50 %"),
    ):
        ImportRun.objects.filter(id=run.id).update(report=json.dumps(asdict(progress)))
        first = client.get(address, {"said": "another"})
        for word in words:
            assert word in first.content.decode()
        assert f'data-announce-text="{said}"' in first.content.decode()
        assert "data-announce-text" not in client.get(address, {"said": first.context["mark"]}).content.decode()
    ImportRun.objects.filter(id=run.id).update(report="", status="stopped", problem="The disk.", ended_at=clock.now())
    ended = client.get(address, {"said": "Importing 1"})
    assert ended.status_code == 286
    assert "The import stopped. The disk." in ended.content.decode()
    assert "hx-get" not in client.get(f"/interop/runs/{run.id}/").content.decode()


def test_a_long_wait_says_that_no_worker_may_be_running(place: Center) -> None:
    run = run_begin(name="x", site=place.site, actor=place.actor(Role.INTAKE))
    ImportRun.objects.filter(id=run.id).update(started_at=clock.now() - timedelta(minutes=2))
    assert "No worker has taken it up yet" in place.client(Role.INTAKE).get(f"/interop/runs/{run.id}/").content.decode()


def test_what_came_of_it_is_said_in_plain_words(place: Center) -> None:
    client = place.client(Role.INTAKE)
    bad = b'{"resourceType":"Patient","birthDate":"1900-02-30"}'
    run = work(brought(client, named("s01.json", S01), named("bad.json", bad), named("cut.json", b'{"resourceType":')))
    page = client.get(f"/interop/runs/{run.id}/").content.decode()
    for text in ("1 could not be read", "cut.json", "bad.json: entry 1 (Patient)", "Patient.birthDate", "Open the referral"):
        assert text in page
    assert f"/interop/quarantine/?run={run.id}" in page
    assert client.get("/interop/quarantine/", {"run": str(run.id)}).context["listing"].count == 1


def test_the_list_of_imports_pages_filters_and_exports_without_more_queries(place: Center) -> None:
    client = place.client(Role.INTAKE)
    actor = place.actor(Role.INTAKE)
    run_begin(name="first.json", site=place.site, actor=actor)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(12):
        run_begin(name=f"=cmd{number}", site=place.site, actor=actor)
    with CaptureQueriesContext(connection) as many:
        assert client.get(PAGE).context["listing"].pages == 2
    assert len(many) == len(few) <= 12
    assert client.get(PAGE, {"q": "first"}).context["listing"].count == 1
    assert client.get(PAGE, {"status": "done"}).context["listing"].count == 0
    text = b"".join(client.get(PAGE, {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("'=cmd") == 12


def test_an_ended_import_costs_few_queries_however_many_referrals(place: Center) -> None:
    client = place.client(Role.INTAKE)
    files = [named(path.name, path.read_bytes()) for path in sorted(REFERRALS.glob("s0*.json"))]
    run = work(brought(client, *files))
    client.get(f"/interop/runs/{run.id}/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/interop/runs/{run.id}/").content.decode()
    assert page.count("Open the referral") == len(files)
    assert len(queries) <= 9


def test_files_of_imports_that_are_over_are_tidied_away(place: Center, root: Path) -> None:
    client = place.client(Role.INTAKE)
    run = brought(client, named("a.json", S01))
    assert uploads_tidy(at=clock.now()) == 0
    ImportRun.objects.filter(id=run.id).update(status="stopped", problem="x", ended_at=clock.now() - timedelta(days=6))
    assert uploads_tidy(at=clock.now()) == 0
    assert uploads_tidy(at=clock.now() + timedelta(days=2)) == 1
    assert list(root.iterdir()) == []
