"""`chairside import` as a person and a script meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.apps.intake.cast import REFERRALS
from tests.database import WorkerDatabase

pytestmark = pytest.mark.django_db(transaction=True)


def run(database: WorkerDatabase, *words: object) -> subprocess.CompletedProcess[str]:
    variables = {
        "CHAIRSIDE_MODE": "demo",
        "CHAIRSIDE_DATABASE_URL": database.cluster.url("app", database.name),
        "CHAIRSIDE_OWNER_DATABASE_URL": database.cluster.url("owner", database.name),
        "CHAIRSIDE_SECRET_KEY": "x" * 40,
    }
    command = [sys.executable, "-m", "chairside.cli", "import", *map(str, words)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAIRSIDE_", "DJANGO_"))}
    return subprocess.run(command, env=kept | variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def center(worker_database: WorkerDatabase) -> str:
    from tests.apps.intake.cast import center as made

    with made("northlight"):
        return "northlight"


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_report_has_the_contracts_shape_and_a_repeat_changes_nothing(worker_database: WorkerDatabase, center: str) -> None:
    files = [next(REFERRALS.glob(f"{start}-*.json")) for start in ("s01", "s28")]
    first = report(run(worker_database, *files, "--as-of", "2026-11-23", "--json"))
    assert set(first) == {"files", "resources", "referrals", "problems", "seconds", "peak_mb"}
    assert (first["files"], first["resources"]) == (2, {"imported": 55, "unchanged": 0, "quarantined": 0})
    iron = first["referrals"][1]
    assert set(iron) == {"file", "patient", "therapy", "status", "missing", "findings", "not_judged", "elsewhere"}
    assert (iron["patient"], iron["therapy"], iron["status"]) == ("SM100128", "ferric_carboxymaltose", "incomplete")
    assert set(iron["findings"][0]) == {"code", "severity", "detail"}
    again = report(run(worker_database, *files, "--as-of", "2026-11-23", "--json"))
    assert again["resources"] == {"imported": 0, "unchanged": 55, "quarantined": 0}
    assert again["referrals"] == first["referrals"]


def test_a_bad_file_is_reported_and_the_run_goes_on(worker_database: WorkerDatabase, center: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text('{"resourceType":"Patient","birthDate":"1900-02-30"}')
    (tmp_path / "c.ndjson").write_text('{"resourceType":"Patient","id":"x"}\nnonsense\n')
    found = report(run(worker_database, tmp_path, "--json"))
    assert found["resources"] == {"imported": 1, "unchanged": 0, "quarantined": 2}
    assert [(item["file"], item["entry"]) for item in found["problems"]] == [
        ("a.json", ""),
        ("b.json", "entry 1 (Patient)"),
        ("c.ndjson", "line 2 (no resource type)"),
    ]
    assert all(item["outcome"]["resourceType"] == "OperationOutcome" for item in found["problems"])


def test_unusable_input_is_one_line_and_exit_2(worker_database: WorkerDatabase, center: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    asked: list[tuple[list[object], str]] = [
        ([tmp_path / "nothing"], "is not there"),
        ([tmp_path], "none of the 1 files could be read"),
        ([tmp_path / "a.json", "--organization", "nobody"], "“nobody” is not one of the organizations here (northlight)"),
    ]
    for words, says in asked:
        done = run(worker_database, *words)
        assert (done.returncode, says in done.stderr) == (2, True), done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stdout + done.stderr


def test_the_table_for_people_says_what_is_missing(worker_database: WorkerDatabase, center: str) -> None:
    done = run(worker_database, next(REFERRALS.glob("s28-*.json")), "--as-of", "2026-11-23")
    assert "missing: CBC, ferritin and transferrin saturation within 60 days" in done.stdout
    assert "23 imported" in done.stdout
    assert done.stderr == ""


def test_in_the_demo_a_referral_comes_to_the_center_whose_log_ins_are_printed_and_elsewhere_none_is_guessed() -> None:
    from chairside.apps.organizations.context import organization_scope
    from chairside.apps.organizations.models import Organization
    from chairside.cli.import_ import _organization
    from chairside.cli.problems import UsageProblem

    for slug in ("harbor-point", "northlight"):
        made = Organization(name=slug, slug=slug, demo=True)
        with organization_scope(made.id):
            made.save()
    assert _organization(None, True, "UTC").slug == "northlight"
    with pytest.raises(UsageProblem, match=r"--organization: say whose center it is \(harbor-point, northlight\)"):
        _organization(None, False, "UTC")
