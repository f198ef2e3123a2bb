"""A ladder made out for one bag and patient: its paces under every limit, how long it takes, and what limits it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from chairside.core.kernel.decision import Outcome, Reason, refused, review, unknown
from chairside.core.protocols.schema.ladder import Ladder, SiteRate
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.truth import Truth
from chairside.core.protocols.vocabulary import name_of
from chairside.core.visit.run.asked import Asked, Scope
from chairside.core.visit.run.limits import Limit, rate_limits, time_limits, with_ladder
from chairside.core.visit.run.rates import Bag, Pace, Paces, applies, cut, minutes_of, reached, stretched


@dataclass(frozen=True, slots=True)
class Made:
    """One ladder as it would run.

    minutes    the shortest that it may take
    limiting   what makes it no faster
    binding    the limit of that name, None when it is the ladder's own steps
    sites      needle sites of a subcutaneous infusion, None for any other
    scope      whether the ladder is for this infusion
    waits      the order may be allowed once a missing fact is on record, so it is not judged by this ladder
    """

    ladder: Ladder
    scope: Scope
    paces: Paces = ()
    minutes: Fraction = Fraction(0)
    limiting: str = ""
    binding: Limit | None = None
    sites: int | None = None
    reasons: tuple[Reason, ...] = ()
    waits: bool = False

    @property
    def runs(self) -> bool:
        return bool(self.paces)

    @property
    def top(self) -> Fraction:
        """The highest rate that the ladder allows, whether this bag reaches it or not."""
        return self.paces[-1].rate

    def highest(self, ml: Fraction) -> Fraction:
        return max(rate for _, rate in reached(self.paces, ml))

    @property
    def fits(self) -> bool:
        """It can be chosen: it is for this infusion and written for this bag."""
        return (
            self.scope.truth is Truth.TRUE and self.runs and not any(item.outcome is Outcome.REFUSED for item in self.reasons)
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one question, found once for all ladders."""

    rates: tuple[Limit, ...]
    times: tuple[Limit, ...]
    problems: tuple[Reason, ...]

    def of_label(self) -> Limits:
        rates = tuple(limit for limit in self.rates if limit.layer is Layer.LABEL)
        return replace(self, rates=rates, times=tuple(limit for limit in self.times if limit.layer is Layer.LABEL))


def limits_of(asked: Asked) -> Limits:
    rates, problems = rate_limits(asked)
    return Limits(rates, time_limits(asked), problems)


def made(ladder: Ladder, asked: Asked, scope: Scope, limits: Limits, ordered: Limit | None = None) -> Made:
    """The ladder for this bag, under its own time, the dose table's time and every rate limit.

    ordered   the order's time, for a ladder that states neither steps nor a time
    """
    if limits.problems:
        return Made(ladder, scope, reasons=limits.problems)
    times = with_ladder(limits.times, ladder)
    paces, sites, problems = _written(ladder, asked)
    first = Made(ladder, scope, paces, limiting=_own(ladder), sites=sites, reasons=problems)
    if not paces and not problems:
        first = _even(first, times, limits.rates, ordered, asked.bag)
    return _bound(first, times, limits.rates, asked.bag.ml) if first.runs else first


def _written(ladder: Ladder, asked: Asked) -> tuple[Paces, int | None, tuple[Reason, ...]]:
    """The ladder's own steps in mL/h, or the rate of its sites; nothing for an even rate over a time."""
    bag = asked.bag
    if ladder.sites:
        return _at_sites(ladder, asked)
    paces: list[Pace] = []
    for rung in ladder.steps:
        rate = bag.pace(rung.rate)
        if isinstance(rate, Reason):
            return (), None, (replace(rate, source=ladder.source),)
        last = rung is ladder.steps[-1]
        paces.append(Pace(rate, None if last or rung.minutes is None else Fraction(rung.minutes)))
    if ladder.bag is not None and not ladder.bag.same(bag.volume):
        message = f"The ladder is written for a bag of {ladder.bag.spelled()}; this one holds {bag.volume.spelled()}."
        limit = ladder.bag.spelled()
        return tuple(paces), None, (refused("wrong_concentration", message, field="volume", limit=limit, source=ladder.source),)
    return tuple(paces), None, ()


