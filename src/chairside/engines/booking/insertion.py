"""The best places for one more visit: exact, over every start, chair, nurse and begin of the preparation.

At one start the chair, the nurse and the preparation do not depend on one another, so each is a mask of starts, and a place
exists where all have a bit. Only the start and the nurse have a price, and the nurse with least hands-on work the least.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chairside.core.scheduling.day.instance import Assignment, Visit
from chairside.core.scheduling.day.objective import Parts
from chairside.engines.booking.masks import Amount, amount, at_least, reaching, runs
from chairside.engines.booking.standing import STEP, Hands, Standing, times_of_visit

OFFERS, APART = 3, 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A place, and what it adds to the objective: in all, and by its parts."""

    place: Assignment
    delta: float
    parts: Parts


@dataclass(frozen=True, slots=True)
class Answer:
    """Offers, the best first; when there are none, the rules of which each alone stands in the way, or rule 0 when it takes
    more than one."""

    offers: tuple[Offer, ...]
    blocking: tuple[int, ...] = ()


def book(standing: Standing, request: Visit, *, offers: int = OFFERS, apart: int = APART) -> Answer:
    """At most so many offers, whose starts are at least `apart` minutes from each other. The request is no visit of the day."""
    asked = _Asked(standing, request)
    starts = asked.starts & asked.chairs & asked.covered & asked.mixed
    priced = sorted(asked.priced(starts)) if starts else []
    chosen: list[tuple[Amount, int, Hands]] = []
    for delta, start, place in priced:
        if all(abs(start - other) >= apart for _, other, _ in chosen):
            chosen.append((delta, start, standing.nurses[place]))
            if len(chosen) == offers:
                break
    if chosen:
        return Answer(tuple(asked.offer(start, hands) for _, start, hands in chosen))
    return Answer((), asked.blocking())


def each_start(standing: Standing, request: Visit) -> Iterator[Offer]:
    """The best place of every multiple of five minutes that has one, the best first. The request is no visit of the day."""
    asked = _Asked(standing, request)
    starts = asked.starts & asked.chairs & asked.covered & asked.mixed & standing.fives
    return (asked.offer(start, standing.nurses[place]) for _, start, place in sorted(asked.priced(starts)))


