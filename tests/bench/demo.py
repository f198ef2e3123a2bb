"""The demo's center in a private database with a real server on it, and log-ins made without the slow hashing of passwords.

`--data FOLDER` keeps the database for the next run; otherwise everything is gone at the end.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chairside.embedded import Cluster
from tests.live.server import WebServer, durable_cluster

DAY = date(2026, 11, 23)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Demo:
    """Django stands in this process too, on the same database and with the same clock."""

    cluster: Cluster
    server: WebServer
    ready: float

    def cookies(self, user: Any) -> dict[str, str]:
        """A session of this person, and the token that forms carry."""
        from django.test import Client

        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(user, BACKEND)
        return {"sessionid": client.cookies["sessionid"].value, "csrftoken": "x" * 32}


def words(about: str, **more: tuple[type, Any]) -> argparse.Namespace:
    """The command line of a bench."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, help="keep the database in this folder")
    for name, (kind, default) in more.items():
        parser.add_argument(f"--{name}", type=kind, default=default)
    return parser.parse_args()


@contextmanager
def demo(data: Path | None, *, center: bool = True) -> Iterator[Demo]:
    """Start it all, in the mid-morning of the demo's day; without the center, when a bench makes its own."""
    with _cluster(data) as cluster:
        from chairside.cli.database import set_up, use_private
        from chairside.cli.demo_time import clock_offset
        from chairside.cli.migrate import migrate

        use_private(cluster)
        offset = clock_offset(DAY, ZoneInfo("America/Chicago"), datetime.now(UTC))
        os.environ["CHAIRSIDE_CLOCK_OFFSET"] = str(offset)
        begun = time.monotonic()
        migrate(set_up().owner_database_url, verbosity=0)
        if center:
            from chairside.cli.demo_center import seed

            seed(DAY)
        print(f"\ntables and center: {time.monotonic() - begun:.1f} s", file=sys.stderr)
        server = WebServer(cluster, offset, os.environ["CHAIRSIDE_SECRET_KEY"])
        try:
            yield Demo(cluster, server, server.start())
        finally:
            server.stop()


@contextmanager
def _cluster(data: Path | None) -> Iterator[Cluster]:
    if data is None:
        with durable_cluster() as cluster:
            yield cluster
    else:
        with Cluster(data) as cluster:
            yield cluster
