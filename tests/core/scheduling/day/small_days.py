"""Small days and schedules for property tests, as plain values. Times are few, so that things touch and clash."""

from typing import Any

from hypothesis import strategies as st

TYPES, SKILLS = ("recliner", "bed"), ("general", "chemo")
MINUTE = st.integers(0, 24)


@st.composite
def days(
    draw, visits: int = 4, nurses: int = 3, chairs: int = 3, slack: int = 12, breaks: bool = True, least: int = 0
) -> dict[str, Any]:
    """A day; most of its visits can be served alone, and start within `slack` minutes. `least` of each there are."""
    opens = draw(st.sampled_from((0, 0, 3)))
    close = draw(st.integers(opens, 24) | st.integers(12, 24))
    return {
        "id": "small",
        "open": opens,
        "close": close,
        "latest_end": draw(st.integers(close, 30)),
        "weights": {name: draw(st.integers(0, 9)) * (10 if name == "unscheduled" else 1) for name in _PRICES},
        "chairs": [{"id": f"C{n}", "type": draw(st.sampled_from(TYPES))} for n in range(draw(st.integers(least, chairs)))],
        "nurses": [draw(_nurse(f"N{n}", breaks)) for n in range(draw(st.integers(least, nurses)))],
        "pharmacy": {
            "hoods": draw(st.sampled_from((1, 1, 1, 2, 0))),
            "open": draw(st.sampled_from(([0, 24], [0, 24], [2, 12]))),
        },
        "patients": [draw(_visit(f"P{n}", slack)) for n in range(draw(st.integers(least, visits)))],
    }


@st.composite
def schedules(draw, day: dict[str, Any]) -> dict[str, Any]:
    """A schedule of the day, seldom a feasible one; now and then somebody unknown, twice listed, or no whole minute."""
    patients = _some(draw, [patient["id"] for patient in day["patients"]])
    chairs, nurses = [c["id"] for c in day["chairs"]], [n["id"] for n in day["nurses"]]
    time = st.one_of(*[MINUTE] * 8, st.sampled_from((None, 3.5, "4", True)))
    known = {patient["id"]: patient for patient in day["patients"]}
    assignments = []
    for patient in patients:
        release = known[patient]["release"] if patient in known else 0
        start = draw(st.one_of(st.just(release), st.integers(release, release + 8), time))
        assignments.append({
            "patient": patient,
            "start": start,
            "chair": draw(st.sampled_from([*chairs, *chairs, "ghost"])),
            "nurse": draw(st.sampled_from([*nurses, *nurses, "ghost"])),
            "mix_start": draw(time),
        })  # fmt: skip
    breaks = [{"nurse": name, "start": draw(time)} for name in _some(draw, nurses)]
    return {"instance": "small", "assignments": assignments, "breaks": breaks}


_PRICES = ("unscheduled", "wait", "pref", "overtime", "peak", "balance")


def _some(draw, names: list[str]) -> list[str]:
    kept = [name for name in names if draw(st.integers(0, 9)) > 0]
    return kept + draw(st.lists(st.sampled_from([*names, "ghost"]), max_size=1)) if draw(st.integers(0, 4)) == 0 else kept


@st.composite
def _interval(draw, low: int, high: int) -> list[int]:
    return sorted((draw(st.integers(low, high // 2)), draw(st.integers(low, high))))


@st.composite
def _nurse(draw, name: str, breaks: bool) -> dict[str, Any]:
    rest = {"dur": draw(st.integers(1, 5)), "window": draw(_interval(0, 24))}
    return {
        "id": name,
        "shift": draw(st.sampled_from(([0, 30], [0, 16], [6, 30]))),
        "max_load": draw(st.integers(1, 4)),
        "skills": draw(st.sampled_from((["general", "chemo"], ["general"]))),
        "break": draw(st.sampled_from((None, rest))) if breaks else None,
    }


@st.composite
def _visit(draw, name: str, slack: int) -> dict[str, Any]:
    release, duration = draw(st.integers(0, 12)), draw(st.integers(1, 8))
    cuts = sorted(draw(st.sets(st.integers(0, duration), max_size=4)))
    drug = {
        "prep": draw(st.integers(0, 4)),
        "release": draw(st.integers(0, 6)),
        "need_offset": draw(st.integers(0, 4)),
        "infusion_end_offset": draw(st.integers(0, duration)),
        "stability": draw(st.integers(3, 12)),
    }
    return {
        "id": name,
        "release": release,
        "latest_start": release + draw(st.integers(0, slack)),
        "linked": draw(st.booleans()),
        "pref": draw(_interval(0, 24)),
        "chair_types": draw(st.sampled_from((["recliner", "bed"], ["recliner", "bed"], ["recliner"], ["bed"]))),
        "skill": draw(st.sampled_from(("general", "general", "chemo"))),
        "acuity": draw(st.integers(0, 2)),
        "duration": duration,
        "tasks": [[a, b - a] for a, b in zip(cuts[::2], cuts[1::2], strict=False)],
        "drug": draw(st.sampled_from((None, drug))),
        "weight": draw(st.integers(1, 3)),
    }
