"""The main pages with 50 people who think 5 seconds between two looks: time at the client, and queries a page.

python -m tests.bench.pages [--users 50] [--seconds 60] [--data FOLDER]
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import defaultdict
from dataclasses import dataclass

from tests.bench import figures
from tests.bench.demo import Demo, demo, words
from tests.live.visitor import Visitor

_BUDGET = "p95 < 150 ms"
_THINK_SECONDS = 5.0
_ALONE = 10


@dataclass(frozen=True)
class Page:
    """A page and who looks at it."""

    name: str
    path: str
    who: str


def pages() -> list[Page]:
    """The main pages of the demo's center, each with somebody whose role opens it. Needs the center's scope."""
    from chairside.apps.plans.models import PlannedDose
    from chairside.apps.visit.models import Visit

    visit = Visit.objects.filter(stage="infusing").order_by("-sequence").first() or Visit.objects.order_by("-sequence").first()
    assert visit is not None
    dose = PlannedDose.objects.filter(plan__patient=visit.patient_id).order_by("number").last()
    assert dose is not None
    return [
        Page("board", "/board/", "nurse1"),
        Page("board fragment", "/board/fragment/", "nurse2"),
        Page("visits", "/visits/", "nurse3"),
        Page("one visit", f"/visits/{visit.pk}/", "nurse4"),
        Page("one visit, state alone", f"/visits/{visit.pk}/now/", "nurse1"),
        Page("intake", "/intake/", "intake"),
        Page("clearance", "/clearance/", "pharmacist"),
        Page("clearance of a dose", f"/clearance/{dose.pk}/", "pharmacist"),
        Page("schedule", "/schedule/", "scheduler"),
        Page("to book", "/schedule/to-book/", "scheduler"),
        Page("patients", "/patients/", "nurse2"),
        Page("one patient", f"/patients/{visit.patient_id}/", "nurse3"),
    ]


def alone(page: Page, cookies: dict[str, str]) -> tuple[int, float]:
    """Queries of a page, and the middle of ten times of it in this process with nobody else about."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = cookies["sessionid"]
    answer = client.get(page.path)
    assert answer.status_code == 200, f"{page.path}: {answer.status_code}"
    with CaptureQueriesContext(connection) as counted:
        client.get(page.path)
    return len(counted), statistics.median(figures.timed(_ALONE, lambda: client.get(page.path)))


class Looker(threading.Thread):
    """One person who opens one page after the other, beginning anywhere."""

    def __init__(self, running: Demo, seed: int, pages: list[Page], cookies: dict[str, dict[str, str]], until: float) -> None:
        super().__init__(daemon=True)
        self.dice, self.pages, self.until = random.Random(seed), pages, until
        self.visitors = {page.who: Visitor(running.server.port, cookies[page.who]) for page in pages}
        self.took: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []

    def run(self) -> None:
        time.sleep(self.dice.uniform(0, _THINK_SECONDS))
        while time.monotonic() < self.until:
            page = self.dice.choice(self.pages)
            begun = time.perf_counter()
            try:
                status, _ = self.visitors[page.who].get(page.path)
            except OSError as problem:
                status, _ = 0, problem
            self.took[page.name].append(time.perf_counter() - begun)
            self.visitors[page.who].hang_up()  # the server would, while they think
            if status != 200:
                self.wrong.append(f"{page.name}: {status}")
            time.sleep(self.dice.uniform(0.5, 1.5) * _THINK_SECONDS)


def main() -> None:
    asked = words("The main pages with many people.", users=(int, 50), seconds=(int, 60))
    with demo(asked.data) as running:
        from chairside.apps.organizations.context import organization_scope, signing_in
        from chairside.apps.organizations.models import Organization
        from chairside.apps.people.models import User

        with signing_in():
            place = Organization.objects.get(slug="northlight")
        with organization_scope(place.pk):
            found = pages()
            names = {page.who for page in found}
            cookies = {who: running.cookies(User.objects.get(email=f"{who}@northlight.example")) for who in names}
        print(figures.machine())
        single = {page.name: alone(page, cookies[page.who]) for page in found}
        warm = {page.who: Visitor(running.server.port, cookies[page.who]) for page in found}
        for page in found * 2:
            warm[page.who].get(page.path)
        until, before = time.monotonic() + asked.seconds, running.server.busy()
        people = [Looker(running, seed, found, cookies, until) for seed in range(asked.users)]
        for person in people:
            person.start()
        for person in people:
            person.join()
        busy = running.server.busy() - before
    print(f"{'':>9} {'queries':>8}{'alone':>9}   {figures.HEAD}")
    every: list[float] = []
    for page in found:
        times = [second for person in people for second in person.took[page.name]]
        every += times
        queries, middle = single[page.name]
        print(f"{'':>9} {queries:>8}{middle * 1000:>9.1f}   {figures.line(page.name, times, _BUDGET)}")
    print(f"{'':>9} {'':>8}{'':>9}   {figures.line('all', every, _BUDGET)}")
    wrong = [item for person in people for item in person.wrong]
    print(f"{len(every)} requests in {asked.seconds} s by {asked.users} people, {len(wrong)} not answered with 200 {wrong[:5]}")
    print(f"the server used {busy:.1f} processor seconds, {busy * 1000 / max(len(every), 1):.0f} ms a request")


if __name__ == "__main__":
    main()
