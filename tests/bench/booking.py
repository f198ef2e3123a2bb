"""Booking over HTTP: a scheduler who presses the first opening for every dose that waits, one after the other.

python -m tests.bench.booking [--doses 60] [--data FOLDER]
"""

from __future__ import annotations

import time
from uuid import uuid4

from tests.bench import figures
from tests.bench.demo import DAY, demo, words
from tests.live.visitor import Visitor


def main() -> None:
    asked = words("How long a booking takes.", doses=(int, 60))
    with demo(asked.data) as running:
        from chairside.apps.organizations.context import organization_scope
        from tests.apps.scheduling.center import DAY as OPEN
        from tests.apps.scheduling.center import center

        assert OPEN > DAY
        made = center(chairs=10, nurses=5, days=(OPEN,), name="Bench")
        with organization_scope(made.organization.pk):
            doses = [made.dose(family=f"Doe {number}") for number in range(asked.doses)]
            scheduler = Visitor(running.server.port, running.cookies(made.scheduler))
        print(figures.machine())
        pages, booked, refused = [], [], 0
        scheduler.get("/schedule/")
        for dose in doses:
            begun = time.perf_counter()
            status, _ = scheduler.get(f"/schedule/doses/{dose.pk}/")
            assert status == 200, status
            pages.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            status, body = scheduler.post(f"/schedule/doses/{dose.pk}/first/", {"key": uuid4().hex})
            assert status < 500, body[-500:]
            if status in (200, 302):
                booked.append(time.perf_counter() - begun)
            else:
                refused += 1
    print(figures.HEAD)
    print(figures.line("page with the openings", pages))
    print(figures.line("first opening, booked", booked, "p95 < 50 ms"))
    print(f"{refused} without an opening")


if __name__ == "__main__":
    main()
