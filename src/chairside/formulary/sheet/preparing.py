"""How it is made ready, how it runs, what watches over it, and under which codes it is billed."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.ladder import Ladder, RestartAction
from chairside.core.protocols.schema.product import Preparation, Product
from chairside.core.protocols.schema.visit import Moment
from chairside.core.protocols.vocabulary import name_of
from chairside.formulary.sheet import words
from chairside.formulary.sheet.numbers import condition_text, leaves
from chairside.formulary.sheet.parts import Row, Said, row

_RESTARTS = {
    RestartAction.CONTINUE: "go on",
    RestartAction.RESUME: "resume once it has passed",
    RestartAction.NEW_ORDER: "a prescriber writes a new order",
    RestartAction.NEVER: "never restarted in this visit",
}
_MOMENTS = {
    Moment.BASELINE: "before the start",
    Moment.BEFORE_STEP: "before each step",
    Moment.END: "at the end",
    Moment.OBSERVATION_END: "when observation ends",
}


def products(protocol: Protocol) -> Iterator[Row]:
    """Each brand's vials; then each way of preparing, with the brands that share it."""
    for product in protocol.products:
        yield row(product.brand, _product(product))
    shared: dict[Preparation, list[str]] = {}
    for product in protocol.products:
        shared.setdefault(product.preparation, []).append(product.brand)
    for preparation, brands in shared.items():
        whose = "all brands" if len(brands) == len(protocol.products) > 1 else words.listed(brands)
        yield row(f"Preparation of {whose}", _preparation(preparation))
    if protocol.hazards is not None:
        told = [f"{part}: {says}" for part, says in leaves(protocol.hazards)]
        yield row("Handling hazards", [Said(f"{words.started('; '.join(told))}.", protocol.hazards.source)])


def _product(product: Product) -> Iterator[Said]:
    yield Said(
        f"{product.nonproprietary}{f', {product.concentration.spelled()}' if product.concentration else ''}.", product.source
    )
    for vial in product.vials:
        volume = f" in {vial.volume.spelled()}" if vial.volume else ""
        lot = ", strength as on the lot" if vial.potency_by_lot else ""
        yield Said(
            f"{vial.strength.spelled()}{volume}, {vial.form.value}, {words.key(vial.container.value)}{lot}.", vial.source
        )
    if product.indications:
        yield Said(f"Only for {words.listed([words.key(key) for key in product.indications])}.", product.source)
    if product.restarts_infusion_number:
        yield Said("A change to this brand starts the count of infusions again.", product.source)


def _preparation(made: Preparation) -> Iterator[Said]:
    if made.reconstitution is not None:
        mix = made.reconstitution
        stand = f"; let stand {mix.stand_minutes} min" if mix.stand_minutes else ""
        into = f"{mix.volume.spelled()} of {words.listed(mix.diluents, 'or')}"
        yield Said(f"Reconstitute each vial with {into}: {mix.gives.spelled()}{stand}.", mix.source)
    if made.dilution is not None:
        bag = made.dilution
        yield Said(f"Dilute in {words.listed(bag.diluents, 'or')}.", bag.source)
        if bag.least or bag.most:
            span = (
                f"{words.amount(bag.least)} to {words.amount(bag.most)}"
                if bag.least and bag.most
                else f"at least {bag.least.spelled()}"
                if bag.least
                else f"at most {words.amount(bag.most)}"
            )
            yield Said(f"Concentration in the bag: {span}.", bag.source)
        if bag.final_volume:
            holds = "drug and diluent together" if bag.volume_is_total else "diluent alone"
            yield Said(f"Final volume {bag.final_volume.spelled()}, {holds}.", bag.source)
        if bag.largest_volume:
            yield Said(f"Not more than {bag.largest_volume.spelled()} of diluent.", bag.source)
        if bag.bag_volumes:
            yield Said(f"Bags in use: {words.listed([volume.spelled() for volume in bag.bag_volumes])}.", bag.source)
    if made.undiluted_push:
        yield Said("May be given undiluted as a push.", made.source)
    if made.filter is not None:
        kind = "Low-protein-binding in-line filter" if made.filter.low_protein_binding else "In-line filter"
        size = " ".join(
            [f"from {plain(made.filter.least_micron)}" if made.filter.least_micron is not None else "",
             f"up to {plain(made.filter.most_micron)} µm" if made.filter.most_micron is not None else ""]
        ).strip()  # fmt: skip
        yield Said(f"{kind} {size}{', required' if made.filter.required else ', not required'}.", made.filter.source)
    for keeps in made.stability:
        within = (
            f" at {words.amount(keeps.least) or '0'} to {words.amount(keeps.most) or 'any'}"
            if keeps.least or keeps.most
            else ""
        )
        until = f"{keeps.deadline.value} within {plain(keeps.hours)} h of {keeps.clock.value}"
        yield Said(f"{words.started(keeps.storage.value)}{within}: {until} ({keeps.layer.value}).", keeps.source)
    if made.handling:
        yield Said(f"{words.started(words.listed([words.key(item.value) for item in made.handling]))}.", made.source)


