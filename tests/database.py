"""The tests' PostgreSQL: one temporary cluster a run, one template migrated once, one database a test process.

Everything lives in a folder with a name of its own, so several people may run tests in one checkout.
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from chairside.embedded import Cluster, ClusterProblem
from tests import template

_PREFIX = "chairside-tests"
_TEMPLATE = "template"


def make_folder() -> Path:
    """A short path (a socket's path is limited) named after this process, so that a later run can tell it was abandoned."""
    _sweep()
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{os.getpid()}-"))


def remove_folder(folder: Path) -> None:
    """Stop first: a server outlives its deleted data."""
    Cluster(folder, test=True).stop()
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what killed test runs left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*"):
        match = re.match(rf"{_PREFIX}-(\d+)-", folder.name)
        if match and not _lives(int(match.group(1))):
            try:
                remove_folder(folder)
            except (OSError, ClusterProblem):
                continue  # somebody else's


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class WorkerDatabase:
    """The database of one test process, made anew from the migrated template whenever a test has committed."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name

    def make(self) -> None:
        """Copy the template; the first process to come here migrates it."""
        with _alone(self.cluster.folder / "template.lock"):
            if not _exists(self.cluster, _TEMPLATE):
                _make_template(self.cluster)
        self.cluster.create_database(self.name, template=_TEMPLATE)

    def renew(self) -> None:
        """Back to the state after migrations. Truncating would not do: the app role may not, and triggers refuse it."""
        from django.db import connections

        connections.close_all()
        self.cluster.drop_database(self.name)
        self.cluster.create_database(self.name, template=_TEMPLATE)

    def connect_django(self) -> None:
        """Point Django at it, as the app role: row-level security must hold in tests too."""
        from django.db import connections

        from chairside.cli.connection import point_at

        roles = {"default": "app", "owner": "owner", "read": "read"}
        for alias in connections:
            point_at(self.cluster.url(roles.get(alias, "app"), self.name), alias)  # type: ignore[arg-type]


def _make_template(cluster: Cluster) -> None:
    """Under another name until it is whole, so that an interrupted run leaves no half template."""
    half = "template_half"
    cluster.drop_database(half)
    cluster.create_database(half)
    template.fill(cluster, half)
    _load_protocols(cluster, half)
    with psycopg.connect(cluster.url("superuser", "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {half} RENAME TO {_TEMPLATE}")


def _load_protocols(cluster: Cluster, database: str) -> None:
    """As `chairside migrate` does after the migrations: no test then waits for a hundred files to be written."""
    from chairside.apps.formulary.services import releases_sync
    from chairside.cli.connection import connected_as

    with connected_as(cluster.url("owner", database)):
        releases_sync()


def _exists(cluster: Cluster, name: str) -> bool:
    with psycopg.connect(cluster.url("superuser", "postgres"), autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
