"""The real thing for tests that kill it and benches that time it: a durable PostgreSQL of one's own and `chairside serve`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chairside.embedded import Cluster, binaries
from chairside.embedded.account import server_account

_READY_SECONDS = 30.0
_SECRET = "only for a server that lives as long as one test"


@contextmanager
def durable_cluster() -> Iterator[Cluster]:
    """A running cluster that keeps what it acknowledged, like the one of a site; gone with its files at the end."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-live-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        Cluster(folder).stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def copy_tables(migrated: str, to: str) -> None:
    """Bring an empty database to the state of a migrated one. Both are URLs of superusers."""
    folder = binaries.find(server_account()).folder
    dump = subprocess.run([folder / "pg_dump", migrated], check=True, capture_output=True).stdout
    load = [folder / "psql", to, "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    subprocess.run(load, input=dump, check=True, capture_output=True)


class WebServer:
    """`chairside serve` on a port of 127.0.0.1 that stays the same over its restarts."""

    def __init__(self, cluster: Cluster, clock_offset: int = 0, secret: str = _SECRET) -> None:
        self.cluster, self.clock_offset, self.secret = cluster, clock_offset, secret
        self.port = _free_port()
        self.log = cluster.folder / "web.log"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; how many seconds until it took connections."""
        begun = time.monotonic()
        self.launch()
        self.wait()
        return time.monotonic() - begun

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "chairside.cli", "serve", "--port", str(self.port)],
                env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Until it takes connections."""
        assert self._child is not None
        deadline = time.monotonic() + _READY_SECONDS
        while not _listens(self.port):
            if self._child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The web server did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As if its machine had lost power."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._end(signal.SIGTERM)

    def busy(self) -> float:
        """Processor seconds that the server has used (Linux; 0.0 elsewhere): less moved by a busy machine than times are."""
        assert self._child is not None
        try:
            told = Path(f"/proc/{self._child.pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return 0.0
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def _end(self, number: int) -> None:
        assert self._child is not None
        self._child.send_signal(number)
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)

    def _environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("CHAIRSIDE_", "DJANGO_"))}
        return mine | {
            "CHAIRSIDE_MODE": "demo",
            "CHAIRSIDE_DATABASE_URL": self.cluster.url("app"),
            "CHAIRSIDE_DATA_DIR": str(self.cluster.folder),
            "CHAIRSIDE_SECRET_KEY": self.secret,
            "CHAIRSIDE_BASE_URL": f"http://127.0.0.1:{self.port}",
            "CHAIRSIDE_CLOCK_OFFSET": str(self.clock_offset),
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
