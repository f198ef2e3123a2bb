"""A database of their own for the tests of the floor, with a row of two organizations in every table.

They only try what must be refused, on connections of their own, so one database serves them all.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest

from tests.database import WorkerDatabase

Connect = Callable[..., psycopg.Connection]


@pytest.fixture(scope="package")
def floor_url(django_db_setup: None, worker_database: WorkerDatabase) -> Iterator[Callable[[str], str]]:
    from tests.apps.organizations.rows import OURS, THEIRS, populate  # it needs Django to be set up

    cluster, name = worker_database.cluster, f"{worker_database.name}_floor"
    cluster.create_database(name, template="template")
    with psycopg.connect(cluster.url("superuser", name), autocommit=True) as superuser:
        superuser.execute(f"GRANT TEMP ON DATABASE {name} TO chairside_app")
        for organization in (OURS, THEIRS):
            populate(superuser, organization)
    yield lambda role: cluster.url(role, name)
    cluster.drop_database(name)


@pytest.fixture
def connect(floor_url) -> Iterator[Connect]:
    """Connections by role: `connect("app")` without a scope, `connect("app", OURS)` within one."""
    opened: list[psycopg.Connection] = []

    def open_one(role: str, organization: UUID | str = "") -> psycopg.Connection:
        opened.append(psycopg.connect(floor_url(role), autocommit=True))
        opened[-1].execute("SELECT set_config('chairside.organization', %s, false)", [str(organization)])
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()
