"""A second judge for the tests: slow, on the plain values of the files, one minute after the other, straight from the format.

Amounts must be whole numbers here.
"""

from typing import Any

Values = dict[str, Any]


def broken(day: Values, schedule: Values) -> set[int]:
    """The rules that the schedule breaks."""
    found: set[int] = set()
    patients = {patient["id"]: patient for patient in day["patients"]}
    chairs = {chair["id"]: chair for chair in day["chairs"]}
    nurses = {nurse["id"]: nurse for nurse in day["nurses"]}

    names = [each["patient"] for each in schedule["assignments"]]
    if len(set(names)) < len(names) or any(name not in patients for name in names):
        found.add(1)

    visits = [(each, patients[each["patient"]]) for each in schedule["assignments"] if each["patient"] in patients]
    timed = [(each, patient) for each, patient in visits if type(each["start"]) is int]
    if len(timed) < len(visits):
        found.add(2)
    for each, patient in timed:
        start, end = each["start"], each["start"] + patient["duration"]
        if not (patient["release"] <= start <= patient["latest_start"] and start >= day["open"] and end <= day["latest_end"]):
            found.add(2)

    for each, patient in visits:
        if each["chair"] not in chairs or chairs[each["chair"]]["type"] not in patient["chair_types"]:
            found.add(3)
        if each["nurse"] not in nurses or patient["skill"] not in nurses[each["nurse"]]["skills"]:
            found.add(4)

    rests: dict[str, list[int]] = {}
    for nurse in day["nurses"]:
        if nurse["break"] is None:
            continue
        written = [rest["start"] for rest in schedule["breaks"] if rest["nurse"] == nurse["id"]]
        rests[nurse["id"]] = [start for start in written if type(start) is int]
        low, high = nurse["break"]["window"]
        if len(written) != 1 or len(rests[nurse["id"]]) != 1:
            found.add(7)
        if any(start < low or start + nurse["break"]["dur"] > high for start in rests[nurse["id"]]):
            found.add(7)

    mixes = []
    for each, patient in visits:
        drug = patient["drug"]
        if drug is None:
            continue
        mix = each.get("mix_start")
        if type(mix) is not int:
            found.add(9)
            continue
        mixes.append((mix, drug["prep"]))
        done = mix + drug["prep"]
        if mix < drug["release"] or mix < day["pharmacy"]["open"][0] or done > day["pharmacy"]["open"][1]:
            found.add(9)
        if type(each["start"]) is int:
            if done > each["start"] + drug["need_offset"]:
                found.add(9)
            if each["start"] + drug["infusion_end_offset"] - done > drug["stability"]:
                found.add(9)

    for fixed in day.get("fixed", []):
        if not any(
            type(each["start"]) is int and all(each[key] == fixed[key] for key in ("patient", "start", "chair", "nurse"))
            for each in schedule["assignments"]
        ):
            found.add(10)

    def resting(name: str, minute: int) -> bool:
        return any(start <= minute < start + nurses[name]["break"]["dur"] for start in rests.get(name, []))

    for minute in _minutes(timed, mixes):
        running = [(each, patient) for each, patient in timed if _runs(each, patient, minute)]
        for chair in chairs:
            if sum(each["chair"] == chair for each, _ in running) > 1:
                found.add(3)
        for name, nurse in nurses.items():
            hers = [(each, patient) for each, patient in running if each["nurse"] == name]
            if hers and not nurse["shift"][0] <= minute < nurse["shift"][1]:
                found.add(4)
            hands = sum(
                offset <= minute - each["start"] < offset + length
                for each, patient in hers
                for offset, length in patient["tasks"]
            )
            if hands > 1 or (hands == 1 and resting(name, minute)):
                found.add(5)
            if sum(patient["acuity"] for _, patient in hers) > nurse["max_load"]:
                found.add(6)
        there = [n for name, n in nurses.items() if n["shift"][0] <= minute < n["shift"][1] and not resting(name, minute)]
        if running and sum(patient["acuity"] for _, patient in running) > sum(nurse["max_load"] for nurse in there):
            found.add(8)
        if sum(mix <= minute < mix + prep for mix, prep in mixes) > day["pharmacy"]["hoods"]:
            found.add(9)
    return found


def price(day: Values, schedule: Values) -> float:
    """The objective of a schedule whose times are whole minutes."""
    patients = {patient["id"]: patient for patient in day["patients"]}
    visits = [(each, patients[each["patient"]]) for each in schedule["assignments"] if each["patient"] in patients]
    weights = day["weights"]
    listed = {patient["id"] for _, patient in visits}
    total = weights["unscheduled"] * sum(patient["weight"] for name, patient in patients.items() if name not in listed)
    hands: dict[str, int] = {}
    for each, patient in visits:
        start = each["start"]
        if patient["linked"]:
            total += weights["wait"] * (start - patient["release"])
        else:
            total += weights["pref"] * max(0, patient["pref"][0] - start, start - patient["pref"][1])
        total += weights["overtime"] * max(0, start + patient["duration"] - day["close"])
        hands[each["nurse"]] = hands.get(each["nurse"], 0) + sum(length for _, length in patient["tasks"])
    peaks = [sum(_runs(each, patient, minute) for each, patient in visits) for minute in _minutes(visits, [])]
    return total + weights["peak"] * max(peaks, default=0) + weights["balance"] * max(hands.values(), default=0)


def _runs(each: Values, patient: Values, minute: int) -> bool:
    return each["start"] <= minute < each["start"] + patient["duration"]


def _minutes(timed: list[tuple[Values, Values]], mixes: list[tuple[int, int]]) -> range:
    begins = [each["start"] for each, _ in timed] + [mix for mix, _ in mixes]
    ends = [each["start"] + patient["duration"] for each, patient in timed] + [mix + prep for mix, prep in mixes]
    return range(min(begins, default=0), max(ends, default=0))
