"""Titration as arithmetic: rates that rise by a step, a pause, a change of bag, fractions over set times, the shortest time.

Numbers are exact decimals without units: an amount in mg (or mL), a rate in the same an hour, times in minutes. Nothing is
rounded here. Each raises ValueError, naming what is wrong, for numbers that no infusion can have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chairside.core.visit.run.rates import Pace, Paces, as_decimal, minutes_of, reached

_MOST_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One rate: how long it runs, what it delivers, what has been delivered by its end, and the infusing minutes at its end."""

    rate: Decimal
    minutes: Decimal
    delivered: Decimal
    cumulative: Decimal
    ends: Decimal


@dataclass(frozen=True, slots=True)
class Paused:
    """A titration with a pause: what ran before it, the rate after it, and the two lengths (pause left out, pause counted)."""

    delivered: Decimal
    rate: Decimal
    restart: Decimal
    rows: tuple[Row, ...]
    infusing: Decimal
    elapsed: Decimal


@dataclass(frozen=True, slots=True)
class Changed:
    """A titration over more than one bag. `empty_at` and `left_of_step` hold one entry for each change, in elapsed minutes."""

    empty_at: tuple[Decimal, ...]
    left_of_step: tuple[Decimal, ...]
    finish: Decimal
    infusing: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bag over a set time: its mL and its mL/h."""

    ml: Decimal
    ml_h: Decimal


@dataclass(frozen=True, slots=True)
class Shortest:
    """The shortest time of a dose, the least volume to dissolve it in, and the rate of that volume over that time."""

    minutes: Decimal
    ml: Decimal
    ml_h: Decimal


@dataclass(frozen=True, slots=True)
class _Leg:
    """A row in exact fractions: what its end is compared with must not have been rounded."""

    rate: Fraction
    minutes: Fraction
    delivered: Fraction
    cumulative: Fraction
    ends: Fraction

    def row(self) -> Row:
        numbers = (self.rate, self.minutes, self.delivered, self.cumulative, self.ends)
        return Row(*(as_decimal(number) for number in numbers))


def titration(total: Decimal, start: Decimal, step: Decimal, every: Decimal, most: Decimal) -> tuple[Row, ...]:
    """Rows of a titration: `start`, then `step` more every so many minutes up to `most`, until `total` is in.

    No row follows one at whose very end the bag is empty.
    """
    _positive(total=total)
    return tuple(leg.row() for leg in _legs(Fraction(total), _rising(start, step, every, most)))


def titration_with_pause(
    total: Decimal,
    start: Decimal,
    step: Decimal,
    every: Decimal,
    most: Decimal,
    *,
    pause_at: Decimal,
    pause: Decimal,
    percent: Decimal,
    hold: Decimal,
) -> Paused:
    """The same with a pause after `pause_at` infusing minutes: again at `percent` of the rate then, `hold` minutes, then up."""
    _positive(total=total, percent=percent, hold=hold)
    if pause < 0 or percent > 100:
        raise ValueError("a pause is not shorter than nothing, and no restart is faster than the rate before it")
    whole, at = Fraction(total), Fraction(pause_at)
    legs = _legs(whole, _rising(start, step, every, most))
    if not 0 < at < legs[-1].ends:
        raise ValueError(f"pause_at: the infusion runs {as_decimal(legs[-1].ends)} min; a pause lies within them")
    now = next(leg for leg in legs if at <= leg.ends)
    given = now.cumulative - now.rate * (now.ends - at) / 60
    again = now.rate * Fraction(percent) / 100
    rising = _rising(as_decimal(min(again + Fraction(step), Fraction(most))), step, every, most)
    after = _legs(whole, (Pace(again, Fraction(hold)), *rising), given, at)
    return Paused(
        as_decimal(given),
        as_decimal(now.rate),
        as_decimal(again),
        tuple(leg.row() for leg in after),
        as_decimal(after[-1].ends),
        as_decimal(after[-1].ends + Fraction(pause)),
    )


def titration_across_bag_change(steps: Sequence[Decimal], every: Decimal, bags: Sequence[Decimal], change: Decimal) -> Changed:
    """Steps of `every` minutes, the last one open, through bags of the same product.

    change   minutes that each change takes: nothing flows, no step's time runs, and the step is finished after it
    """
    if not steps or not bags or change < 0:
        raise ValueError("steps, bags: at least one of each, and a change takes no less than nothing")
    _positive(every=every)
    _positive(**{f"bag {n}": bag for n, bag in enumerate(bags, 1)}, **{f"step {n}": rate for n, rate in enumerate(steps, 1)})
    held = (*(Pace(Fraction(rate), Fraction(every)) for rate in steps[:-1]), Pace(Fraction(steps[-1])))
    legs = _legs(sum(map(Fraction, bags), Fraction(0)), held)
    empty: list[Decimal] = []
    left: list[Decimal] = []
    gone, lost = Fraction(0), Fraction(0)
    for bag in bags[:-1]:
        gone += Fraction(bag)
        leg = next(item for item in legs if gone <= item.cumulative)
        at = leg.ends - (leg.cumulative - gone) * 60 / leg.rate
        empty.append(as_decimal(at + lost))
        left.append(as_decimal(leg.ends - at if leg is not legs[-1] else Fraction(0)))
        lost += Fraction(change)
    total, ends = legs[-1].cumulative, legs[-1].ends
    return Changed(tuple(empty), tuple(left), as_decimal(ends + lost), as_decimal(ends), as_decimal(total))


def two_phase_rate(bag: Decimal, phases: Sequence[tuple[Decimal, Decimal]]) -> tuple[tuple[Part, ...], Decimal]:
    """Parts of a bag by (percent, minutes), and the minutes in all. The percents must add up to 100."""
    _positive(bag=bag, **{f"minutes of part {n}": minutes for n, (_, minutes) in enumerate(phases, 1)})
    _positive(**{f"percent of part {n}": percent for n, (percent, _) in enumerate(phases, 1)})
    if sum(percent for percent, _ in phases) != 100:
        raise ValueError("phases: the parts of the bag must add up to 100 %")
    parts = []
    for percent, minutes in phases:
        ml = Fraction(bag) * Fraction(percent) / 100
        parts.append(Part(as_decimal(ml), as_decimal(ml * 60 / Fraction(minutes))))
    return tuple(parts), sum((minutes for _, minutes in phases), Decimal(0))


def min_infusion_time(dose: Decimal, most_a_minute: Decimal, floor: Decimal, most_concentration: Decimal) -> Shortest:
    """The longer of the floor and the time that the highest rate takes; the least volume that the concentration allows."""
    _positive(dose=dose, most_a_minute=most_a_minute, most_concentration=most_concentration)
    if floor < 0:
        raise ValueError("floor: a time is not shorter than nothing")
    minutes = max(Fraction(floor), Fraction(dose) / Fraction(most_a_minute))
    volume = Fraction(dose) / Fraction(most_concentration)
    return Shortest(as_decimal(minutes), as_decimal(volume), as_decimal(volume * 60 / minutes))


def _rising(start: Decimal, step: Decimal, every: Decimal, most: Decimal) -> Paces:
    """Rates from `start` up to `most`; the highest one is open."""
    _positive(start=start, step=step, every=every, most=most)
    if start > most:
        raise ValueError("start: the first rate is above the highest one")
    if (most - start) / step > _MOST_STEPS:
        raise ValueError(f"step: more than {_MOST_STEPS} steps are not a titration")
    paces: list[Pace] = []
    rate = Fraction(start)
    while rate < most:
        paces.append(Pace(rate, Fraction(every)))
        rate = min(rate + Fraction(step), Fraction(most))
    return (*paces, Pace(Fraction(most)))


def _legs(total: Fraction, paces: Paces, given: Fraction = Fraction(0), gone: Fraction = Fraction(0)) -> list[_Leg]:
    """What each rate delivers until the total is in, by the paces that every ladder of a visit is made of."""
    starts = reached(paces, total - given)
    ends = [*(start for start, _ in starts[1:]), minutes_of(paces, total - given)]
    legs: list[_Leg] = []
    for (start, rate), end in zip(starts, ends, strict=True):
        delivered = rate * (end - start) / 60
        given += delivered
        legs.append(_Leg(rate, end - start, delivered, given, gone + end))
    return legs


def _positive(**numbers: Decimal) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise ValueError(f"{name.replace('_', ' ')}: {number} is not above zero")
