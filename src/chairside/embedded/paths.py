"""Where the private database keeps its files, and where its socket can be.

One folder a checkout, so that two checkouts never share data by accident.
"""

import hashlib
import os
import pwd
import tempfile
from pathlib import Path

from chairside.embedded.problems import ClusterProblem

SYSTEM_FOLDER = Path("/var/lib/chairside")
"""Used by root, whose home is closed to the account that runs the server."""

SOCKET_MARKER = "chairside-embedded"
"""Begins the name of every socket folder: production knows by it that a URL points at a private database."""

# The kernel's limit is 108 bytes on Linux and 104 on macOS, the closing zero included.
_SOCKET_LIMIT = 103
_SOCKET_FILE = "/.s.PGSQL.5432"


def default_data_dir() -> Path:
    """The folder named by CHAIRSIDE_DATA_DIR, else this checkout's own."""
    named = os.environ.get("CHAIRSIDE_DATA_DIR", "")
    if named:
        return Path(named).absolute()
    home = _checkout()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    if os.geteuid() == 0:
        return SYSTEM_FOLDER / digest
    for base in _data_homes():
        if _can_write(base):
            return base / "chairside" / digest
    if _can_write(home):
        return home / ".data"
    raise ClusterProblem("No folder of yours can be written to. Set CHAIRSIDE_DATA_DIR to one and run the command again.")


def socket_dir(folder: Path) -> Path:
    """A place for the socket: inside the data folder, unless its path is too long for the kernel."""
    inside = folder / SOCKET_MARKER
    if len(os.fsencode(inside)) + len(_SOCKET_FILE) <= _SOCKET_LIMIT:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    temp = tempfile.gettempdir()
    # A name nobody can guess: a fixed one in a shared folder could be taken by somebody else first.
    return Path(tempfile.mkdtemp(prefix=f"{SOCKET_MARKER}-", dir=temp if len(temp) < 60 else "/tmp"))


def _checkout() -> Path:
    source = Path(__file__).resolve().parents[3]
    return source if (source / "pyproject.toml").exists() else Path(__file__).resolve().parents[1]


def _data_homes() -> list[Path]:
    named = os.environ.get("XDG_DATA_HOME", "")
    homes = [Path(named)] if named.startswith("/") else []
    # HOME may be unset, or set to nothing, in containers and cron: the account's own entry still knows.
    home = os.environ.get("HOME", "")
    if not home:
        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return homes
    return [*homes, Path(home) / ".local" / "share"] if home.startswith("/") else homes


def _can_write(folder: Path) -> bool:
    # os.path: a home that is closed to us counts as missing, where pathlib would raise.
    while not os.path.exists(folder):
        folder = folder.parent
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
