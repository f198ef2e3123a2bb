"""A file: its instance, and its author's result."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DAYS, SLOTS = 40, 32  # 9:00 to 17:00 in quarters of an hour
LUNCH = range(12, 16)  # no task of a nurse
_NURSES = {"SCP": 1, "SCPdm": 2, "SCPtm": 3}
_LEAST, _MOST = 4, 30  # of the numbers in the line of capacities


class NotRegimens(ValueError):
    """The file is not one of these; the text says why."""


@dataclass(frozen=True)
class Published:
    """The author's result: largest day, slots in which a nurse has more than one task, and seconds."""

    largest: int
    clashes: int
    seconds: float


@dataclass(frozen=True)
class Regimens:
    """`treated`: the treatment days of each patient, from the start of the regimen. `lengths`: slots of the five tasks.

    `most` are the patients that a day may have, none where the line can be read in no or more than one way.
    """

    name: str
    nurses: int
    treated: tuple[tuple[int, ...], ...]
    lengths: tuple[tuple[int, ...], ...]
    most: tuple[int, ...] | None
    published: Published

    def starts(self, patient: int) -> range:
        """The days on which the regimen can start and still end in time."""
        return range(DAYS - self.treated[patient][-1])

    def begins(self, patient: int) -> list[tuple[int, tuple[int, ...]]]:
        """Each slot at which a treatment can begin, with the slots in which it needs the nurse."""
        lengths, found = self.lengths[patient], []
        for begin in range(SLOTS - sum(lengths) + 1):
            nursing, at = [], begin
            for number, length in enumerate(lengths):
                nursing += range(at, at + length) if number % 2 == 0 else ()
                at += length
            if not any(slot in LUNCH for slot in nursing):
                found.append((begin, tuple(nursing)))
        return found


def read(file: Path) -> Regimens:
    """Raises NotRegimens."""
    text = file.read_text(encoding="utf-8")
    head, _, result = text.partition("Run time:")
    kind = re.match("[A-Za-z]*", file.name)
    capacity = re.search(r"^\d{40,}$", head, re.M)
    patterns = re.findall(r"^Patient\s+\d+: ([01]{28})\s*$", head, re.M)
    codes = re.findall(r"^Pattern\s+\d+: (\d{5})\s*$", head, re.M)
    if kind is None or kind[0] not in _NURSES or capacity is None or not patterns or len(patterns) != len(codes):
        raise NotRegimens(f"{file} holds no regimens with their durations")
    visits, seconds = _schedule(result), re.match(r"\s*([\d.]+)", result)
    by_day = Counter(day for _, day in visits)
    # The author's schedule keeps his capacities: a reading that it does not keep is not his.
    readings = [reading for reading in _readings(capacity[0]) if all(by_day[day] <= reading[day] for day in range(DAYS))]
    clashes = sum(max(0, many - _NURSES[kind[0]]) for day in by_day for many in _nursing(visits, day).values())
    return Regimens(
        file.name.split(".")[0],
        _NURSES[kind[0]],
        tuple(tuple(day for day, mark in enumerate(pattern) if mark == "1") for pattern in patterns),
        tuple((int(a), 9 + int(b), int(c), int(d), int(e)) for a, b, c, d, e in codes),
        readings[0] if len(readings) == 1 else None,
        Published(max(by_day.values(), default=0), clashes, float(seconds[1]) if seconds else 0.0),
    )


def _readings(digits: str) -> list[tuple[int, ...]]:
    """The ways to read 40 numbers from digits without gaps, with the least largest number."""
    for largest in range(9, _MOST + 1):
        found: dict[tuple[int, int], list[tuple[int, ...]]] = {(len(digits), DAYS): [()]}
        for at in range(len(digits) - 1, -1, -1):
            for many in range(DAYS):
                longer = [
                    (number, *rest)
                    for end in (at + 1, at + 2)
                    if end <= len(digits) and _LEAST <= (number := int(digits[at:end])) <= largest
                    for rest in found.get((end, many + 1), ())
                ]
                if longer:
                    found[at, many] = longer[:2]
        if ways := found.get((0, 0)):
            return ways
    return []


def _schedule(result: str) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The author's schedule: of each patient and day the minutes of the tasks."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    patient = -1
    for line in result.splitlines():
        if name := re.match(r"Patient\s+(\d+):", line):
            patient = int(name[1])
        elif task := re.match(r"\s+Day (\d+): task\d (\d+):(\d+) - (\d+):(\d+)", line):
            day, *clock = map(int, task.groups())
            found.setdefault((patient, day), []).append((clock[0] * 60 + clock[1], clock[2] * 60 + clock[3]))
    return found


def _nursing(visits: dict[tuple[int, int], list[tuple[int, int]]], day: int) -> Counter[int]:
    """How many tasks of nurses run at each quarter of an hour of a day of that schedule."""
    tasks = (task for (_, on), all_of in visits.items() if on == day for task in all_of[::2])
    return Counter(minute for begin, end in tasks for minute in range(begin, end, 15))