def _at_sites(ladder: Ladder, asked: Asked) -> tuple[Paces, int | None, tuple[Reason, ...]]:
    """As many sites as the volume needs, each at its highest rate, all at once."""
    rules = [item for item in ladder.sites if applies(item.infusions, asked.course)]
    if not rules:
        message = "The protocol states no rate for each site for this infusion."
        return (), None, (unknown("not_encoded", message, field="ladder.sites", source=ladder.source),)
    lowest = SiteRate(
        min((item.volume for item in rules), key=lambda volume: volume.to("mL").amount),
        rules[0].rate,
        min(item.sites for item in rules),
    )
    rates = [asked.bag.pace(item.rate) for item in rules]
    problems = tuple(rate for rate in rates if isinstance(rate, Reason))
    if problems:
        return (), None, problems
    one = min(rate for rate in rates if isinstance(rate, Fraction))
    needed = ceil(asked.bag.ml / Fraction(lowest.volume.to("mL").amount))
    if needed <= lowest.sites:
        return (Pace(one * needed),), needed, ()
    most = f"{lowest.sites} sites of {lowest.volume.spelled()}"
    message = f"{asked.bag.volume.spelled()} needs {needed} sites; at most {most} at once. Divide the dose over more sessions."
    return (
        (Pace(one * lowest.sites),),
        lowest.sites,
        (refused("above_maximum", message, field="volume", limit=most, source=ladder.source),),
    )


def _even(first: Made, times: tuple[Limit, ...], rates: tuple[Limit, ...], ordered: Limit | None, bag: Bag) -> Made:
    """One even rate over the shortest time; where no time is stated, at the highest rate that is, else over the order's."""
    over = times[0] if times else None if rates else ordered
    if over is not None:
        return replace(first, paces=(Pace(bag.ml * 60 / over.amount),), limiting=over.said, binding=over)
    if rates:
        return replace(first, paces=(Pace(rates[0].amount),), limiting=rates[0].said, binding=rates[0])
    message = "The protocol states neither steps nor a time for this infusion. The order must state the time."
    reason = unknown("not_encoded", message, field="order.minutes", source=first.ladder.source)
    return replace(first, reasons=(*first.reasons, reason))


def _bound(first: Made, times: tuple[Limit, ...], rates: tuple[Limit, ...], ml: Fraction) -> Made:
    """The paces under the lowest rate and the longest time; limits that may be for this patient bind, and ask for the fact."""
    now = first
    for limit in rates[:1]:
        if limit.amount < now.highest(ml):
            now = replace(now, paces=cut(now.paces, limit.amount), limiting=limit.said, binding=limit)
        elif limit.amount < now.top:
            now = replace(now, paces=cut(now.paces, limit.amount))
    total = minutes_of(now.paces, ml)
    for limit in times[:1]:
        if total < limit.amount:
            paces = stretched(now.paces, ml, limit.amount)
            now, total = replace(now, paces=paces, limiting=limit.said, binding=limit), limit.amount
    return replace(now, minutes=total, reasons=(*now.reasons, *_asks(now)))


def _asks(now: Made) -> tuple[Reason, ...]:
    """A limit that binds and may not be for this patient needs the fact that says so."""
    if now.binding is None or not now.binding.missing:
        return ()
    facts = ", ".join(dict.fromkeys(name_of(fact) for fact in now.binding.missing))
    message = f"Not on record: {facts}. It decides whether “{now.binding.said}” holds for this patient."
    return (unknown("missing_fact", message, field=now.binding.missing[0], limit=now.binding.said, source=now.binding.source),)


def _own(ladder: Ladder) -> str:
    return f"ladder {ladder.key}"


def label_minutes(one: Made, asked: Asked, limits: Limits) -> Fraction:
    """The shortest time that the label alone allows: its rate limits, its times, and its ladder's steps."""
    label, ml = limits.of_label(), asked.bag.ml
    of_label = one.ladder.layer is Layer.LABEL
    times = with_ladder(label.times, one.ladder) if of_label else label.times
    if of_label and one.ladder.steps:
        written, _, _ = _written(one.ladder, asked)
        return _bound(replace(one, paces=written, binding=None), times, label.rates, ml).minutes if written else Fraction(0)
    by_rate = [ml * 60 / limit.amount for limit in label.rates]
    return max([*(limit.amount for limit in times), *by_rate], default=Fraction(0))


def by_layer(code: str, message: str, layer: Layer, **detail: str) -> Reason:
    """A limit of the label refuses; one of practice is for a named person to judge."""
    if layer is Layer.LABEL:
        return refused(code, message, **detail)
    return review(code, message, **{**detail, "override": "prescriber"})
