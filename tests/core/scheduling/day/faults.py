"""Faults to plant in the worked example, with the rules that each breaks; and changes that break none."""

A, B, C = 0, 1, 2  # the places of the tiny schedule's visits


def visit(place, **changes):
    """A fault: the schedule's visit at this place, changed."""
    return lambda day, schedule: schedule["assignments"][place].update(changes)


def patient(place, **changes):
    return lambda day, schedule: day["patients"][place].update(changes)


def nurse(place, **changes):
    return lambda day, schedule: day["nurses"][place].update(changes)


def drug(place, **changes):
    return lambda day, schedule: day["patients"][place]["drug"].update(changes)


def of_day(**changes):
    return lambda day, schedule: day.update(changes)


def rests(*starts):
    return lambda day, schedule: schedule.update(breaks=[{"nurse": "N1", "start": start} for start in starts])


def again(place, **changes):
    """One more line for a patient who is listed."""
    return lambda day, schedule: schedule["assignments"].append({**schedule["assignments"][place], **changes})


def all_of(*faults):
    return lambda day, schedule: [fault(day, schedule) for fault in faults]


FIXED_C = {"patient": "C", "start": 90, "chair": "C1", "nurse": "N2", "mix_start": None}
FAULTS = {
    "an unknown patient": (again(C, patient="Zoe"), {1}),
    "an unknown patient on no chair with no nurse": (again(C, patient="Zoe", chair="C9", nurse="N9", start=None), {1}),
    "a patient twice, one after the other": (all_of(nurse(1, shift=[0, 180]), again(C, start=120)), {1}),
    "a patient twice at once": (again(C), {1, 3, 5}),
    "before the release": (patient(C, release=91), {2}),
    "after the latest start": (patient(C, latest_start=89), {2}),
    "before the day opens": (of_day(open=6), {2}),
    "after the latest end": (of_day(latest_end=119, close=110), {2}),
    "a start in half minutes": (visit(C, start=90.5), {2}),
    "no start": (visit(C, start=None), {2}),
    "a start that is true": (visit(C, start=True), {2}),
    "an unknown chair": (visit(C, chair="C9"), {3}),
    "a chair type that is not allowed": (patient(A, chair_types=["recliner"]), {3}),
    "two visits on a chair": (visit(A, chair="C1"), {3}),
    "an unknown nurse": (visit(C, nurse="N9"), {4}),
    "two visits with the same unknown nurse": (all_of(visit(C, nurse="N9"), visit(B, nurse="N9")), {4}),
    "a skill that she lacks": (patient(C, skill="chemo"), {4}),
    "longer than her shift": (nurse(1, shift=[0, 119]), {4}),
    "before her shift": (nurse(1, shift=[21, 120]), {4}),
    "a start during another's task": (all_of(visit(C, start=84, nurse="N1"), nurse(0, max_load=9)), {5}),
    "a break during a task": (all_of(rests(65), nurse(1, max_load=9)), {5}),
    "more than she may have": (nurse(0, max_load=1), {6}),
    "no break": (rests(), {7}),
    "a break before its window": (all_of(rests(59), nurse(1, max_load=9), patient(A, tasks=[])), {7}),
    "a break after its window": (rests(121), {7}),
    "a break in half minutes": (rests(120.5), {7}),
    "a break written twice": (rests(120, 120), {7}),
    "a break that leaves too few": (all_of(rests(81), patient(A, tasks=[])), {8}),
    "a visit when nobody is there": (all_of(visit(C, start=125), nurse(1, shift=[0, 155]), nurse(0, shift=[0, 95]),
                                            nurse(1, max_load=0.5)), {6, 8}),
    "mixed before the drug's release": (drug(A, release=1), {9}),
    "mixed before the pharmacy opens": (of_day(pharmacy={"hoods": 1, "open": [1, 180]}), {9}),
    "mixed after the pharmacy closes": (of_day(pharmacy={"hoods": 1, "open": [0, 29]}), {9}),
    "ready too late": (drug(A, need_offset=14), {9}),
    "kept too long": (drug(A, stability=44), {9}),
    "two preparations and one hood": (visit(B, mix_start=19), {9}),
    "no hood": (of_day(pharmacy={"hoods": 0, "open": [0, 180]}), {9}),
    "no preparation": (visit(A, mix_start=None), {9}),
    "a preparation in half minutes": (visit(A, mix_start=0.5), {9}),
    "fixed at another start": (of_day(fixed=[{**FIXED_C, "start": 91}]), {10}),
    "fixed on another chair": (of_day(fixed=[{**FIXED_C, "chair": "C2"}]), {10}),
    "fixed with another nurse": (of_day(fixed=[{**FIXED_C, "nurse": "N1"}]), {10}),
    "fixed and left out": (all_of(of_day(fixed=[FIXED_C]), lambda day, schedule: schedule["assignments"].pop()), {10}),
    "fixed twice, in two ways": (of_day(fixed=[FIXED_C, {**FIXED_C, "start": 80}]), {10}),
}  # fmt: skip


NO_FAULTS = {
    "at the release": patient(C, release=90),
    "at the latest start": patient(C, latest_start=90),
    "at the opening": of_day(open=5),
    "at the latest end": of_day(latest_end=120),
    "overtime to the latest end": of_day(close=60, latest_end=120),
    "a visit that begins as the other on the chair ends": visit(C, start=80),
    "until the end of her shift": nurse(1, shift=[20, 120]),
    "a task right after a task": all_of(visit(C, nurse="N1", start=95), rests(110), nurse(1, shift=[0, 180])),
    "a break right after a task": rests(95),
    "a break right before a task": all_of(nurse(0, **{"break": {"dur": 30, "window": [20, 50]}}), patient(A, tasks=[[45, 5]]),
                                          rests(20), nurse(1, max_load=3)),
    "all that she may have": nurse(0, max_load=2),
    "a break at the beginning of its window": all_of(nurse(0, **{"break": {"dur": 30, "window": [120, 170]}})),
    "a break at the end of its window": all_of(nurse(0, **{"break": {"dur": 30, "window": [60, 150]}})),
    "a preparation right after the other": visit(B, mix_start=20),
    "mixed at the drug's release": drug(B, release=20),
    "ready when needed": drug(A, need_offset=15),
    "kept as long as it keeps": drug(A, stability=45),
    "within the pharmacy's hours to the minute": of_day(pharmacy={"hoods": 1, "open": [0, 30]}),
    "fixed, and mixed at another time": of_day(
        fixed=[{"patient": "B", "start": 20, "chair": "C1", "nurse": "N2", "mix_start": 7}]
    ),
    "a break for one who has none": lambda day, schedule: schedule["breaks"].append({"nurse": "N2", "start": "whenever"}),
    "a preparation for one without a drug": visit(C, mix_start="whenever"),
    "nobody served": lambda day, schedule: schedule.update(assignments=[]),
    "keys that nobody knows": all_of(of_day(colour="blue"), visit(A, colour="blue")),
}  # fmt: skip
