"""An import that is killed, that runs twice at once, or whose database goes: nothing half-done, and asking again finishes it.

Real `chairside import` processes on a PostgreSQL that keeps what it acknowledged. What must come out is what one import that
nobody disturbed makes of the same files, row by row.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chairside.apps.interop.services.surveying import BATCH
from chairside.embedded import Cluster
from chairside.exchange.fhir.references import references
from tests.apps.intake.cast import REFERRALS
from tests.kill import sender
from tests.kill.center import Center, center, now, prepare, report, same, state, until
from tests.live.server import copy_tables, durable_cluster

pytestmark = pytest.mark.timeout(240)
_COUNTS = ("audit_auditentry.detail",)  # of two imports at once, the second to come to a document finds more of it unchanged


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a center gets: referrals as packets, a bulk export of lines, one long line file and something that is wrong."""
    folder: Path = tmp_path_factory.mktemp("received")
    for start in ("s01", "s09", "s17", "s28", "s33", "s38"):
        shutil.copy(next(REFERRALS.glob(f"{start}-*.json")), folder)
    sender.as_folder(sender.people(12, 70), folder)
    (folder / "wrong.ndjson").write_text(
        '{"resourceType":"Patient","id":"wrong","birthDate":"1900-02-30"}\nnonsense\n'
        '{"resourceType":"Basic","id":"right","code":{"text":"right"}}\n'
    )
    return folder


@dataclass(frozen=True)
class Expected:
    """What one import makes of the files that nobody disturbs."""

    whole: dict[str, Counter[str]]
    without_counts: dict[str, Counter[str]]
    kept: dict[str, int]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(server: Cluster, files: Path) -> Iterator[Expected]:
    with center(server, "undisturbed") as place:
        begun = now()
        done = place.imported(files)
        assert done["resources"]["quarantined"] == 2
        place.verified()
        yield Expected(state(place, begun), state(place, begun, _COUNTS), kept(place), float(done["seconds"]))


def kept(place: Center) -> dict[str, int]:
    """How many resources of each document are kept."""
    query = """SELECT d.name, count(v.id) FROM interop_receiveddocument d
        LEFT JOIN interop_receivedresource v ON v.document_id = d.id GROUP BY 1"""
    return dict(place.rows(query))


def runs(place: Center) -> list[str]:
    return [status for (status,) in place.rows("SELECT status FROM interop_importrun ORDER BY started_at")]


def killed_at(place: Center, files: Path, after: float) -> bool:
    """Kill an import so many seconds after it noted itself; False when it had ended before."""
    with psycopg.connect(place.url(), autocommit=True) as direct:

        def noted() -> int:
            row = direct.execute("SELECT count(*) FROM interop_importrun").fetchone()
            assert row is not None
            return int(row[0])

        runs = noted()
        child = place.import_(files)
        until(lambda: child.poll() is not None or noted() > runs)
    moment = time.monotonic() + after
    while time.monotonic() < moment and child.poll() is None:
        time.sleep(0.001)
    alive = child.poll() is None
    child.kill()
    child.communicate()
    return alive


def nothing_half_done(place: Center, expected: Expected) -> None:
    """Of a document that came as one packet all is there, of one in runs whole runs; and the chain is whole."""
    for name, count in kept(place).items():
        whole = expected.kept[name]
        assert count == whole or (name.endswith(".ndjson") and count % BATCH == 0), (name, count, whole)
    place.verified()


@pytest.mark.parametrize("seed", [1])
def test_an_import_killed_three_times_and_run_again_is_as_if_never_killed(
    server: Cluster, files: Path, undisturbed: Expected, seed: int
) -> None:
    killed_and_resumed(server, files, undisturbed, seed, 3)


@pytest.mark.prove
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(10, 20))
def test_an_import_killed_ten_times_and_run_again_is_as_if_never_killed(
    server: Cluster, files: Path, undisturbed: Expected, seed: int
) -> None:
    killed_and_resumed(server, files, undisturbed, seed, 10)


def killed_and_resumed(server: Cluster, files: Path, expected: Expected, seed: int, times: int) -> None:
    dice, begun, alive = random.Random(seed), now(), 0
    with center(server, f"killed_{seed}") as place:
        for _ in range(times):
            alive += killed_at(place, files, dice.uniform(0, expected.seconds / 2))
            nothing_half_done(place, expected)
        place.imported(files)
        assert place.rows("SELECT 1 FROM interop_patienttoread") == []
        assert runs(place)[-1] == "done"
        assert "running" not in runs(place)
        same(state(place, begun), expected.whole)
        nothing_half_done(place, expected)
    print(f"{alive} of {times} killed while it worked")
    assert alive


def test_two_imports_of_the_same_at_once_end_as_one(server: Cluster, files: Path, undisturbed: Expected) -> None:
    begun = now()
    with center(server, "at_once") as place:
        both = [report(child) for child in [place.import_(files), place.import_(files)]]
        counts = sum((Counter(done["resources"]) for done in both), Counter())
        whole = sum(undisturbed.kept.values())
        assert (counts["imported"], counts["quarantined"]) == (whole, 2 * 2)
        ended_well(place, begun, undisturbed)


