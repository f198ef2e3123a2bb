"""The operating system account that runs the server: PostgreSQL refuses root, so root lends it another."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chairside.embedded.problems import ClusterProblem

_LENT_BY_ROOT = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who runs the server. `lent` is false for an ordinary user, who runs it as themselves."""

    name: str
    uid: int
    gid: int
    lent: bool

    def own(self, path: Path) -> None:
        """Hand a file or folder to the account."""
        if self.lent:
            os.chown(path, self.uid, self.gid)

    def run(self, command: Sequence[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a short program as the account and return what it said."""
        with _Plainly(self, cwd):
            return subprocess.run(
                [str(part) for part in command], text=True, capture_output=True, timeout=120, check=False, **self._as(cwd)
            )

    def launch(self, command: Sequence[str | Path], cwd: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a long-running program in a session of its own, so that Ctrl-C in a terminal does not reach it."""
        with _Plainly(self, cwd):
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as(cwd),
            )

    def _as(self, cwd: Path) -> dict[str, Any]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        settings: dict[str, Any] = {"cwd": cwd, "env": {**kept, "LC_ALL": "C"}}
        if self.lent:
            settings |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return settings


class _Plainly:
    """Turn "permission denied" on the way to a folder into a sentence."""

    def __init__(self, account: Account, cwd: Path) -> None:
        self.account, self.cwd = account, cwd

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PermissionError):
            raise ClusterProblem(
                f"The account '{self.account.name}', which runs the private database, cannot work in {self.cwd}. "
                "Set CHAIRSIDE_DATA_DIR to a folder whose parents everyone may enter."
            ) from error


def server_account() -> Account:
    """Ourselves, or, for root, an existing unprivileged account (none is ever created)."""
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), lent=False)
    for name in _LENT_BY_ROOT:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, lent=True)
    raise ClusterProblem("PostgreSQL does not run as root and there is no account 'nobody' here. Run as an ordinary user.")