def rates(protocol: Protocol) -> Iterator[Row]:
    for ladder in protocol.ladders:
        yield row(f"{ladder.names.en}{words.for_infusions(ladder.infusions)}", _ladder(ladder), ladder.layer)
    for cap in protocol.rate_caps:
        whom = words.listed([words.key(item) for item in (*cap.indications, *cap.risks)], "or")
        yield row(
            "Highest rate",
            [Said(f"{cap.rate.spelled()}{f' for {whom}' if whom else ''}{words.only(cap.when)}.", cap.source)],
            cap.layer,
        )
    for rule in protocol.restarts:
        part = f", at {rule.rate_percent} % of the rate at its onset" if rule.rate_percent is not None else ""
        hold = f", held for {rule.hold_minutes} min" if rule.hold_minutes else ""
        often = (
            "" if rule.action is RestartAction.NEVER else f"; {'once' if rule.times == 1 else f'{rule.times} times'} in a visit"
        )
        terms = f" ({words.listed([words.key(term) for term in rule.terms], 'or')})" if rule.terms else ""
        grades = words.listed(rule.grades, "or")
        yield row(
            f"After a reaction of grade {grades}{terms}",
            [
                Said(
                    f"{words.started(_RESTARTS[rule.action])}{part}{hold}{often}.{_released(rule.release)}",
                    rule.source,
                )
            ],
            rule.layer,
        )


def _released(role: str) -> str:
    return "" if role in ("", "none") else f" Released by: {words.key(role)}."


def _ladder(ladder: Ladder) -> Iterator[Said]:
    if ladder.steps:
        steps = [
            f"{rung.rate.spelled()} {f'for {rung.minutes} min' if rung.minutes is not None else 'to the end'}"
            for rung in ladder.steps
        ]
        yield Said(f"{', then '.join(steps)}.", ladder.source)
    else:
        yield Said("One even rate.", ladder.source)
    if ladder.least_minutes is not None:
        yield Said(f"Never in less than {ladder.least_minutes} min.", ladder.source)
    if ladder.most_minutes is not None:
        yield Said(f"Never longer than {ladder.most_minutes} min.", ladder.source)
    if ladder.stated_minutes is not None:
        yield Said(f"The source says {ladder.stated_minutes} min in all.", ladder.source)
    if ladder.bag is not None:
        yield Said(f"Written for a bag of {ladder.bag.spelled()}.", ladder.source)
    if ladder.dose_up_to is not None:
        yield Said(f"For doses up to {ladder.dose_up_to.spelled()}.", ladder.source)
    if ladder.indications:
        yield Said(f"For {words.listed([words.key(item) for item in ladder.indications])}.", ladder.source)
    if ladder.when is not None:
        yield Said(f"Only with {condition_text(ladder.when)}.", ladder.source)
    if ladder.needs_approval:
        yield Said("Only where the site has approved this practice.", ladder.source)
    for place in ladder.sites:
        most = f"up to {place.volume.spelled()} at {place.rate.spelled()}"
        yield Said(f"Each of {place.sites} needle sites: {most}{words.for_infusions(place.infusions)}.", ladder.source)


def watching(protocol: Protocol) -> Iterator[Row]:
    for item in protocol.premedications:
        what = " ".join(part for part in (words.amount(item.amount), item.route) if part)
        given = f"{words.started(item.wish.value)}{f', {what}' if what else ''}"
        says = f"{given}; start {item.wait_minutes} min after it{'; makes drowsy' if item.sedating else ''}."
        yield row(f"Premedication: {item.agent}{words.for_infusions(item.infusions)}", [Said(says, item.source)], item.layer)
    if protocol.monitoring is not None:
        yield from _monitoring(protocol)
    for seen in protocol.observations:
        firm = f"required; shortened only by: {words.key(seen.release)}" if seen.required else "not required"
        yield row(
            f"Observation{words.for_infusions(seen.infusions)}",
            [Said(f"{seen.minutes} min after the end, {firm}.", seen.source)],
            seen.layer,
        )
    for chair in protocol.chair_times:
        ladder = protocol.ladder(chair.ladder)
        parts = ", ".join(f"{words.key(part.part.value)} {part.minutes}" for part in chair.parts)
        yield row(
            f"Chair time: {ladder.names.en if ladder else words.key(chair.key)}",
            [Said(f"{chair.total} min: {parts}.", chair.source)],
            chair.layer,
        )
    for way in (*protocol.deliveries, *(protocol.menu.components if protocol.menu else ())):
        yield row(
            "Delivery", [Said("; ".join(f"{part}: {says}" for part, says in leaves(way)) + ".", getattr(way, "source", ""))]
        )


def _monitoring(protocol: Protocol) -> Iterator[Row]:
    stated = protocol.monitoring
    assert stated is not None
    vitals = words.listed([name_of(f"vital.{code}").lower() for code in stated.vitals])
    times = []
    for item in stated.sets:
        when = _MOMENTS.get(item.at) or (
            f"{item.minutes} min after the start" if item.at is Moment.AFTER_START else f"every {item.minutes} min"
        )
        times.append(f"{when}{words.for_infusions(item.infusions)}")
    yield row(
        "Vital signs",
        [
            Said(f"{words.started(vitals)}.", stated.source),
            Said(f"{words.started(words.listed(times))}.", stated.source),
            Said(f"A set unlocks a step for {stated.fresh_minutes} min.", stated.source),
        ],
        stated.layer,
    )


def codes(protocol: Protocol) -> Iterator[Row]:
    for product in protocol.products:
        told = []
        for code in product.billing:
            since = f", from {code.valid_from:%b} {code.valid_from.day}, {code.valid_from.year}" if code.valid_from else ""
            until = f", until {code.valid_until:%b} {code.valid_until.day}, {code.valid_until.year}" if code.valid_until else ""
            valid = f"one unit is {code.unit.spelled()}{since}{until}"
            told.append(Said(f"{code.code} ({code.system.upper()}, {code.jurisdiction}): {valid}.", code.source))
        yield row(product.brand, told)
    if protocol.administration is not None:
        stated = protocol.administration
        payer = " Some payers ask for another family." if stated.payer_dependent else ""
        yield row("Administration", [Said(f"{words.started(stated.family.value)} family of codes.{payer}", stated.source)])
