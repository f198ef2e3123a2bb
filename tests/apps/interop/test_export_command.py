"""`chairside export` as a person and a script meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apps.intake.cast import REFERRALS
from tests.apps.interop.exports import content
from tests.database import WorkerDatabase

pytestmark = pytest.mark.django_db(transaction=True)


def run(database: WorkerDatabase, *words: object, said: str = "") -> subprocess.CompletedProcess[str]:
    variables = {
        "CHAIRSIDE_MODE": "demo",
        "CHAIRSIDE_DATABASE_URL": database.cluster.url("app", database.name),
        "CHAIRSIDE_OWNER_DATABASE_URL": database.cluster.url("owner", database.name),
        "CHAIRSIDE_SECRET_KEY": "x" * 40,
    }
    command = [sys.executable, "-m", "chairside.cli", *map(str, words)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHAIRSIDE_", "DJANGO_"))}
    return subprocess.run(command, env=kept | variables, capture_output=True, text=True, timeout=60, check=False, input=said)


def test_export_says_what_it_wrote_and_refuses_in_one_line(worker_database: WorkerDatabase, tmp_path: Path) -> None:
    from tests.apps.intake.cast import center

    out = tmp_path / "out"
    none_yet = run(worker_database, "export", out)
    assert (none_yet.returncode, "there is none yet" in none_yet.stderr) == (2, True), none_yet.stderr
    with center("northlight"):
        pass
    files = [next(REFERRALS.glob(f"{start}-*.json")) for start in ("s01", "s28")]
    assert run(worker_database, "import", *files, "--as-of", "2026-11-23").returncode == 0
    done = run(worker_database, "export", out, "--as", "bundles", "--originals", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert set(told) == {
        "folder", "center", "resources", "patients", "files", "originals", "left_out", "damaged", "seconds", "peak_mb",
    }  # fmt: skip
    assert (told["patients"], told["originals"], told["left_out"], told["damaged"]) == (2, 2, [], [])
    assert {item["file"] for item in told["files"]} == set(content(out))
    one = run(worker_database, "export", tmp_path / "one", "--patients", "-", said="SM100128\n\n")
    assert one.returncode == 0, one.stderr
    assert len((tmp_path / "one" / "Patient.ndjson").read_text().splitlines()) == 1
    assert "SM100128" not in (tmp_path / "one" / "export.json").read_text()
    refusals: list[tuple[list[object], str]] = [
        ([out], "--replace"),
        ([tmp_path / "new", "--patient", "nobody"], "nobody here has the number or id “nobody”"),
        ([tmp_path / "new", "--patients", tmp_path / "none"], "--patients"),
        ([tmp_path / "new", "--organization", "nobody"], "“nobody” is not one of the organizations here (northlight)"),
        ([files[0]], "DIR: it cannot be written"),
    ]
    for words, says in refusals:
        bad = run(worker_database, "export", *words)
        assert (bad.returncode, says in bad.stderr) == (2, True), bad.stderr
        assert len(bad.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "new").exists()
