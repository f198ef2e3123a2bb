"""Start and stop times to administration codes: one access site of one encounter at a time.

The order of the steps is that of the published method: leave out what is included, find the initial service, then pushes,
concurrent and sequential infusions, further hours, hydration last. Rule ids stand beside the step that they make.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from chairside.core.charges.lines import Hold, Line, NotBilled
from chairside.core.charges.table import CodeTable, Family, PayerProfile
from chairside.core.charges.work import Day, Work, overlap, whole_minutes, without
from chairside.core.kernel.span import Span

_RANK = {"complex": 3, "therapeutic": 2, "hydration": 1}  # INIT-2
_FORM = {"infusion": 2, "push": 1}


@dataclass
class Coding:
    """The lines of one site as they come about. Local to this module's functions; what leaves is frozen."""

    day: Day
    table: CodeTable
    payer: PayerProfile
    modifiers: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    not_billed: list[NotBilled] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def add(self, code: str, units: int, work: Work, minutes: int | None, *rules: str) -> None:
        if units and code:
            used = () if minutes is None else ((work.id, minutes),)
            extra = frozenset({"59"}) if work.purpose == "reaction" and work.family == "hydration" else frozenset()
            self.lines.append(Line(code, units, self.modifiers | extra, work.evidence or (work.id,), used, rules))

    def leave(self, work: Work, reason: str, *rules: str) -> None:
        self.not_billed.append(NotBilled(work.id, reason, rules))


def code_site(day: Day, table: CodeTable, work: tuple[Work, ...], modifiers: frozenset[str]) -> Coding:
    """The codes of one site of one encounter. `modifiers` mark a second site or encounter."""
    coding = Coding(day, table, table.payer(day.payer), modifiers)
    items = [_classified(item, coding) for item in _one_bag(work)]
    hydration = [item for item in items if item.family == "hydration" and item.kind == "hydration"]
    drugs = sorted((item for item in items if item.kind in _FORM), key=lambda item: (item.start is None, item.start, item.id))
    for item in items:
        if item.kind == "injection":
            coding.add(_family(coding, item).injection, 1, item, None, "INJ-1")
    first = initial(day, drugs)
    if first is not None:
        _code_initial(coding, first)
        _code_others(coding, first, [item for item in drugs if item is not first])
    _code_hydration(coding, hydration, drugs)
    return coding


def initial(day: Day, drugs: list[Work]) -> Work | None:
    """The initial service (INIT-2, INIT-3). Hydration is it only when there is no drug, and is coded apart."""
    if not drugs:
        return None
    if not day.facility:
        primary = [item for item in drugs if item.primary]
        if primary:
            return primary[0]
    return max(drugs, key=lambda item: (_RANK.get(item.family, 0), _FORM[item.kind], item.running))


def further_hours(minutes: int, table: CodeTable) -> int:
    """Further hours after the first: at 91 minutes one, at 151 two, and so on (TIME-2)."""
    time = table.time
    if minutes <= time.first_hour_until:
        return 0
    return (minutes - time.first_hour_until - 1) // time.hour + 1


def secondary_hours(minutes: int, table: CodeTable) -> int:
    """Hours of work that is only an add-on: 31-90 one, 91-150 two (TIME-3)."""
    time = table.time
    return 0 if minutes < time.hour_extra_from else (minutes - time.hour_extra_from) // time.hour + 1


def _one_bag(work: tuple[Work, ...]) -> list[Work]:
    """Drugs mixed in one bag are one administration (BAG-1)."""
    merged: dict[object, Work] = {}
    for item in work:
        key: object = ("bag", item.bag, item.runs) if item.bag and item.kind == "infusion" else ("own", item.id)
        known = merged.get(key)
        if known is None:
            merged[key] = item
        else:
            higher = max(known, item, key=lambda one: _RANK.get(one.family, 0))
            merged[key] = replace(
                known,
                drugs=known.drugs + item.drugs,
                family=higher.family,
                primary=known.primary or item.primary,
                evidence=(known.evidence or (known.id,)) + (item.evidence or (item.id,)),
            )
    return list(merged.values())


def _classified(item: Work, coding: Coding) -> Work:
    """An infusion of less than 16 minutes, or without a stop, is a push (TIME-1, STOP-1)."""
    if item.kind == "hydration":
        return replace(item, family="hydration")
    if item.kind != "infusion":
        return item
    if not item.stopped:
        coding.holds.append(Hold("no_stop_time", about=item.id))
        return replace(item, kind="push")
    return replace(item, kind="push") if item.running < coding.table.time.infusion_from else item


def _family(coding: Coding, item: Work) -> Family:
    return coding.table.families.get(item.family) or Family()


def _code_initial(coding: Coding, item: Work) -> None:
    rule = "INIT-2" if coding.day.facility else "INIT-3"
    family = _family(coding, item)
    if item.kind == "push":
        coding.add(family.push, 1, item, _push_minutes(item), rule, "TIME-1")
        return
    coding.add(family.initial, 1, item, item.running, rule, "TIME-2")
    coding.add(family.hour, further_hours(item.running, coding.table), item, item.running, "TIME-2")


def _code_others(coding: Coding, first: Work, others: list[Work]) -> None:
    """Everything after the initial service, pushes in the order of time, then infusions from the longest to the shortest."""
    pushes = [first] if first.kind == "push" else []
    for item in [other for other in others if other.kind == "push"]:
        _code_push(coding, item, pushes)
        pushes.append(item)
    running = [first] if first.kind == "infusion" else []
    concurrent_done = False
    for item in sorted((other for other in others if other.kind == "infusion"), key=lambda one: -one.running):
        beside = max(running, key=lambda one: overlap(item.runs, one.runs), default=None)
        shared = overlap(item.runs, beside.runs) if beside is not None else timedelta()
        if beside is not None and _concurrent(coding, item, shared):
            concurrent_done = _code_concurrent(coding, item, concurrent_done)
        else:
            _code_sequential(coding, item, running)
        running.append(item)


