"""What the tests of imports that are broken off share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chairside.embedded import Cluster
from tests.kill.center import prepare
from tests.live.server import copy_tables, durable_cluster


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, worker_database) -> Iterator[Cluster]:
    """A durable PostgreSQL with the tables and one center, for the tests of one file."""
    with django_db_blocker.unblock(), durable_cluster() as cluster:
        copy_tables(worker_database.cluster.url("superuser", worker_database.name), cluster.url("superuser"))
        prepare(cluster)
        yield cluster
