"""Words for a scheduler: why one more visit finds no place in a day whose every other part stays."""

from __future__ import annotations

from chairside.core.scheduling.day.instance import DayInstance, Visit

NO_SINGLE_RULE = 0


def refusal(day: DayInstance, request: Visit, rule: int) -> str:
    """What this rule has against every place that would do otherwise, and what would help. Rule 0: no single rule has."""
    return _WORDS[rule](day, request)


def _no_single_rule(day: DayInstance, request: Visit) -> str:
    missing = [f"no {name}" for name, there in (("chair", day.chairs), ("nurse", day.nurses)) if not there]
    if missing:
        return f"{request.id} has no place: there is {' and '.join(missing)} on this day."
    return f"{request.id} has no place, and no single rule is why: at every minute at least two rules stand in the way."


def _starts(day: DayInstance, request: Visit) -> str:
    first, last = max(request.release, day.open), min(request.latest_start, day.latest_end - request.duration)
    if first > last:
        why = f"it cannot start before minute {first} and must by {last} to be in time and over by {day.latest_end}"
    else:
        why = f"nothing is free at a start from minute {first} to {last}"
    return f"{request.id} has a place only at another time: {why}."


def _chairs(day: DayInstance, request: Visit) -> str:
    allowed = " or ".join(request.chair_types) or "no type at all"
    if not any(chair.type in request.chair_types for chair in day.chairs):
        return f"No chair is of a type that {request.id} may be on: {allowed}."
    return f"No chair that {request.id} may be on ({allowed}) is free for {request.duration} minutes when all else would do."


def _nurses(day: DayInstance, request: Visit) -> str:
    if not any(request.skill in nurse.skills for nurse in day.nurses):
        return f"No nurse has the skill {request.skill}, which {request.id} needs."
    who = f"No nurse with the skill {request.skill}"
    return f"{who} is on shift for the {request.duration} minutes of {request.id} when all else would do."


def _hands(day: DayInstance, request: Visit) -> str:
    return f"Every nurse who could have {request.id} has other work in hand, or her break, when its hands-on work is due."


def _loads(day: DayInstance, request: Visit) -> str:
    load = f"{request.acuity:g}"
    return f"Every nurse who could have {request.id}, a load of {load}, would have more at once than she may."


def _cover(day: DayInstance, request: Visit) -> str:
    load = f"{request.acuity:g}"
    return f"The nurses who are there and not on a break could not cover {request.id}, a load of {load}, from start to end."


def _preparation(day: DayInstance, request: Visit) -> str:
    drug, (opens, closes) = request.drug, day.pharmacy.open
    if drug is None:
        raise ValueError(f"{request.id} has no drug, so rule 9 has nothing against it")
    asked = f"{drug.prep} minutes in a hood within the pharmacy's hours, {opens} to {closes}, not before minute {drug.release}"
    keeps = f"ready {drug.need_offset} minutes after the start and kept no longer than {drug.stability}"
    return f"The preparation for {request.id} finds no time when all else would do: {asked}, {keeps}."


_WORDS = {
    NO_SINGLE_RULE: _no_single_rule,
    2: _starts,
    3: _chairs,
    4: _nurses,
    5: _hands,
    6: _loads,
    8: _cover,
    9: _preparation,
}
