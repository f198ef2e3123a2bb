"""The first command a newcomer types: it must answer, do its jobs, and leave nothing behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from chairside.embedded import Cluster


@pytest.fixture
def data_dir() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="chairside-demo-"))
    yield made
    Cluster(made).stop("immediate")
    shutil.rmtree(made)


@contextmanager
def _demo(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo as a process of its own, and the address that it told."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CHAIRSIDE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "chairside.cli", "demo", "--port", "8500"],
        env={**settings, "CHAIRSIDE_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        seen = ""
        while "Ctrl-C" not in seen and (line := process.stdout.readline()):
            seen += line
        address = re.search(r"http://127\.0\.0\.1:\d+", seen)
        assert address, seen
        yield process, address.group()
    finally:
        process.kill()
        process.wait()


def _workers(data_dir: Path, seconds: float) -> int:
    """How many workers the queue knows, once it knows one."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(Cluster(data_dir).url("superuser"), autocommit=True) as connection:
        while True:
            row = connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
            if (row and row[0]) or time.monotonic() > deadline:
                return row[0] if row else 0
            time.sleep(0.1)


def _left_running(data_dir: Path) -> list[str]:
    said = subprocess.run(["ps", "-eo", "stat=,args="], text=True, capture_output=True, check=True).stdout
    return [line for line in said.splitlines() if str(data_dir) in line and not line.startswith("Z")]


@pytest.mark.timeout(180)
def test_the_demo_answers_runs_its_worker_and_leaves_nothing_running(data_dir: Path):
    for farewell in (signal.SIGINT, signal.SIGTERM):
        with _demo(data_dir) as (process, address):
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert answer.status == 200
            assert _workers(data_dir, seconds=20) >= 1
            process.send_signal(farewell)
            assert process.wait(30) == 0
        assert _left_running(data_dir) == []


def test_the_demo_refuses_to_touch_a_database_that_was_named_for_production(monkeypatch: pytest.MonkeyPatch):
    from click.testing import CliRunner

    from chairside.cli import main

    monkeypatch.setenv("CHAIRSIDE_DATABASE_URL", "postgresql://app@db.example.org/chairside")
    found = CliRunner().invoke(main, ["demo", "--reset"])
    assert found.exit_code == 2
    assert "CHAIRSIDE_DATABASE_URL is set" in found.stderr