def test_two_imports_that_share_some_files_end_as_one_of_all(server: Cluster, files: Path, undisturbed: Expected) -> None:
    names = sorted(item for item in files.iterdir())
    begun = now()
    with center(server, "overlap") as place:
        # As part of the folder, each file has the folder for its sender.
        first, second = names[: len(names) * 2 // 3], names[len(names) // 3 :]
        for child in [place.import_(*first, "--from", files.name), place.import_(*second, "--from", files.name)]:
            report(child)
        ended_well(place, begun, undisturbed)


def ended_well(place: Center, begun: datetime, expected: Expected) -> None:
    ((deadlocks,),) = place.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    assert deadlocks == 0
    assert place.rows("SELECT 1 FROM interop_patienttoread") == []
    same(state(place, begun, _COUNTS), expected.without_counts)
    place.verified()


def test_the_database_is_killed_in_mid_import_and_the_same_asked_again_goes_on(
    files: Path, worker_database, django_db_setup, django_db_blocker, undisturbed: Expected
) -> None:
    with django_db_blocker.unblock(), durable_cluster() as cluster:
        copy_tables(worker_database.cluster.url("superuser", worker_database.name), cluster.url("superuser"))
        prepare(cluster)
        place, begun = Center(cluster, "chairside"), now()
        try:
            child = place.import_(files)
            until(lambda: child.poll() is not None or len(kept(place)) >= 3)
            pid = cluster.pid()
            assert pid
            os.kill(pid, signal.SIGKILL)
            said, complaint = child.communicate(timeout=60)
            assert (child.returncode, said) == (1, ""), complaint
            assert complaint.startswith(f"The import of {files} stopped: the connection to the database was lost ("), complaint
            assert len(complaint.splitlines()) == 1
            cluster.start()
            nothing_half_done(place, undisturbed)
            place.imported(files)
            same(state(place, begun), undisturbed.whole)
            assert runs(place) == ["stopped", "done"]
        finally:
            place.end()


def test_another_person_under_an_id_that_is_taken_is_told_and_nothing_is_used(server: Cluster, tmp_path: Path) -> None:
    a = sender.as_folder(sender.people(3, 2, "A"), tmp_path / "a" / "export")
    b = sender.as_folder(sender.people(3, 2, "B"), tmp_path / "b" / "export")
    with center(server, "another") as place:
        place.imported(a)
        begun = now()
        before = state(place, begun)
        child = place.import_(b)
        said, complaint = child.communicate(timeout=60)
        assert (child.returncode, complaint) == (2, "chairside: PATH: none of the 6 files could be read\n"), said
        told = json.loads(said)["problems"]
        assert {item["file"] for item in told} == {item.name for item in b.iterdir()}
        assert "Patient/1 in it is another person than the one who came with that id from “export” before" in str(told)
        same(state(place, begun), before)
        place.imported(b, "--from", "B")
        assert mixed(place) == []


def test_two_senders_with_the_same_ids_are_never_mixed(server: Cluster, tmp_path: Path) -> None:
    """Patient/1 of one is not Patient/1 of the other: also not when the second brings results alone, a month later."""
    a = sender.as_folder(sender.people(4, 5, "A"), tmp_path / "a")
    b = sender.as_folder(sender.people(4, 5, "B"), tmp_path / "b")
    later = sender.as_folder(results_of(sender.people(4, 7, "B", seed=2)), tmp_path / "later")
    stranger = sender.as_folder(results_of(sender.people(4, 3, "C")), tmp_path / "c")
    with center(server, "collide") as place:
        both = [place.import_(a), place.import_(b, "--from", "B")]
        assert [report(child)["problems"] for child in both] == [[], []]
        place.imported(later, "--from", "B")
        place.imported(stranger)
        assert mixed(place) == []
        assert Counter(dict(place.rows(_FACTS))) == {"A": 4 * 7, "B": 4 * 9}
        place.imported(sender.as_folder(sender.people(4, 3, "C"), tmp_path / "late" / "c"))
        assert mixed(place) == []
        assert Counter(dict(place.rows(_FACTS))) == {"A": 4 * 7, "B": 4 * 9, "C": 4 * 5}


_FACTS = """SELECT left(p.mrn, 1), count(DISTINCT split_part(f.source, ' ', 1)) FROM people_fact f
    JOIN people_patient p ON p.id = f.patient_id GROUP BY 1"""
_KEPT = """SELECT DISTINCT ON (r.id) r.type || '/' || r.logical_id, r.patient_key, v.text FROM interop_resource r
    JOIN interop_receivedresource v ON v.resource_id = r.id ORDER BY r.id, v.version DESC"""


def results_of(resources: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (resource for resource in resources if resource["resourceType"] == "Observation")


def mixed(place: Center) -> list[str]:
    """What stands with another sender's: a resource about a person, a reference, a fact."""
    rows = [(name, patient, json.loads(text)) for name, patient, text in place.rows(_KEPT)]
    whose = {name: resource["meta"]["source"][-1] for name, _, resource in rows}
    wrong = [
        f"{name} of {whose[name]} {what} {target} of {whose[target]}"
        for name, patient, resource in rows
        for what, target in [
            ("is about", f"Patient/{patient}"),
            *(("points at", item["reference"]) for item in references(resource)),
        ]
        if target in whose and whose[target] != whose[name]
    ]
    facts = place.rows("SELECT p.mrn, f.source FROM people_fact f JOIN people_patient p ON p.id = f.patient_id")
    for mrn, source in facts:
        name = source.removeprefix("fhir:").partition(" ")[0].partition("#")[0]
        if whose[name] != mrn[0]:
            wrong.append(f"{mrn} has a fact from {name} of {whose[name]}")
    return wrong
