"""A day in slots of its own grid, and a solver's choice as a schedule in minutes. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any


@dataclass(frozen=True)
class Visit:
    """Times in slots from the day's origin. `first` and `last` bound the start; `nurses` and `types` are those allowed."""

    id: str
    first: int
    last: int
    duration: int
    release: int
    linked: bool
    wish: tuple[int, int]
    acuity: int
    tasks: tuple[tuple[int, int], ...]
    drug: dict[str, int] | None
    leave: float
    types: tuple[str, ...]
    nurses: tuple[int, ...]

    @property
    def hands_on(self) -> int:
        return sum(length for _, length in self.tasks)


@dataclass(frozen=True)
class Nurse:
    id: str
    shift: tuple[int, int]
    most: int
    rest: int | None
    window: tuple[int, int]


@dataclass(frozen=True)
class Day:
    """`chairs`: ids by type. `slot` is in minutes; prices are of a minute."""

    id: str
    slot: int
    close: int
    end: int
    price: dict[str, float]
    chairs: dict[str, list[str]]
    nurses: list[Nurse]
    hoods: int
    hours: tuple[int, int]
    visits: list[Visit]

    def soft(self, visit: Visit, start: int) -> float:
        """The price of a start: waiting, off the wish, overtime."""
        if visit.linked:
            cost = self.price["wait"] * (start - visit.release)
        else:
            cost = self.price["pref"] * max(0, visit.wish[0] - start, start - visit.wish[1])
        return self.slot * (cost + self.price["overtime"] * max(0, start + visit.duration - self.close))


@dataclass(frozen=True)
class Place:
    """Where a solver puts a visit, in slots; the nurse by her number."""

    start: int
    type: str
    nurse: int
    mix: int | None


def day_of(values: dict[str, Any]) -> Day:
    """The question of a file that has been checked. Fixed visits are not known to the peers."""
    if values.get("fixed"):
        raise SystemExit("a peer takes no fixed visits")
    slot = gcd(*_times(values))
    nurses = [_nurse(nurse, slot) for nurse in values["nurses"]]
    chairs: dict[str, list[str]] = {}
    for chair in values["chairs"]:
        chairs.setdefault(chair["type"], []).append(chair["id"])
    hours = values["pharmacy"]["open"]
    day = Day(
        values["id"],
        slot,
        values["close"] // slot,
        values["latest_end"] // slot,
        values["weights"],
        chairs,
        nurses,
        values["pharmacy"]["hoods"],
        (hours[0] // slot, hours[1] // slot),
        [],
    )
    found = (_visit(patient, values, day) for patient in values["patients"])
    day.visits.extend(visit for visit in found if visit.nurses and visit.types and visit.first <= visit.last)
    return day


def schedule_of(day: Day, places: dict[str, Place], rests: dict[int, int]) -> dict[str, Any]:
    """As the file holds it. Visits of a type take its chairs in order of their start."""
    free = {kind: [(0, chair) for chair in chairs] for kind, chairs in day.chairs.items()}
    length = {visit.id: visit.duration for visit in day.visits}
    assignments = []
    for name, place in sorted(places.items(), key=lambda item: item[1].start):
        at = next((k for k, (until, _) in enumerate(free[place.type]) if until <= place.start), 0)
        chair = free[place.type][at][1]
        free[place.type][at] = place.start + length[name], chair
        mix = None if place.mix is None else place.mix * day.slot
        nurse = day.nurses[place.nurse].id
        assignments.append({"patient": name, "start": place.start * day.slot, "chair": chair, "nurse": nurse, "mix_start": mix})
    breaks = [{"nurse": day.nurses[number].id, "start": start * day.slot} for number, start in rests.items()]
    return {"instance": day.id, "assignments": assignments, "breaks": breaks}


def _nurse(nurse: dict[str, Any], slot: int) -> Nurse:
    rest = nurse["break"]
    window = rest["window"] if rest else (0, 0)
    begin, end = nurse["shift"]
    return Nurse(
        nurse["id"],
        (begin // slot, end // slot),
        int(nurse["max_load"]),
        rest["dur"] // slot if rest else None,
        (window[0] // slot, window[1] // slot),
    )


def _visit(patient: dict[str, Any], values: dict[str, Any], day: Day) -> Visit:
    slot, drug = day.slot, patient["drug"]
    duration = patient["duration"] // slot
    first = max(patient["release"], values["open"]) // slot
    last = min(patient["latest_start"] // slot, day.end - duration)
    if drug:
        drug = {name: drug[name] // slot for name in ("prep", "release", "need_offset", "infusion_end_offset", "stability")}
        ready = max(drug["release"], day.hours[0]) + drug["prep"]
        first = max(first, ready - drug["need_offset"])
        keeps = drug["infusion_end_offset"] - drug["stability"]
        last = min(last, day.hours[1] - keeps) if keeps <= drug["need_offset"] else first - 1
    able = [
        number
        for number, (nurse, written) in enumerate(zip(day.nurses, values["nurses"], strict=True))
        if patient["skill"] in written["skills"]
        and patient["acuity"] <= nurse.most
        and max(first, nurse.shift[0]) <= min(last, nurse.shift[1] - duration)
    ]
    return Visit(
        patient["id"],
        first,
        last,
        duration,
        patient["release"] // slot,
        patient["linked"],
        (patient["pref"][0] // slot, patient["pref"][1] // slot),
        int(patient["acuity"]),
        tuple((offset // slot, length // slot) for offset, length in patient["tasks"]),
        drug,
        patient["weight"] * values["weights"]["unscheduled"],
        tuple(kind for kind in patient["chair_types"] if kind in day.chairs),
        tuple(able),
    )


def _times(values: dict[str, Any]) -> list[int]:
    """Every time and length of the day."""
    found = [values["open"], values["close"], values["latest_end"], *values["pharmacy"]["open"]]
    for nurse in values["nurses"]:
        found += nurse["shift"]
        if nurse["break"]:
            found += [nurse["break"]["dur"], *nurse["break"]["window"]]
    for patient in values["patients"]:
        found += [patient[name] for name in ("release", "latest_start", "duration")] + patient["pref"]
        found += [time for task in patient["tasks"] for time in task]
        if drug := patient["drug"]:
            found += [drug[name] for name in ("prep", "release", "need_offset", "infusion_end_offset", "stability")]
    return found
