"""Products by brand, how each is made ready and kept, and under which codes it is billed."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.product import BagFor, Dilution, Filter, Preparation, Product, Reconstitution, Stability
from chairside.formulary.sheet import words
from chairside.formulary.sheet.parts import Row, Said, row, said


def products(protocol: Protocol) -> Iterator[Row]:
    """Each brand's vials; then each way of preparing, with the brands that share it."""
    for product in protocol.products:
        yield row(product.brand, _product(product))
    for preparation, whose in preparations(protocol):
        told = [one for _, says in steps(preparation, protocol) for one in says] or [Said("Nothing is stated.")]
        yield row(f"Preparation of {whose}", told)
    if protocol.hazards is not None:
        yield row("Handling hazards", [Said(_hazards(protocol), protocol.hazards.source)])


def preparations(protocol: Protocol) -> list[tuple[Preparation, str]]:
    """Each way of preparing, with the brands that share it."""
    shared: dict[Preparation, list[str]] = {}
    for product in protocol.products:
        shared.setdefault(product.preparation, []).append(product.brand)
    everyone = len(shared) == 1 and len(protocol.products) > 1
    return [(made, "all brands" if everyone else words.listed(brands)) for made, brands in shared.items()]


def _hazards(protocol: Protocol) -> str:
    stated = protocol.hazards
    assert stated is not None
    names = {"vesicant": stated.vesicant, "stains": stated.stains, "hazardous to handle": stated.hazardous}
    told = [f"{name}: {'yes' if value else 'no'}" for name, value in names.items() if value is not None]
    if stated.emetogenic:
        told.append(f"emetogenic: {words.key(stated.emetogenic)}")
    return f"{words.started('; '.join(told))}." if told else ""


def _product(product: Product) -> Iterator[Said]:
    strength = f", {product.concentration.spelled()}" if product.concentration is not None else ""
    yield Said(f"{product.nonproprietary}{strength}.", product.source)
    for vial in product.vials:
        volume = f" in {vial.volume.spelled()}" if vial.volume is not None else ""
        lot = ", strength as on the lot" if vial.potency_by_lot else ""
        kind = f"{words.key(vial.form.value)}, {words.key(vial.container.value)}"
        yield Said(f"{vial.strength.spelled()}{volume}, {kind}{lot}.", vial.source)
    if product.indications or product.regimens:
        whom = f" for {words.keys(product.indications)}" if product.indications else ""
        yield Said(f"Only{whom}{words.for_regimens(product.regimens).replace(', only', '')}.", product.source)
    if product.restarts_infusion_number:
        yield Said("A change to this brand starts the count of infusions again.", product.source)
    if product.label is not None:
        read = product.label
        dated = f", of {read.effective.isoformat()}" if read.effective is not None else ""
        named = f", set {read.set_id}" if read.set_id else ""
        yield Said(f"Read against the {read.jurisdiction} label{dated}{named}.", read.source)


def steps(made: Preparation, protocol: Protocol) -> Iterator[tuple[str, tuple[Said, ...]]]:
    """A way of preparing in the order of the work: what is done, and what is said of it; without what nothing is said of."""
    handling = words.started(words.keys([item.value for item in made.handling]))
    told = {
        "Reconstitute": _reconstitution(made.reconstitution) if made.reconstitution is not None else (),
        "Bag": _dilution(made.dilution, protocol) if made.dilution is not None else (),
        "Push": [Said("May be given undiluted as a push.", made.source)] if made.undiluted_push else (),
        "Filter": [_filter(made.filter)] if made.filter is not None else (),
        "Use by": [_stability(keeps) for keeps in made.stability],
        "Handle": [Said(f"{handling}.", made.source)] if handling else (),
        "Line": [Said(f"In the line before and after: {words.listed(made.flush, 'or')}.", made.source)] if made.flush else (),
    }
    for step, says in told.items():
        if kept := tuple(says):
            yield step, kept


def _reconstitution(mix: Reconstitution) -> Iterator[Said]:
    stand = f"; let stand {mix.stand_minutes} min" if mix.stand_minutes else ""
    into = f"{mix.volume.spelled()} of {words.listed(mix.diluents, 'or')}"
    makes = f"{mix.makes.spelled()} of " if mix.makes is not None else ""
    yield Said(f"Reconstitute each vial with {into}: {makes}{mix.gives.spelled()}{stand}.", mix.source)


def _dilution(bag: Dilution, protocol: Protocol) -> Iterator[Said]:
    if bag.diluents:
        yield Said(f"Dilute in {words.listed(bag.diluents, 'or')}.", bag.source)
    if bag.least is not None or bag.most is not None:
        yield Said(f"Concentration in the bag: {_between(bag.least, bag.most)}.", bag.source)
    holds = "drug and diluent together" if bag.volume_is_total else "diluent alone"
    if bag.final_volume is not None:
        yield Said(f"Final volume {bag.final_volume.spelled()}, {holds}.", bag.source)
    elif not bag.volume_is_total:
        yield Said("The volume of a bag is of the diluent alone.", bag.source)
    if bag.largest_volume is not None:
        yield Said(f"Not more than {bag.largest_volume.spelled()} of diluent.", bag.source)
    if bag.bag_volumes:
        yield Said(f"Bags in use: {words.listed([volume.spelled() for volume in bag.bag_volumes])}.", bag.source)
    yield from (_bag_for(one, protocol) for one in bag.bags_for)


def _bag_for(bag: BagFor, protocol: Protocol) -> Said:
    doses = f" for a dose of {_between(bag.dose_from, bag.dose_to)}" if bag.dose_from or bag.dose_to else ""
    return Said(f"A bag of {bag.volume.spelled()}{doses}{words.only(bag.when, protocol)}.", bag.source)


def _between(least: Quantity | None, most: Quantity | None) -> str:
    if least is not None and most is not None:
        return least.spelled() if least == most else f"{least.spelled()} to {most.spelled()}"
    return f"at least {least.spelled()}" if least is not None else f"at most {words.amount(most)}"


def _filter(stated: Filter) -> Said:
    kind = "Low-protein-binding in-line filter" if stated.low_protein_binding else "In-line filter"
    sizes = (
        f" from {plain(stated.least_micron)}" if stated.least_micron is not None else "",
        f" up to {plain(stated.most_micron)}" if stated.most_micron is not None else "",
    )
    size = f"{''.join(sizes)} µm" if any(sizes) else ""
    return Said(f"{kind}{size}, {'required' if stated.required else 'not required'}.", stated.source)


def _stability(keeps: Stability) -> Said:
    within = f" at {_between(keeps.least, keeps.most)}" if keeps.least is not None or keeps.most is not None else ""
    inside = f" in {words.listed(keeps.diluents, 'or')}" if keeps.diluents else ""
    until = f"{keeps.deadline.value} within {plain(keeps.hours)} h of {keeps.clock.value}"
    return said(f"{words.started(keeps.storage.value)}{inside}{within}: {until}.", keeps.source, keeps.layer)


def codes(protocol: Protocol) -> Iterator[Row]:
    for product in protocol.products:
        told = [
            Said(
                f"{code.code} ({code.system.upper()}, {code.jurisdiction}): one unit is {code.unit.spelled()}"
                f"{words.valid(code.valid_from, code.valid_until)}.",
                code.source,
            )
            for code in product.billing
        ]
        if told:
            yield row(product.brand, told)
    if protocol.administration is not None:
        stated = protocol.administration
        payer = " Some payers ask for another family." if stated.payer_dependent else ""
        yield row("Administration", [Said(f"{words.started(stated.family.value)} family of codes.{payer}", stated.source)])