class _Asked:
    """What each rule leaves of the starts of one request, as masks."""

    def __init__(self, standing: Standing, request: Visit) -> None:
        self.standing, self.request = standing, request
        self.acuity, self.on_fives = amount(request.acuity), standing.on_fives
        if self.on_fives:
            self.on_fives = all(time % STEP == 0 for time in times_of_visit(request))
        day, length = standing.day, request.duration
        self.all = standing.fives if self.on_fives else standing.all
        last = min(request.latest_start, day.latest_end - length)
        self.starts = self.all & standing.minutes(max(request.release, day.open), last + 1)  # rule 2
        self.of_chair = [
            (chair, runs(free, length)) for chair, free in standing.chairs if chair.type in request.chair_types
        ]  # rule 3
        self.chairs = 0
        for _, mask in self.of_chair:
            self.chairs |= mask
        self.covered = runs(at_least(standing.cover, self.acuity), length)  # rule 8
        self.mixing, self.mixed = self._mixing()  # rule 9
        self.peaks = reaching(standing.peak, 0, length - 1, standing.width)

    def _mixing(self) -> tuple[int, int]:
        """The begins of a preparation that the hoods and the hours allow, and the starts that one of them can serve."""
        standing, drug = self.standing, self.request.drug
        if drug is None:
            return 0, standing.all
        opens, closes = standing.day.pharmacy.open
        hours = standing.minutes(max(opens, drug.release), closes - drug.prep + 1)
        begins = hours & (runs(standing.hoods, drug.prep) if drug.prep else standing.all)
        earliest = drug.infusion_end_offset - drug.stability - drug.prep
        return begins, reaching(begins, earliest, drug.need_offset - drug.prep, standing.width)

    def on_shift(self, hands: Hands) -> int:
        """Rule 4."""
        if self.request.skill not in hands.nurse.skills:
            return 0
        begin, end = hands.nurse.shift
        return self.standing.minutes(begin, end - self.request.duration + 1)

    def in_hand(self, hands: Hands) -> int:
        """Rule 5."""
        found = self.standing.all
        for offset, length in self.request.tasks:
            found &= runs(hands.free, length) >> offset
        return found

    def in_load(self, hands: Hands) -> int:
        """Rule 6."""
        return runs(at_least(hands.spare, self.acuity), self.request.duration)

    def priced(self, starts: int) -> list[tuple[Amount, int, int]]:
        """Of each of these starts at which a nurse can: its delta, the minute, and which nurse."""
        standing, found = self.standing, []
        for place, hands in enumerate(standing.nurses):
            if not (hers := starts & self.on_shift(hands)) or not (hers := hers & self.in_load(hands) & self.in_hand(hands)):
                continue
            starts &= ~hers
            more = standing.prices.balance * self._growth(hands)
            while hers:
                bit = hers & -hers
                hers ^= bit
                start = bit.bit_length() - 1 + standing.origin
                wait, off_wish, overtime = self._minutes(start)
                prices = standing.prices
                delta = more + prices.wait * wait + prices.pref * off_wish + prices.overtime * overtime
                found.append((delta + prices.peak if bit & self.peaks else delta, start, place))
            if not starts:
                break
        return found

    def offer(self, start: int, hands: Hands) -> Offer:
        """This start with this nurse, on the least scarce chair, mixed as late as can be."""
        standing, request, prices = self.standing, self.request, self.standing.prices
        at = 1 << (start - standing.origin)
        chair = next(chair for chair, mask in self.of_chair if mask & at)
        wait, off_wish, overtime = self._minutes(start)
        amounts = (
            prices.wait * wait,
            prices.pref * off_wish,
            prices.overtime * overtime,
            prices.peak if self.peaks & at else 0,
            prices.balance * self._growth(hands),
        )
        place = Assignment(request.id, start, chair.id, hands.nurse.id, self._mix_start(start))
        return Offer(place, float(sum(amounts)), Parts(0, *map(float, amounts)))

    def blocking(self) -> tuple[int, ...]:
        """The rules of which each, dropped alone, would leave a place; rule 0 when none would."""
        standing, every = self.standing, self.standing.all
        shift_hand = shift_load = hand_load = nurses = 0
        for hands in standing.nurses:
            shift, hand, load = self.on_shift(hands), self.in_hand(hands), self.in_load(hands)
            shift_hand |= shift & hand
            shift_load |= shift & load
            hand_load |= hand & load
            nurses |= shift & hand & load
        rules = {2: self.starts, 3: self.chairs, 4: nurses, 8: self.covered, 9: self.mixed}
        without = {
            2: {2: self.all},
            3: {3: every if standing.chairs else 0},
            4: {4: hand_load},
            5: {4: shift_load},
            6: {4: shift_hand},
            8: {8: every},
            9: {9: every},
        }
        return tuple(rule for rule, instead in without.items() if _common({**rules, **instead})) or (0,)

    def _minutes(self, start: int) -> tuple[int, int, int]:
        """Minutes of waiting, off the wish and of overtime."""
        request = self.request
        over = max(0, start + request.duration - self.standing.day.close)
        if request.linked:
            return start - request.release, 0, over
        return 0, max(0, request.pref[0] - start, start - request.pref[1]), over

    def _growth(self, hands: Hands) -> int:
        """By how many minutes the most hands-on work of one nurse grows."""
        return max(0, hands.hands_on + self.request.hands_on - self.standing.most_hands_on)

    def _mix_start(self, start: int) -> int | None:
        if self.request.drug is None:
            return None
        first, last = self.request.drug.mix_window(start, self.standing.day.pharmacy.open)
        return (self.mixing & self.standing.minutes(first, last + 1)).bit_length() - 1 + self.standing.origin


def _common(rules: dict[int, int]) -> bool:
    found = -1
    for mask in rules.values():
        found &= mask
    return bool(found)
