"""H-020 the network is pulled and the server killed in the middle of entry: nothing acknowledged is lost, nothing doubled.

As tests/kill/test_kill.py, by people whose pages keep what was not acknowledged and send it later as reported facts.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chairside.apps.organizations.context import organization_scope
from chairside.apps.visit.models import VisitEvent
from chairside.cli.connection import connected_as
from tests.apps.visit import cast as story
from tests.kill.examination import examine
from tests.kill.nurse import Nurse
from tests.kill.test_kill import NOW, PASSWORD, at_a_random_moment, fill, kept_without_answer, kill
from tests.live.server import WebServer, durable_cluster
from tests.live.visitor import Visitor
from tests.live.wire import Wire


def nurses(server: WebServer, wire: Wire, casts: dict[str, story.Cast]) -> list[Nurse]:
    """One alone in the north, whose rates depend on the log; two screens at once at the same visit in the south."""

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=server.clock_offset)

    found = []
    for slug, screens in (("north", 1), ("south", 2)):
        cast, visitor = casts[slug], Visitor(wire.port)
        visitor.log_in(f"nurse@{slug}.example", PASSWORD)
        drug = story.DRUG if screens == 1 else ""
        for _ in range(screens):
            place = (cast.visit.pk, cast.visit.sequence, drug)
            found.append(Nurse(Visitor(wire.port, visitor.cookies), cast.users["nurse"].pk, clock, *place))
    return found


def struck(worker_database, blows: list[str], seed: int) -> str:
    """Let these happen one after the other while people work; what was seen, in a line. Promises are asserted on the way."""
    dice = random.Random(seed)
    with durable_cluster() as cluster:
        server = WebServer(cluster, round((NOW - datetime.now(UTC)).total_seconds()))
        wire = Wire(server.port)
        try:
            server.launch()
            casts = fill(cluster, worker_database)
            server.wait()
            people = nurses(server, wire, casts)
            for nurse in people:
                nurse.start()
            for blow in blows:
                at_a_random_moment(people, dice, lambda nurse: len(nurse.acknowledged))
                if "network" in blow:
                    wire.pull()
                if blow != "network":
                    kill(blow.removeprefix("network and "), server, cluster, people)
                else:
                    at_a_random_moment(people, dice)  # they try in vain, and go on
                    kept_without_answer(cluster, people)
                wire.mend()
            for nurse in people:
                nurse.finish()
        finally:
            server.stop()
            wire.close()
        with connected_as(cluster.url("app")):
            for cast in casts.values():
                here = [nurse for nurse in people if nurse.visit == cast.visit.pk]
                examine(cast, here)
                never_live(cast, here)
    entries = [entry for nurse in people for entry in nurse.entries]
    ways = Counter(entry.how for entry in entries)
    again = sum(entry.sent > 1 for entry in entries)
    told = f"{ways['live']} live, {ways['stored']} reported from the queue, {ways['known']} already there when sent again"
    return f"{len(blows)} blows, {len(entries)} entries, {again} sent more than once: {told}"


def never_live(cast: story.Cast, people: list[Nurse]) -> None:
    """What came from the queue is a reported fact of the moment of its tap; what had arrived live stayed so."""
    with organization_scope(cast.organization.pk):
        rows = {str(row.pk): row for row in VisitEvent.objects.filter(visit=cast.visit)}
    for entry in (entry for nurse in people for entry in nurse.entries):
        row = rows[entry.key]
        if entry.how == "live":
            assert (row.mode, row.device) == ("live", "")
        elif entry.how == "stored":
            assert (row.mode, row.device) == ("reported", "queued")
        if row.mode == "reported":
            assert row.claimed_at == entry.pressed
    assert all(row.device == "queued" for row in rows.values() if row.mode == "reported")


@pytest.fixture
def unblocked(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Django may use a database here; which one, the test says itself."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.timeout(180)
def test_five_blows_in_the_middle_of_entry_lose_and_double_nothing(unblocked, worker_database):
    print(struck(worker_database, ["network", "server", "network and server", "database", "network"], seed=20))


@pytest.mark.prove
@pytest.mark.timeout(1500)
def test_fifty_blows_in_the_middle_of_entry_lose_and_double_nothing(unblocked, worker_database):
    dice = random.Random(50)
    kinds = ["network", "server", "network and server", "database", "network and database and children"]
    print(struck(worker_database, [dice.choice(kinds) for _ in range(50)], seed=51))
