"""An import whose disk becomes full: it says so, nothing is half-done, and with room again the same import goes on.

The disk is a small one in memory. Only root may mount it, so elsewhere these tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chairside.embedded import Cluster
from tests.kill import sender
from tests.kill.center import Center, now, same, state

pytestmark = pytest.mark.timeout(300)
_MB = 1 << 20


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of so many megabytes."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip() if done else 'no mount command'}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def filled(folder: Path, leave: int) -> Path:
    """Fill the disk, but for so many bytes; the file that does it."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with ballast.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, free - leave)
    return ballast


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that the server's own account may enter: pytest's are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-disk-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return sender.as_folder(sender.people(40, 150), tmp_path / "received")


@contextmanager
def private(folder: Path) -> Iterator[Center]:
    place = Center(Cluster(folder), private=True)
    try:
        yield place
    finally:
        place.end()
        Cluster(folder).stop("immediate")


@pytest.mark.prove
@pytest.mark.parametrize("full", ["all", "tables", "log"])
def test_a_full_disk_of_the_database_is_told_and_with_room_again_the_import_goes_on(
    tmp_path: Path, reachable: Path, files: Path, full: str
) -> None:
    """Where its log cannot grow, PostgreSQL stops at once (it panics); where a table cannot, it says so."""
    if full == "log":  # more than what the log has room for already
        sender.as_folder(sender.people(160, 150), files)
    tiny, begun = tmp_path / "tiny.json", now()
    tiny.write_text('{"resourceType":"Basic","id":"tiny","code":{"text":"makes the tables and the center"}}')
    with private(reachable / "roomy") as place:
        place.imported(tiny)
        place.imported(files)
        expected = state(place, begun)
    begun = now()
    with small_disk(reachable / "disk", 400) as disk, private((reachable if full == "log" else disk) / "database") as place:
        place.imported(tiny)
        if full != "all":
            move_log(place.cluster, (disk if full == "log" else reachable) / "pg_wal")
        ballast = filled(disk, 1 * _MB if full == "log" else 6 * _MB)
        child = place.import_(files)
        said, complaint = child.communicate(timeout=200)
        print(complaint)
        assert (child.returncode, said) == (1, ""), complaint
        assert len(complaint.splitlines()) == 1
        full_disk = "the database's disk is full"
        lost = "the connection to the database was lost (it may have stopped because its disk is full)"
        assert f"stopped: {lost if full == 'log' else full_disk}. What" in complaint
        assert "nothing is half-done" in complaint
        ballast.unlink()
        place.imported(files)
        place.verified()
        same(state(place, begun), expected)


def move_log(cluster: Cluster, elsewhere: Path) -> None:
    """Let the write-ahead log stand on another disk than the tables: then the server errs where it would panic."""
    cluster.stop()
    log = cluster.folder / "data" / "pg_wal"
    shutil.copytree(log, elsewhere)
    owner = log.stat()
    for item in [elsewhere, *elsewhere.rglob("*")]:
        os.chown(item, owner.st_uid, owner.st_gid)
    elsewhere.chmod(0o700)
    shutil.rmtree(log)
    log.symlink_to(elsewhere)


def test_a_full_disk_of_the_spool_is_told_and_nothing_came_in(tmp_path: Path, files: Path, private_center: Center) -> None:
    with small_disk(tmp_path / "spool", 1) as spool, (files / "Observation.ndjson").open("rb") as piped:
        child = private_center.import_("-", stdin=piped, TMPDIR=str(spool))
        said, complaint = child.communicate(timeout=60)
        assert (child.returncode, said) == (1, ""), complaint
        assert complaint == (
            f"chairside: standard input does not fit into {spool}: no space is left there. Nothing was imported; "
            "make room or set TMPDIR to a folder with room, and import the same again.\n"
        )
        assert list(spool.iterdir()) == []


@pytest.fixture
def private_center(tmp_path: Path) -> Iterator[Center]:
    with private(tmp_path / "private") as place:
        yield place
