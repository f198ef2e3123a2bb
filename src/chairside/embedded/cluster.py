"""One private PostgreSQL server: start or attach, recover, stop."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote, urlencode

from chairside.embedded import binaries, passwords, roles, server
from chairside.embedded.account import server_account
from chairside.embedded.passwords import ROLE_NAMES, Role
from chairside.embedded.problems import ClusterProblem
from chairside.embedded.server import Server

StopMode = Literal["smart", "fast", "immediate"]

_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0


class Cluster:
    """A server with its data in `data_dir`, reached by unix socket only.

    Any number of processes may start it at once: one does the work, the others attach. With `test` it trades durability for
    speed and always stops at once.
    """

    def __init__(self, data_dir: Path, *, test: bool = False) -> None:
        self.folder = data_dir.absolute().resolve()
        self.test = test
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, or attach to it when it runs already."""
        account = server_account()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        account.own(self.folder)
        with self._locked():
            passwords.make(self._passwords)
            found = Server(self.folder, binaries.find(account), account, test=self.test)
            if not found.ready():
                found.make_data(passwords.read(self._passwords)["superuser"])
                self._child = found.launch(_READY_SECONDS) or self._child
            roles.ensure_roles(self._superuser, passwords.read(self._passwords))
            if not roles.database_exists(self._superuser, "chairside"):
                self.create_database("chairside")

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server and wait until it has gone; an unwilling one is stopped harder."""
        if not self.folder.exists():
            return
        with self._locked():
            wanted: StopMode = "immediate" if self.test else mode
            socket = server.socket_of(self.folder)
            if not self._stopped(wanted) and not self._stopped("immediate"):
                raise ClusterProblem(f"The private database (process {self.pid()}) does not stop. Look at {self._log}.")
            server.forget_socket(self.folder, socket)
            self._child = None

    def running(self) -> bool:
        """Whether the server is up. It may still be recovering; `start` waits for that."""
        return self.pid() is not None

    def pid(self) -> int | None:
        """The server's process number, None when it does not run."""
        self._reap()
        return server.live_pid(self.folder)

    def url(self, role: Role, database: str = "chairside") -> str:
        """Where psycopg connects as this role; the host is the socket's folder."""
        socket = server.socket_of(self.folder)
        if socket is None:
            raise ClusterProblem("The private database does not run.")
        secret = quote(passwords.read(self._passwords)[role], safe="")
        where = urlencode({"host": str(socket), "port": "5432"})
        return f"postgresql://{ROLE_NAMES[role]}:{secret}@/{quote(database, safe='')}?{where}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database that the owner role owns."""
        roles.create_database(self._superuser, name, template)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, ending its connections."""
        roles.drop_database(self._superuser, name)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def _passwords(self) -> Path:
        return self.folder / "passwords.json"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    @property
    def _superuser(self) -> str:
        return self.url("superuser", "postgres")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Only one process at a time starts or stops this server; the kernel frees the lock of a killed one."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _stopped(self, mode: StopMode) -> bool:
        pid = self.pid()
        if pid is None:
            return True
        os.kill(pid, _SIGNALS[mode])
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if self.pid() is None:
                return True
            time.sleep(0.02)
        return False

    def _reap(self) -> None:
        """A server that we launched stays a zombie until we ask after it."""
        if self._child is not None:
            self._child.poll()
