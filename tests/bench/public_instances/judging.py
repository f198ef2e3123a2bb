"""Whether a schedule of regimens keeps the rules."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from tests.bench.public_instances.regimens import LUNCH, SLOTS, Regimens


class Treatment(NamedTuple):
    patient: int
    day: int
    begin: int  # slot of the day
    nurse: int


def broken(regimens: Regimens, schedule: list[Treatment]) -> list[str]:
    """What is wrong with it, in words."""
    found = []
    for patient, treated in enumerate(regimens.treated):
        days = sorted(each.day for each in schedule if each.patient == patient)
        start = days[0] - treated[0] if days else -1
        if start not in regimens.starts(patient) or days != [start + day for day in treated]:
            found.append(f"patient {patient} is treated on the days {days}")
    hands: Counter[tuple[int, int, int]] = Counter()
    for each in schedule:
        first, infusion, second, short, third = regimens.lengths[each.patient]
        at, later = each.begin + first + infusion, each.begin + first + infusion + second + short
        work = [*range(each.begin, each.begin + first), *range(at, at + second), *range(later, later + third)]
        if each.begin < 0 or later + third > SLOTS or not 0 <= each.nurse < regimens.nurses:
            found.append(f"{each} is outside the hours or with nobody")
        if set(work) & set(LUNCH):
            found.append(f"{each} needs the nurse at lunch")
        hands.update((each.day, each.nurse, slot) for slot in work)
    found += [f"day, nurse and slot {at} hold {many} tasks" for at, many in hands.items() if many > 1]
    if regimens.most is not None:
        loads = Counter(each.day for each in schedule)
        found += [f"day {day} has {many} patients" for day, many in loads.items() if many > regimens.most[day]]
    return found
