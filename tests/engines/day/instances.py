"""Days like those of a busy center: thirteen therapies from an injection to a day of chemotherapy, wishes heavy on the
morning, and as many nurses and hoods as the drawn visits need, narrowly."""

from __future__ import annotations

from math import ceil
from random import Random
from typing import Any, NamedTuple

SIZES = {"T": (6, 16), "S": (20, 60), "M": (40, 120), "L": (80, 300)}  # chairs, visits
_OPEN, _CLOSE, _LATEST_END = 0, 600, 660
_SHIFTS = ((0, 510), (0, 600), (60, 660), (150, 660))
_GENERAL_ONLY = 3  # every so manyeth nurse gives no chemotherapy
_UNITS_OF_NURSE, _MIXING_OF_HOOD = 1500, 390  # acuity times minutes, and minutes, of a day
_LINKED, _FIRST, _SPECIAL = 0.42, 0.12, 0.10


class _Therapy(NamedTuple):
    """`often`: visits of a thousand; `longer`: minutes added to a first dose; `prep` and `stability`: none without a drug."""

    often: int
    duration: int
    longer: int
    checks: tuple[tuple[int, int], ...]
    prep: int | None
    stability: int
    sd: int
    reaction_p: float
    acuity: int = 1
    first_acuity: int = 1
    skill: str = "general"


def _each(*offsets: int) -> tuple[tuple[int, int], ...]:
    return tuple((offset, 5) for offset in offsets)


_THERAPIES = {
    "injection": _Therapy(123, 30, 0, (), 5, 240, 10, 0.003),
    "iron": _Therapy(135, 60, 15, (), 5, 240, 15, 0.01),
    "vedolizumab": _Therapy(54, 75, 30, (), 10, 240, 20, 0.005),
    "chemo_short": _Therapy(119, 90, 30, _each(45), 20, 240, 25, 0.01, skill="chemo"),
    "hydration": _Therapy(55, 120, 0, (), None, 0, 30, 0.001),
    "natalizumab": _Therapy(60, 120, 15, _each(80), 15, 240, 20, 0.01),
    "infliximab": _Therapy(113, 150, 60, _each(45, 75, 105), 15, 180, 25, 0.03, first_acuity=2),
    "chemo_mid": _Therapy(129, 180, 30, ((45, 5), (105, 10)), 25, 300, 40, 0.02, 2, 2, "chemo"),
    "transfusion": _Therapy(41, 240, 0, ((45, 5), (135, 10)), None, 0, 40, 0.01, 2, 2),
    "ivig": _Therapy(59, 240, 60, _each(60, 90, 120, 150), 20, 480, 55, 0.02),
    "ocrelizumab": _Therapy(41, 240, 60, _each(60, 90, 120), 20, 420, 35, 0.08, first_acuity=2),
    "rituximab": _Therapy(26, 300, 60, _each(60, 90, 120, 150), 20, 480, 60, 0.1, 2, 2, "chemo"),
    "chemo_long": _Therapy(44, 330, 30, ((45, 5), (135, 10), (255, 10)), 30, 480, 60, 0.03, 2, 2, "chemo"),
}


def day_values(size: str, seed: int = 1) -> dict[str, Any]:
    """A made-up instance of one of the sizes, as the file holds it."""
    chance = Random(f"{size}{seed}")
    chairs, visits = SIZES[size]
    patients = [_visit(f"P{number:03}", chance) for number in range(1, visits + 1)]
    units = sum(visit["acuity"] * visit["duration"] for visit in patients)
    mixing = sum(visit["drug"]["prep"] for visit in patients if visit["drug"])
    return {
        "id": f"made-{size}-s{seed}",
        "open": _OPEN,
        "close": _CLOSE,
        "latest_end": _LATEST_END,
        "weights": {"unscheduled": 600, "wait": 1, "pref": 1, "overtime": 3, "peak": 20, "balance": 1},
        "chairs": _chairs(chairs),
        "nurses": [_nurse(number) for number in range(round(units / _UNITS_OF_NURSE))],
        "pharmacy": {"hoods": max(2, ceil(mixing / _MIXING_OF_HOOD)), "open": [_OPEN, _LATEST_END]},
        "patients": patients,
    }


def _chairs(many: int) -> list[dict[str, Any]]:
    beds, isolation = max(1, many // 10), max(1, many // 20)
    types = ["bed"] * beds + ["private"] * beds + ["isolation"] * isolation
    types += ["recliner"] * (many - len(types))
    return [{"id": f"C{number:03}", "type": kind} for number, kind in enumerate(types, 1)]


def _nurse(number: int) -> dict[str, Any]:
    begin, end = _SHIFTS[number % len(_SHIFTS)]
    middle = (begin + end) // 2
    return {
        "id": f"N{number + 1:02}",
        "shift": [begin, end],
        "max_load": 4,
        "skills": ["general"] if number % _GENERAL_ONLY == _GENERAL_ONLY - 1 else ["general", "chemo"],
        "break": {"dur": 30, "window": [middle - 90, middle + 90]},
    }


def _visit(name: str, chance: Random) -> dict[str, Any]:
    therapy_name = chance.choices(list(_THERAPIES), [therapy.often for therapy in _THERAPIES.values()])[0]
    therapy, first = _THERAPIES[therapy_name], chance.random() < _FIRST
    duration = therapy.duration + first * therapy.longer + chance.choices((0, 15, 30), (5, 3, 2))[0]
    linked, types = chance.random() < _LINKED, ["recliner", "bed", "private"]
    if chance.random() < _SPECIAL:
        types = chance.choices((["bed"], ["private"], ["isolation"]), (5, 3, 2))[0]
    release = round(chance.triangular(0, 420, 130) / 5) * 5 if linked else 0
    release = min(release, _LATEST_END - duration)
    return {
        "id": name,
        "therapy": therapy_name,
        "first": first,
        "release": release,
        "latest_start": _LATEST_END - duration,
        "linked": linked,
        "pref": [release, release + 15] if linked else _wish(duration, chance),
        "chair_types": types,
        "skill": therapy.skill,
        "acuity": therapy.first_acuity if first else therapy.acuity,
        "duration": duration,
        "tasks": [[0, 15], *map(list, therapy.checks), *([[duration - 10, 10]] if duration > 30 else [])],
        "drug": _drug(therapy, duration, first, release),
        "weight": 1,
        "sd": therapy.sd,
        "reaction_p": therapy.reaction_p,
    }


def _wish(duration: int, chance: Random) -> list[int]:
    """The morning for one in two, midday for one in four, else any time that ends by close."""
    begin, end = chance.choices(((0, 150), (150, 300), (0, 480)), (50, 27, 23))[0]
    return [begin, max(begin, min(end, _CLOSE - duration))]


def _drug(therapy: _Therapy, duration: int, first: bool, release: int) -> dict[str, int] | None:
    if therapy.prep is None:
        return None
    return {
        "prep": therapy.prep,
        "release": max(0, release - 15),
        "need_offset": 15,
        "infusion_end_offset": duration - (10 if duration <= 60 else 30),
        "stability": therapy.stability + 60 * first,
    }