def _code_push(coding: Coding, item: Work, before: list[Work]) -> None:
    """A new drug counts; the same one again only after more than 30 minutes, and only in a facility (PUSH-1, PUSH-2)."""
    family = _family(coding, item)
    earlier = [one for one in before if set(one.drugs) & set(item.drugs)]
    if not earlier:
        coding.add(family.push_next, 1, item, _push_minutes(item), "PUSH-1")
        return
    if not coding.day.facility:
        coding.leave(item, "repeat_push_facility_only", "PUSH-2")
        return
    gaps = [item.start - one.start for one in earlier if item.start is not None and one.start is not None]
    if not gaps or min(gaps) <= timedelta(minutes=coding.table.time.push_repeat_after):
        coding.leave(item, "repeat_push_within_30_min", "PUSH-2")
        return
    coding.add(family.push_repeat or family.push_next, 1, item, _push_minutes(item), "PUSH-2")


def _concurrent(coding: Coding, item: Work, shared: timedelta) -> bool:
    """Whether an overlap makes it concurrent: the payer's threshold, on the shorter run (CONC-2)."""
    minutes = whole_minutes(shared)
    if coding.payer.concurrent == "minutes":
        return minutes >= coding.payer.concurrent_minutes
    return minutes * 2 > item.running


def _code_concurrent(coding: Coding, item: Work, done: bool) -> bool:
    """Once an encounter, and not for complex drugs, which have no code for it (CONC-1)."""
    code = _family(coding, item).concurrent
    if not code:
        coding.leave(item, "concurrent_complex_not_billable", "CONC-1")
        return done
    if done:
        coding.leave(item, "concurrent_once_per_encounter", "CONC-1")
        return done
    coding.add(code, 1, item, item.running, "CONC-1")
    return True


def _code_sequential(coding: Coding, item: Work, running: list[Work]) -> None:
    """One drug after another: the time beside a longer run does not count for the shorter one (SEQ-1, SEQ-2, CONC-2)."""
    family = _family(coding, item)
    alone = without(item.runs, tuple(run for one in running for run in one.runs))
    minutes = whole_minutes(sum((run.length for run in alone), timedelta()))
    if any(set(one.drugs) & set(item.drugs) for one in running):
        units = secondary_hours(minutes, coding.table)
        if units:
            coding.add(family.hour, units, item, minutes, "SEQ-1", "TIME-2")
        else:
            coding.leave(item, "same_drug_under_31_min", "SEQ-1")
        return
    if minutes < coding.table.time.infusion_from:
        coding.leave(item, "under_16_min_beside_another", "CONC-2", "TIME-1")
        return
    rule = "SEQ-2" if item.family == "complex" else "SEQ-1"
    coding.add(family.sequential, 1, item, minutes, rule, "CONC-2" if minutes < item.running else "TIME-2")
    coding.add(family.hour, further_hours(minutes, coding.table), item, minutes, "TIME-2")


def _code_hydration(coding: Coding, items: list[Work], drugs: list[Work]) -> None:
    """Hydration last: only the time beside no drug, pushes deducted, 31 minutes at least (TIME-3, FLUID-3, FLUID-4)."""
    infused = tuple(run for one in drugs if one.kind == "infusion" for run in one.runs)
    pieces = [(item, without(item.runs, infused)) for item in items]
    counted: list[tuple[Work, int]] = []
    for item, alone in pieces:
        minutes = whole_minutes(sum((run.length for run in alone), timedelta()))
        counted.append((item, max(minutes - sum(_beside(push, alone) for push in drugs if push.kind == "push"), 0)))
    least = coding.table.time.hydration_from
    if coding.payer.join_hydration and counted:
        groups = [(counted, sum(minutes for _, minutes in counted))]
    else:
        groups = [([pair], pair[1]) for pair in counted]
    secondary = bool(drugs)
    for group, minutes in groups:
        if minutes < least:
            for item, _ in group:
                reason = "hydration_concurrent" if item.running >= least else "hydration_under_31_min"
                coding.leave(item, reason, "FLUID-3" if item.running >= least else "TIME-3")
            continue
        _add_hydration(coding, group, minutes, secondary)
        secondary = True


def _add_hydration(coding: Coding, group: list[tuple[Work, int]], minutes: int, secondary: bool) -> None:
    family = coding.table.families["hydration"]
    whole = replace(group[0][0], evidence=tuple(item.id for item, _ in group))
    rules = ("TIME-3", "FLUID-3") + (("FLUID-4",) if len(group) > 1 else ())
    if secondary:
        coding.add(family.hour, secondary_hours(minutes, coding.table), whole, minutes, *rules)
        return
    coding.add(family.initial, 1, whole, minutes, *rules)
    coding.add(family.hour, further_hours(minutes, coding.table), whole, minutes, *rules)


def _beside(push: Work, alone: tuple[Span, ...]) -> int:
    """Minutes of a push that fell into hydration time."""
    start = push.start
    if start is None or not any(run.start <= start < run.end for run in alone):
        return 0
    return _push_minutes(push) or 0


def _push_minutes(item: Work) -> int | None:
    if item.minutes is not None:
        return int(item.minutes.to_integral_value(rounding="ROUND_CEILING"))
    return item.running if item.stopped else None
