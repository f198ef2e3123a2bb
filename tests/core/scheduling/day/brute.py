"""The best schedule of a small day without breaks, by trying all."""

from itertools import product
from typing import Any

from tests.core.scheduling.day import by_minute

Values = dict[str, Any]


def best(day: Values) -> float:
    """The least objective of all feasible schedules."""
    options = [[None, *_places(day, patient)] for patient in day["patients"]]

    def search(chosen: list[Values], left: int) -> float:
        if left == len(options):
            return by_minute.price(day, _schedule(chosen))
        tried = ([*chosen, place] if place else chosen for place in options[left])
        return min(search(more, left + 1) for more in tried if more is chosen or not by_minute.broken(day, _schedule(more)))

    return search([], 0)


def servable(day: Values) -> list[bool]:
    """Of each patient: is there any place, if nobody else comes?"""
    return [bool(_places(day, patient)) for patient in day["patients"]]


def _places(day: Values, patient: Values) -> list[Values]:
    starts = range(patient["release"], patient["latest_start"] + 1)
    mixes = range(day["pharmacy"]["open"][1] + 1) if patient["drug"] else [None]
    all_of_them = (
        {"patient": patient["id"], "start": start, "chair": chair["id"], "nurse": nurse["id"], "mix_start": mix}
        for start, chair, nurse, mix in product(starts, day["chairs"], day["nurses"], mixes)
    )
    return [place for place in all_of_them if not by_minute.broken(day, _schedule([place]))]


def _schedule(places: list[Values]) -> Values:
    return {"instance": "small", "assignments": places, "breaks": []}
