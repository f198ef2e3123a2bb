"""Titration as arithmetic: rates that rise by a step, a pause, a change of bag, fractions over set times, the shortest time.

Numbers are exact decimals without units: an amount in mg (or mL), a rate in the same an hour, times in minutes. Nothing is
rounded here. Each raises ValueError, naming what is wrong, for numbers that no infusion can have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from chairside.core.visit.rates import DIGITS


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


def titration(total: Decimal, start: Decimal, step: Decimal, every: Decimal, most: Decimal) -> tuple[Row, ...]:
    """Rows of a titration: `start`, then `step` more every so many minutes up to `most`, until `total` is in.

    No row follows one at whose very end the bag is empty.
    """
    return _rows(total, _rising(start, step, every, most))


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
    _positive(percent=percent, hold=hold)
    if pause < 0 or percent > 100:
        raise ValueError("a pause is not shorter than nothing, and no restart is faster than the rate before it")
    rows = titration(total, start, step, every, most)
    if not 0 < pause_at < rows[-1].ends:
        raise ValueError(f"pause_at: the infusion runs {rows[-1].ends} min; a pause lies within them")
    with localcontext() as context:
        context.prec = DIGITS
        now = next(row for row in rows if pause_at <= row.ends)
        given = now.cumulative - now.rate * (now.ends - pause_at) / 60
        again = now.rate * percent / 100
    first = [(again, hold)]
    after = _rows(total, first + _rising(min(again + step, most), step, every, most), given, pause_at)
    return Paused(given, now.rate, again, after, after[-1].ends, after[-1].ends + pause)


def titration_across_bag_change(steps: Sequence[Decimal], every: Decimal, bags: Sequence[Decimal], change: Decimal) -> Changed:
    """Steps of `every` minutes, the last one open, through bags of the same product.

    change   minutes that each change takes: nothing flows, no step's time runs, and the step is finished after it
    """
    if not steps or not bags or change < 0:
        raise ValueError("steps, bags: at least one of each, and a change takes no less than nothing")
    _positive(every=every, **{f"bag {n}": bag for n, bag in enumerate(bags, 1)})
    rows = _rows(sum(bags, Decimal(0)), [(rate, every) for rate in steps[:-1]] + [(steps[-1], None)])
    empty: list[Decimal] = []
    left: list[Decimal] = []
    gone = Decimal(0)
    with localcontext() as context:
        context.prec = DIGITS
        for n, bag in enumerate(bags[:-1]):
            gone += bag
            row = next(item for item in rows if gone <= item.cumulative)
            at = row.ends - (row.cumulative - gone) * 60 / row.rate
            empty.append(at + n * change)
            left.append(row.ends - at if row is not rows[-1] else Decimal(0))
        finish = rows[-1].ends + change * (len(bags) - 1)
    return Changed(tuple(empty), tuple(left), finish, rows[-1].ends, rows[-1].cumulative)


def two_phase_rate(bag: Decimal, phases: Sequence[tuple[Decimal, Decimal]]) -> tuple[tuple[Part, ...], Decimal]:
    """Parts of a bag by (percent, minutes), and the minutes in all. The percents must add up to 100."""
    _positive(bag=bag, **{f"minutes of part {n}": minutes for n, (_, minutes) in enumerate(phases, 1)})
    _positive(**{f"percent of part {n}": percent for n, (percent, _) in enumerate(phases, 1)})
    if sum(percent for percent, _ in phases) != 100:
        raise ValueError("phases: the parts of the bag must add up to 100 %")
    with localcontext() as context:
        context.prec = DIGITS
        parts = tuple(Part(bag * percent / 100, bag * percent * 60 / (100 * minutes)) for percent, minutes in phases)
    return parts, sum((minutes for _, minutes in phases), Decimal(0))


def min_infusion_time(dose: Decimal, most_a_minute: Decimal, floor: Decimal, most_concentration: Decimal) -> Shortest:
    """The longer of the floor and the time that the highest rate takes; the least volume that the concentration allows."""
    _positive(dose=dose, most_a_minute=most_a_minute, most_concentration=most_concentration)
    if floor < 0:
        raise ValueError("floor: a time is not shorter than nothing")
    with localcontext() as context:
        context.prec = DIGITS
        minutes, volume = max(floor, dose / most_a_minute), dose / most_concentration
        return Shortest(minutes, volume, volume * 60 / minutes)


def _rising(start: Decimal, step: Decimal, every: Decimal, most: Decimal) -> list[tuple[Decimal, Decimal | None]]:
    """Rates from `start` up to `most`; the highest one is open."""
    _positive(start=start, step=step, every=every, most=most)
    if start > most:
        raise ValueError("start: the first rate is above the highest one")
    rates: list[tuple[Decimal, Decimal | None]] = []
    rate = start
    while rate < most:
        rates.append((rate, every))
        rate = min(rate + step, most)
        if len(rates) > 1000:
            raise ValueError("step: more than a thousand steps are not a titration")
    return [*rates, (most, None)]


def _rows(
    total: Decimal,
    rates: Sequence[tuple[Decimal, Decimal | None]],
    given: Decimal = Decimal(0),
    gone: Decimal = Decimal(0),
) -> tuple[Row, ...]:
    _positive(total=total, **{f"rate {n}": rate for n, (rate, _) in enumerate(rates, 1)})
    rows: list[Row] = []
    with localcontext() as context:
        context.prec = DIGITS
        for rate, held in rates:
            left = total - given
            whole = left * 60 / rate
            last = held is None or whole <= held
            minutes = whole if last or held is None else held
            delivered = left if last else rate * minutes / 60
            given, gone = (total if last else given + delivered), gone + minutes
            rows.append(Row(rate, minutes, delivered, given, gone))
            if last:
                break
    return tuple(rows)


def _positive(**numbers: Decimal) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise ValueError(f"{name.replace('_', ' ')}: {number} is not above zero")
