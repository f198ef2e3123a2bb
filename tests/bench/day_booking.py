"""How long one booking takes in process, exact, at the largest day: 80 chairs and 300 visits.

python -m tests.bench.day_booking INSTANCE SCHEDULE [--rounds 5]

A schedule that serves everybody leaves the least room. Each visit in turn is taken out, the day's masks are built without it,
and it is asked for again; then each is asked for as one more request, beside itself, with the masks of the whole schedule.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from chairside.core.scheduling.day.rules import violations
from chairside.engines.booking.insertion import Answer, book
from chairside.engines.booking.standing import Standing
from chairside.exchange.schedules.day import day_of, written_schedule_of
from chairside.exchange.schedules.text import load
from tests.bench import figures


def main() -> None:
    parser = argparse.ArgumentParser(description="How long one booking takes in process.")
    parser.add_argument("instance", type=Path)
    parser.add_argument("schedule", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    day, schedule = day_of(load(asked.instance)), written_schedule_of(load(asked.schedule))
    print(figures.machine())
    print(f"{day.id}: {len(day.chairs)} chairs, {len(day.nurses)} nurses, {len(schedule.assignments)} visits")
    listed = {place.patient: place for place in schedule.assignments}
    building, again, more, first, own = [], [], [], [], []
    outcomes: Counter[str] = Counter()
    for visit in day.patients:
        places = tuple(place for place in schedule.assignments if place.patient != visit.id)
        begun = time.perf_counter()
        without = Standing(day, replace(schedule, assignments=places))
        building.append(time.perf_counter() - begun)
        new = replace(visit, id="new")
        begun = time.perf_counter()
        found = book(without, new)
        first.append(time.perf_counter() - begun)
        again += figures.timed(asked.rounds, lambda masks=without, new=new: book(masks, new))
        if visit.id in listed:
            assert found.offers, f"{visit.id} has a place, and none was found"
        for offer in found.offers:
            beside = replace(day, patients=(*day.patients, new))
            assert not violations(beside, replace(schedule, assignments=(*places, offer.place)))
    whole = Standing(day, schedule)
    for visit in day.patients:
        new = replace(visit, id="new")
        outcomes[_outcome(book(whole, new))] += 1
        more += figures.timed(asked.rounds, lambda new=new: book(whole, new))
        own += figures.timed(asked.rounds, lambda new=new: book(whole, new), time.process_time)
    print(figures.HEAD)
    print(figures.line("the day's masks, built", building))
    print(figures.line("a visit asked for again, first time", first, "p95 < 1 ms"))
    print(figures.line("a visit asked for again", again, "p95 < 1 ms"))
    print(figures.line("one more request", more, "p95 < 1 ms"))
    print(figures.line("  its own time, without waiting", own, "p95 < 1 ms"))
    print("one more request: " + ", ".join(f"{many} {outcome}" for outcome, many in outcomes.most_common()))


def _outcome(answer: Answer) -> str:
    return f"with {len(answer.offers)} offers" if answer.offers else "with none"


if __name__ == "__main__":
    main()
