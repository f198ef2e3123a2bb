"""The bag: which diluent, which volume, which concentration a product's preparation allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.schema.product import BagFor, Dilution, Handling, Product
from chairside.core.protocols.truth import Known, Truth, evaluate
from chairside.core.protocols.vocabulary import name_of
from chairside.core.stock.diluents import UNDILUTED, diluent_named


def diluent_reasons(product: Product, diluent: str) -> Iterator[Reason]:
    """What speaks against the diluent. `diluent` is a name of `diluents`, "" when it was not said."""
    how = product.preparation
    mixed = diluent not in (UNDILUTED, "")
    if Handling.DO_NOT_DILUTE in how.handling:
        if mixed:
            message = f"{product.brand} is not diluted. Give it as it is, not in {diluent}."
            yield refused("wrong_diluent", message, field="diluent", limit=UNDILUTED, source=how.source)
        return
    named = how.dilution.diluents if how.dilution else how.reconstitution.diluents if how.reconstitution else ()
    if how.dilution is None and not mixed:
        return
    if not named:
        if mixed:
            message = f"The protocol names no diluent for {product.brand}."
            yield unknown("not_encoded", message, field="diluent", source=how.source)
        return
    allowed = ", ".join(named)
    if not mixed and how.undiluted_push:
        return
    if not diluent:
        yield unknown(
            "missing_fact", f"Say what {product.brand} is diluted in ({allowed}).", field="diluent", source=how.source
        )
    elif diluent not in {diluent_named(name) for name in named}:
        said = "It is not given undiluted" if diluent == UNDILUTED else f"{diluent} is not for {product.brand}"
        source = how.dilution.source if how.dilution else how.source
        yield refused("wrong_diluent", f"{said}: use {allowed}.", field="diluent", limit=allowed, source=source)


def bag_reasons(product: Product, dose: Quantity, volume: Quantity, diluent: str, known: Known | None) -> Iterator[Reason]:
    """What speaks against so much drug in that volume."""
    how = product.preparation
    full = drug_volume(product, dose)
    if Handling.DO_NOT_DILUTE in how.handling or (diluent in (UNDILUTED, "") and (how.undiluted_push or not how.dilution)):
        if full is not None and not full.same(volume):
            message = f"{dose.spelled()} of {product.brand} as it is are {full.spelled()}, not {volume.spelled()}."
            yield refused("wrong_concentration", message, field="volume", limit=full.spelled(), source=how.source)
        return
    if how.dilution is not None:
        yield from _volume(how.dilution, dose, volume, full, known)
        yield from _strength(how.dilution, dose, volume)


def drug_volume(product: Product, dose: Quantity) -> Quantity | None:
    """The volume of the drug itself, where the concentration of the product is stated in the unit of the dose."""
    if product.concentration is None:
        return None
    try:
        return (dose / product.concentration).to("mL")
    except UnitError:
        return None


def _volume(how: Dilution, dose: Quantity, volume: Quantity, drug: Quantity | None, known: Known | None) -> Iterator[Reason]:
    if how.largest_volume is not None:
        diluent = volume if drug is None or volume <= how.largest_volume else volume - drug
        if not diluent <= how.largest_volume:
            most = how.largest_volume.spelled()
            message = f"{volume.spelled()} is too much: at most {most} of diluent. Use a smaller bag."
            yield refused("wrong_concentration", message, field="volume", limit=most, source=how.source)
    wanted, missing, source = _bags(how, dose, known)
    fits = [
        bag for bag in wanted if bag.same(volume) or (drug is not None and _with_drug(how, bag) and (bag + drug).same(volume))
    ]
    if wanted and not fits:
        sizes = " or ".join(bag.spelled() for bag in wanted)
        message = f"This dose is made up to {sizes}, not {volume.spelled()}."
        yield refused("wrong_concentration", message, field="volume", limit=sizes, source=source)
    elif missing and len(fits) < len(wanted):
        message = f"Not on record: {', '.join(name_of(fact) for fact in missing)}. The bag depends on it."
        yield unknown("missing_fact", message, field=missing[0], source=source)


def _with_drug(how: Dilution, bag: Quantity) -> bool:
    """The stated volume is that of the diluent, so that the drug may come on top of it."""
    return not how.volume_is_total or bag in how.bag_volumes


def _bags(how: Dilution, dose: Quantity, known: Known | None) -> tuple[tuple[Quantity, ...], tuple[str, ...], str]:
    """The volumes that this dose may have, none stated when empty; with the facts that would choose among them."""
    maybe: list[Quantity] = []
    missing: list[str] = []
    for item in how.bags_for:
        found = _for(item, dose, known)
        if found is not Truth.FALSE:
            maybe.append(item.volume)
        if found is Truth.TRUE:
            return tuple(maybe), tuple(missing), item.source or how.source
        if found is Truth.UNKNOWN and item.when is not None:
            missing += [test.fact for test in (*item.when.all, *item.when.any)]
    usual = (how.final_volume, *how.bag_volumes) if how.final_volume else ()
    # Bag sizes in use beside a stated concentration only say what is on the shelf.
    stated = usual or (() if how.least or how.most or how.largest_volume else how.bag_volumes)
    return (*maybe, *stated), tuple(dict.fromkeys(missing)), how.source


def _for(item: BagFor, dose: Quantity, known: Known | None) -> Truth:
    try:
        if (item.dose_from and not item.dose_from <= dose) or (item.dose_to and not dose <= item.dose_to):
            return Truth.FALSE
    except UnitError:
        return Truth.UNKNOWN
    if item.when is None:
        return Truth.TRUE
    return Truth.UNKNOWN if known is None else evaluate(item.when, known).truth


def _strength(how: Dilution, dose: Quantity, volume: Quantity) -> Iterator[Reason]:
    """Concentration by cross-multiplication, so that the edge itself is exact. One that is fixed holds to the digits stated."""
    now = dose / volume
    try:
        if how.least is not None and how.most is not None and how.least.same(how.most):
            off = now.to(how.least.unit).amount - how.least.amount
            half = Decimal(5).scaleb(int(how.least.amount.as_tuple().exponent) - 1)
            if not -half <= off < half:
                yield _not(now, how.least, f"It must be {how.least.spelled()}", how.source)
            return
        if how.least is not None and not how.least * volume <= dose:
            yield _not(now, how.least, f"At least {how.least.spelled()}", how.source)
        if how.most is not None and not dose <= how.most * volume:
            yield _not(now, how.most, f"At most {how.most.spelled()}", how.source)
    except UnitError:
        message = f"The protocol states the concentration in another unit than {dose.unit.spelled()}; it cannot be judged."
        yield unknown("not_encoded", message, field="dose", source=how.source)


def _not(now: Quantity, bound: Quantity, said: str, source: str) -> Reason:
    shown = Quantity(Context(prec=4).plus(now.to(bound.unit).amount), bound.unit).spelled()
    message = f"{shown} is not allowed. {said}: change the volume of the bag."
    return refused("wrong_concentration", message, field="volume", limit=bound.spelled(), source=source)
