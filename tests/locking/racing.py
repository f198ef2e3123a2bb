"""Real connections that start at the same moment: one thread, one connection, one organization's scope each."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from django.db import connection

from chairside.apps.organizations.context import organization_scope

Result = TypeVar("Result")


def race(organization: UUID, runners: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run all at once, each on its own connection; what each returned or raised, in order."""
    barrier = threading.Barrier(len(runners), timeout=20)
    results: list[Result | Exception] = [RuntimeError("did not run")] * len(runners)

    def run(number: int) -> None:
        try:
            with organization_scope(organization):
                barrier.wait()
                results[number] = runners[number]()
        except Exception as problem:
            results[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=50)
    return results


CHAIR_OVERLAPS = """SELECT count(*) FROM scheduling_appointment a JOIN scheduling_appointment b
    ON a.chair_id = b.chair_id AND a.id < b.id AND a.during && b.during
    WHERE a.status IN ('booked', 'arrived', 'done') AND b.status IN ('booked', 'arrived', 'done')"""
HANDS_OVERLAPS = """SELECT count(*) FROM scheduling_handson a JOIN scheduling_handson b
    ON a.nurse_id = b.nurse_id AND a.id < b.id AND a.during && b.during"""
PATIENT_OVERLAPS = CHAIR_OVERLAPS.replace("chair_id", "patient_id")


def count(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def deadlocks() -> int:
    """How many deadlocks this database has seen. A session reports at its end, so wait until the racing ones are gone."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(500):
        if count(others) == 0:
            break
        count("SELECT 1 FROM pg_sleep(0.01)")
    count("SELECT 1 FROM pg_stat_clear_snapshot()")
    return count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
