"""H-020 an entry lost or doubled: `kill -9` of the server and of PostgreSQL loses nothing that was acknowledged.

A real `chairside serve` on a durable private PostgreSQL; people who post the pages' own forms and send again, with the same
number, what was not answered.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from chairside.apps.people.models import User
from chairside.cli.connection import connected_as
from chairside.embedded import Cluster
from tests.apps.visit import cast as story
from tests.kill.examination import examine
from tests.kill.stream import Stream
from tests.live.server import WebServer, copy_tables, durable_cluster
from tests.live.visitor import Visitor

PASSWORD = "four plain words here"
NOW = story.NINE + timedelta(hours=1)  # by the clock of the server as it starts
_DEADLINE = 120.0


def fill(cluster: Cluster, worker_database) -> dict[str, story.Cast]:
    """Two organizations, an infusion running in each, in a durable cluster."""
    copy_tables(worker_database.cluster.url("superuser", worker_database.name), cluster.url("superuser"))
    casts = {}
    with connected_as(cluster.url("app")):
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")  # no promise is made yet
        for slug in ("north", "south"):
            with story.center(slug) as cast:
                story.run(cast)
                assert cast.at < NOW
                User.objects.filter(pk=cast.users["nurse"].pk).update(password=make_password(PASSWORD))
                cast.visit.refresh_from_db()
                casts[slug] = cast
    return casts


def people(server: WebServer, casts: dict[str, story.Cast]) -> list[Stream]:
    """One alone in the north, whose commands depend on the log; two screens at once at the same visit in the south."""
    found = []
    for slug, screens in (("north", 1), ("south", 2)):
        visitor, visit = Visitor(server.port), casts[slug].visit
        visitor.log_in(f"nurse@{slug}.example", PASSWORD)
        alone = story.DRUG if screens == 1 else ""
        found += [Stream(Visitor(server.port, visitor.cookies), visit.pk, visit.sequence, alone) for _ in range(screens)]
    return found


def kill(what: str, server: WebServer, cluster: Cluster, streams: list[Stream]) -> int:
    """Kill it, look at what was kept, and bring it back. A web server outlives its database and finds it again by itself.

    How many entries were in the log although nobody had been told so.
    """
    if what == "server":
        server.kill()
        unanswered = kept_without_answer(cluster, streams)
        server.start()
        return unanswered
    pid = cluster.pid()
    assert pid
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], text=True, capture_output=True, check=False).stdout
    for victim in [pid, *(int(word) for word in said.split() if what == "database and children")]:
        with suppress(ProcessLookupError):  # it ended with its parent
            os.kill(victim, signal.SIGKILL)
    cluster.start()
    assert cluster.pid() != pid
    return kept_without_answer(cluster, streams)


def kept_without_answer(cluster: Cluster, streams: list[Stream]) -> int:
    promised = {entry.key for stream in streams for entry in stream.acknowledged}
    pending = {entry.key for stream in streams for entry in stream.entries} - promised
    with psycopg.connect(cluster.url("superuser")) as direct:
        kept = {str(row[0]) for row in direct.execute("SELECT id FROM visit_visitevent")}
    assert promised <= kept, f"{len(promised - kept)} acknowledged entries are gone"
    return len(pending & kept)


def at_a_random_moment(
    streams: list[Stream], dice: random.Random, counted: Callable[[Stream], int] = lambda stream: stream.requests
) -> None:
    """After some more requests, and then somewhere within one: it is busy waiting, because a request is shorter than a nap."""
    total = sum(counted(stream) for stream in streams) + dice.randint(3, 12)
    deadline = time.monotonic() + _DEADLINE
    while sum(counted(stream) for stream in streams) < total:
        assert time.monotonic() < deadline, [stream.problem for stream in streams]
        assert all(stream.is_alive() for stream in streams), [stream.problem for stream in streams]
        time.sleep(0.001)
    moment = time.perf_counter() + dice.uniform(0, 0.08)
    while time.perf_counter() < moment:
        pass


def killed(worker_database, victims: list[str], seed: int) -> str:
    """Kill these one after the other while people work; what was seen, in a line. Every promise is asserted on the way."""
    dice = random.Random(seed)
    unanswered = 0
    with durable_cluster() as cluster:
        server = WebServer(cluster, round((NOW - datetime.now(UTC)).total_seconds()))
        try:
            server.launch()
            casts = fill(cluster, worker_database)
            server.wait()
            streams = people(server, casts)
            for stream in streams:
                stream.start()
            for what in victims:
                at_a_random_moment(streams, dice)
                unanswered += kill(what, server, cluster, streams)
            for stream in streams:
                stream.finish()
        finally:
            server.stop()
        with connected_as(cluster.url("app")):
            for cast in casts.values():
                examine(cast, [stream for stream in streams if stream.visit == cast.visit.pk])
    entries = [entry for stream in streams for entry in stream.entries]
    again = sum(entry.sent > 1 for entry in entries)
    return f"{len(victims)} kills, {len(entries)} entries, {again} sent again, of which {unanswered} were in the log already"


@pytest.fixture
def unblocked(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Django may use a database here; which one, the test says itself."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.timeout(180)
def test_five_kills_lose_and_double_nothing_that_was_acknowledged(unblocked, worker_database):
    print(killed(worker_database, ["server", "database", "server", "database and children", "server"], seed=20))


@pytest.mark.prove
@pytest.mark.timeout(1500)
def test_fifty_kills_lose_and_double_nothing_that_was_acknowledged(unblocked, worker_database):
    dice = random.Random(50)
    print(killed(worker_database, [dice.choice(["server", "database", "database and children"]) for _ in range(50)], seed=51))
