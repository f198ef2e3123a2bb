"""What the migrations make, kept between runs: migrating takes many seconds, loading a dump one.

The gate sets TESTS_MIGRATE=always and never uses the copy.
"""

import hashlib
import os
import subprocess
from pathlib import Path

from chairside.cli.connection import connected_as
from chairside.embedded import Cluster, binaries
from chairside.embedded.account import server_account

ROOT = Path(__file__).resolve().parents[1]
_CACHE = ROOT / ".cache" / "tests"
# Everything that decides what is in a database after `migrate`: the migrations, and what apps add after each run of them.
_SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "organizations/*.py", "audit/*.py")
_KEPT = 5


def fill(cluster: Cluster, database: str) -> None:
    """Bring the empty database to the state after migrations."""
    copy = _CACHE / f"{_digest()}.sql"
    if copy.exists() and os.environ.get("TESTS_MIGRATE") != "always":
        _client("psql", cluster, database, "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", str(copy))
        copy.touch()
        return
    _migrate(cluster, database)
    _CACHE.mkdir(parents=True, exist_ok=True)
    half = copy.with_suffix(f".{os.getpid()}")
    _client("pg_dump", cluster, database, "-f", str(half))
    half.rename(copy)
    _forget_old()


def _migrate(cluster: Cluster, database: str) -> None:
    from django.core.management import call_command

    with connected_as(cluster.url("owner", database)):
        call_command("migrate", verbosity=0, interactive=False)


def _client(program: str, cluster: Cluster, database: str, *words: str) -> None:
    folder = binaries.find(server_account()).folder
    subprocess.run([folder / program, cluster.url("superuser", database), *words], check=True, capture_output=True)


def _digest() -> str:
    whole = hashlib.sha256((ROOT / "locks" / "app.lock").read_bytes())
    apps = ROOT / "src" / "chairside" / "apps"
    for file in sorted({file for pattern in _SOURCES for file in apps.glob(pattern)}):
        whole.update(str(file.relative_to(apps)).encode() + file.read_bytes())
    return whole.hexdigest()[:16]


def _forget_old() -> None:
    kept = sorted(_CACHE.glob("*.sql"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in kept[_KEPT:]:
        file.unlink(missing_ok=True)
