"""The server's files and process: make the data folder, launch, tell a live server from a stale number."""

import shutil
import subprocess
import time
from pathlib import Path

from chairside.embedded import paths, processes
from chairside.embedded.account import Account
from chairside.embedded.binaries import Binaries
from chairside.embedded.problems import ClusterProblem

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A log line must not carry a patient's data: no statements, and no "Key (name)=(…)" details.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """The programs, the account and the folder of one cluster. Its caller holds the cluster's lock."""

    def __init__(self, folder: Path, programs: Binaries, account: Account, *, test: bool) -> None:
        self.folder, self.programs, self.account, self.test = folder, programs, account, test
        self.data = folder / "data"
        self.log = folder / "server.log"

    def ready(self) -> bool:
        """Whether the server accepts connections, by its own word."""
        socket = socket_of(self.folder)
        if socket is None or live_pid(self.folder) is None:
            return False
        program = self.programs.folder / "pg_isready"
        return self.account.run([program, "-q", "-t", "2", "-h", socket, "-p", "5432"], self.folder).returncode == 0

    def make_data(self, superuser_password: str) -> None:
        """Make the data folder if there is none, and stop if another major version made it."""
        if not self.data.exists():
            self._initdb(superuser_password)
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.programs.major):
            raise ClusterProblem(
                f"The data in {self.data} was made by PostgreSQL {made_by} and this is {self.programs.major}. "
                "Dump it with the old version and restore it, or remove the folder to start afresh."
            )

    def launch(self, seconds: float) -> subprocess.Popen[bytes] | None:
        """Start the server and wait until it answers. None when one was already coming up."""
        deadline = time.monotonic() + seconds
        while True:
            child = None
            if live_pid(self.folder) is None:
                _retire_pid_file(self.data)
                child = self._spawn()
            if self._answers(child, deadline):
                return child
            # The children of a killed server hold its memory for a moment longer. Anything else will not mend itself.
            said = self.log.read_text(errors="replace")
            if time.monotonic() > deadline or "shared memory block" not in said:
                raise ClusterProblem(f"The private database did not start: {_why(said)} (log: {self.log})")
            time.sleep(0.2)

    def _initdb(self, password: str) -> None:
        half = self.folder / "data.init"
        shutil.rmtree(half, ignore_errors=True)
        secret = self.folder / "initdb.secret"
        secret.touch(mode=0o600)
        self.account.own(secret)
        secret.write_text(password)
        options = ["--encoding=UTF8", "--data-checksums", "--auth=scram-sha-256", "--username=postgres"]
        # The builtin locale sorts alike on every machine; before 17 there was none, and C is the nearest.
        if self.programs.major >= 17:
            options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            options += ["--locale=C"]
        if self.test:
            options += ["--no-sync"]
        program = self.programs.folder / "initdb"
        said = self.account.run([program, "-D", half, f"--pwfile={secret}", *options], self.folder)
        secret.unlink()
        if said.returncode != 0:
            raise ClusterProblem(f"The private database could not be made in {self.folder}: {_why(said.stderr)}")
        half.rename(self.data)  # last, so that an interrupted initdb is never taken for a database

    def _spawn(self) -> subprocess.Popen[bytes]:
        forget_socket(self.folder, socket_of(self.folder))
        socket = paths.socket_dir(self.folder)
        # Its lock file names the old process too, and no server lives: we hold the cluster's lock and have looked.
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (socket / name).unlink(missing_ok=True)
        self.account.own(socket)
        settings = _SETTINGS | (_TEST_SETTINGS if self.test else {}) | {"unix_socket_directories": str(socket)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        if self.log.exists():
            self.log.replace(self.log.with_name("server.log.1"))
        with self.log.open("wb") as log:
            return self.account.launch([self.programs.folder / "postgres", "-D", self.data, *words], self.folder, log)

    def _answers(self, child: subprocess.Popen[bytes] | None, deadline: float) -> bool:
        while time.monotonic() < deadline:
            if self.ready():
                return True
            if child is not None and child.poll() is not None:
                return False
            if child is None and live_pid(self.folder) is None:
                return False
            time.sleep(0.02)
        return False


def live_pid(folder: Path) -> int | None:
    """The process number of the server on this folder, if that process lives and is that server."""
    lines = _pid_file(folder / "data")
    pid = int(lines[0]) if lines and lines[0].isdigit() else 0
    command = processes.command_line(pid) if pid else None
    return pid if command and "postgres" in command and str(folder / "data") in command else None


def socket_of(folder: Path) -> Path | None:
    """The socket's folder, as the server itself wrote it down."""
    lines = _pid_file(folder / "data")
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def forget_socket(folder: Path, socket: Path | None) -> None:
    """Remove a socket's folder that was made elsewhere because the path was too long."""
    if socket is not None and folder not in socket.parents and socket.name.startswith(paths.SOCKET_MARKER):
        shutil.rmtree(socket, ignore_errors=True)


def _why(log: str) -> str:
    lines = log.strip().splitlines() or ["nothing was logged"]
    return next((line for line in reversed(lines) if any(word in line for word in ("FATAL", "PANIC", "error:"))), lines[-1])


def _pid_file(data: Path) -> list[str]:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _retire_pid_file(data: Path) -> None:
    """Make a stale file say so, without taking away what it says of shared memory.

    PostgreSQL refuses to start while the number in it is in use, be it by a zombie or by another program after a reboot. The
    file itself must stay: by it the new server finds out whether children of the old one still write to the data.
    """
    file = data / "postmaster.pid"
    lines = _pid_file(data)
    if lines:
        file.write_text("\n".join([str(processes.a_dead_pid()), *lines[1:]]) + "\n")
