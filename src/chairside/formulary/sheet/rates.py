"""How fast it runs: ladders, highest rates, ways of delivery."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.ladder import Ladder, RateCap
from chairside.formulary.sheet import words
from chairside.formulary.sheet.parts import Row, Said, row


def rates(protocol: Protocol) -> Iterator[Row]:
    for ladder in protocol.ladders:
        yield row(
            f"{ladder.names.en}{words.for_infusions(ladder.infusions)}", _ladder(ladder, protocol), ladder.layer, ladder.key
        )
    for cap in protocol.rate_caps:
        yield row(f"Highest rate{words.for_infusions(cap.infusions)}", [_cap(cap, protocol)], cap.layer)
    for way in protocol.deliveries:
        most = f", at most {way.most_per_site.spelled()} at one site" if way.most_per_site is not None else ""
        yield row("Delivery", [Said(f"Route {words.route(way.route)}{most}.", protocol.source)])


def _cap(cap: RateCap, protocol: Protocol) -> Said:
    whom = words.keys((*cap.indications, *cap.risks), "or")
    text = f"{cap.rate.spelled()}{f' for {whom}' if whom else ''}{words.for_regimens(cap.regimens)}"
    return Said(f"{text}{words.only(cap.when, protocol)}.", cap.source)


def _ladder(ladder: Ladder, protocol: Protocol) -> Iterator[Said]:
    yield from (Said(text, ladder.source) for text in (*_speed(ladder), *_whom(ladder, protocol)))


def _speed(ladder: Ladder) -> Iterator[str]:
    for number, rung in enumerate(ladder.steps, 1):
        held = f"for {rung.minutes} min" if rung.minutes is not None else "to the end"
        yield f"Step {number}: {rung.rate.spelled()} {held}."
    if not ladder.steps and not ladder.sites:
        yield "One even rate."
    if ladder.least_minutes is not None:
        yield f"Never in less than {ladder.least_minutes} min."
    if ladder.most_minutes is not None:
        yield f"Never longer than {ladder.most_minutes} min."
    if ladder.stated_minutes is not None:
        yield f"The source says {ladder.stated_minutes} min in all."
    if ladder.bag is not None:
        yield f"Written for a bag of {ladder.bag.spelled()}."
    for place in ladder.sites:
        most = f"up to {place.volume.spelled()} at {place.rate.spelled()}"
        sites = f"{place.sites} needle site{'' if place.sites == 1 else 's'} at most"
        yield f"At each needle site {most}; {sites}{words.for_infusions(place.infusions)}."


def _whom(ladder: Ladder, protocol: Protocol) -> Iterator[str]:
    if ladder.dose_from is not None:
        yield f"For doses from {ladder.dose_from.spelled()}."
    if ladder.dose_up_to is not None:
        yield f"For doses up to {ladder.dose_up_to.spelled()}."
    if ladder.indications:
        yield f"For {words.keys(ladder.indications)}."
    if ladder.regimens:
        yield f"For the regimen{'s' if len(ladder.regimens) > 1 else ''} {words.keys(ladder.regimens)}."
    if ladder.phases:
        yield f"For the phase{'s' if len(ladder.phases) > 1 else ''} {words.keys(ladder.phases)}."
    if ladder.routes:
        yield f"By the route {words.listed([words.route(way) for way in ladder.routes], 'or')}."
    if ladder.when is not None:
        yield f"Only with {words.condition(ladder.when, protocol)}."
    if ladder.needs_approval:
        yield "Only where the site has approved this practice."
