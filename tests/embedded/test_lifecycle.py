"""Start, attach, recover, stop: each of these was met on a real machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from chairside.embedded import Cluster, ClusterProblem


def _write_a_thousand(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("owner")) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")


def _kept(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url("owner")) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row
    return int(row[0])


def _descendants(pid: int) -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], text=True, capture_output=True, check=False)
    return [int(word) for word in said.stdout.split()]


def test_it_runs_after_start_and_is_gone_after_stop(own: Cluster):
    pid = own.pid()
    assert own.running()
    assert pid
    own.stop()
    assert not own.running()
    with pytest.raises(ClusterProblem, match="does not run"):
        own.url("app")


def test_stopping_twice_or_before_any_start_is_no_error(folder: Path):
    Cluster(folder).stop()
    Cluster(folder / "never made").stop()


def test_a_second_start_attaches_to_the_same_server(own: Cluster):
    other = Cluster(own.folder)
    other.start()
    assert other.pid() == own.pid()


def test_the_context_manager_stops_what_it_started(folder: Path):
    with Cluster(folder, test=True) as cluster:
        assert cluster.running()
    assert not cluster.running()


def test_eight_processes_that_start_it_at_once_give_one_server(folder: Path):
    program = (
        "import sys; from pathlib import Path; from chairside.embedded import Cluster;"
        "c = Cluster(Path(sys.argv[1]), test=True); c.start(); print(c.pid())"
    )

    def start(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", program, str(folder)], text=True, capture_output=True, check=True, timeout=50
        ).stdout

    with ThreadPoolExecutor(8) as pool:
        pids = set(pool.map(start, range(8)))
    assert pids == {f"{Cluster(folder).pid()}\n"}


def test_a_killed_server_comes_back_with_all_rows(own: Cluster):
    _write_a_thousand(own)
    killed = own.pid()
    assert killed
    os.kill(killed, signal.SIGKILL)  # its children live on for a moment and hold its shared memory
    own.start()
    assert own.pid() != killed
    assert _kept(own) == 1000


def test_a_server_killed_with_all_its_children_comes_back_with_all_rows(own: Cluster):
    _write_a_thousand(own)
    pid = own.pid()
    assert pid
    for victim in [pid, *_descendants(pid)]:
        os.kill(victim, signal.SIGKILL)
    own.start()
    assert _kept(own) == 1000


def test_a_zombie_is_not_taken_for_a_server(own: Cluster):
    pid = own.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    # Our own child, not yet waited for: its number still answers.
    deadline = time.monotonic() + 10
    while "Z" not in _state(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(pid, 0)
    assert not Cluster(own.folder).running()


def _state(pid: int) -> str:
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], text=True, capture_output=True, check=False).stdout


def test_a_number_that_now_belongs_to_another_program_does_not_stop_the_start(own: Cluster):
    own.stop("immediate")
    file = own.folder / "data" / "postmaster.pid"
    other = subprocess.Popen(["sleep", "60"])
    try:
        file.write_text(f"{other.pid}\n{own.folder / 'data'}\n0\n5432\n{own.folder / 'chairside-embedded'}\n\n0 0\n")
        assert not own.running()
        own.start()
        assert own.pid() != other.pid
        own.stop()
        assert other.poll() is None, "another program was signalled"
    finally:
        other.kill()
        other.wait()


@contextmanager
def _changed(file: Path, text: str) -> Iterator[None]:
    before = file.read_text()
    file.write_text(text)
    yield
    file.write_text(before)


def test_data_of_another_major_version_stops_the_start_with_both_versions_named(own: Cluster):
    own.stop()
    with (
        _changed(own.folder / "data" / "PG_VERSION", "14\n"),
        pytest.raises(ClusterProblem, match="made by PostgreSQL 14 and this is 1"),
    ):
        own.start()


def test_an_interrupted_initdb_is_done_again(folder: Path):
    (folder / "data.init").mkdir()
    (folder / "data.init" / "half").touch()
    with Cluster(folder, test=True) as cluster:
        assert cluster.running()
    assert not (folder / "data.init").exists()


def test_a_folder_too_deep_for_a_socket_still_works_and_leaves_nothing_outside(folder: Path):
    deep = folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    for step in (folder, deep.parent, deep):
        step.chmod(0o755)
    with Cluster(deep, test=True) as cluster:
        with psycopg.connect(cluster.url("superuser")) as connection:
            row = connection.execute("SHOW unix_socket_directories").fetchone()
        assert row
        outside = Path(row[0])
        assert deep not in outside.parents
        assert outside.stat().st_mode & 0o777 == 0o700
    assert not outside.exists()


def test_a_setting_that_the_server_refuses_is_told_in_its_own_words(own: Cluster):
    own.stop()
    settings = own.folder / "data" / "postgresql.conf"
    with (
        _changed(settings, "no_such_setting = 1\n"),
        pytest.raises(ClusterProblem, match="configuration file"),
    ):
        own.start()
