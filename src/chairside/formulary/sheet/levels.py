"""A record of levels in words: its values with their sources, what changes them, and what they were checked by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.kernel.quantity import plain, quantity
from chairside.core.kinetics.checks import outcome
from chairside.core.kinetics.disposition import disposition, scaled
from chairside.core.kinetics.schema import Basis, CheckKind, Effect, Metric, Parameter, Parameters, Record, Use
from chairside.formulary.sheet import words

PARAMETERS = {
    "clearance": ("Clearance", "CL"),
    "central": ("Central volume", "Vc"),
    "exchange": ("Exchange with the second compartment", "Q"),
    "peripheral": ("Volume of the second compartment", "Vp"),
    "absorption": ("Absorption rate", "ka"),
    "bioavailability": ("Share that reaches the blood", "F"),
    "lag": ("Wait before absorption", "tlag"),
    "saturable": ("Most that the saturable path removes", "Vmax"),
    "half_saturation": ("Level at half of that", "Km"),
}
USES = {
    Use.SIMULATE: "drawn with levels",
    Use.WITH_CAUTION: "drawn with levels, with caution",
    Use.SHAPE_ONLY: "shape only, no levels",
    Use.DO_NOT_SIMULATE: "not drawn",
}
_BASES = {
    Basis.PUBLISHED: "published",
    Basis.DERIVED: "derived",
    Basis.FITTED: "fitted to published levels",
    Basis.ASSUMED: "assumed",
}
_KINDS = {
    CheckKind.PUBLISHED: "published, not used to set the values",
    CheckKind.CALIBRATION: "calibration: it was used to set them, so it proves nothing",
    CheckKind.IDENTITY: "arithmetic: it can only come out right",
}
_METRICS = {
    Metric.HALF_LIFE: "half-life",
    Metric.PEAK: "highest level",
    Metric.PEAK_TIME: "time of the highest level",
    Metric.TROUGH: "level just before the next dose",
    Metric.LEVEL: "level at a time",
    Metric.AREA: "area under the curve",
    Metric.AVERAGE: "average level",
    Metric.PEAK_RATIO: "highest level, plateau over first dose",
    Metric.TROUGH_RATIO: "lowest level, plateau over first dose",
    Metric.AREA_RATIO: "area, plateau over first dose",
    Metric.AREA_TO_IV: "area, against the same dose by vein",
    Metric.STEADY_VOLUME: "steady volume",
    Metric.RESIDENCE: "mean time in the body",
}
_MORE = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter: what it is, how much people differ, how it came about, and whose word it is."""

    name: str
    symbol: str
    value: str
    differs: str
    basis: str
    source: Source
    group: str

    @property
    def doubt(self) -> bool:
        return not self.source.tier.checked


@dataclass(frozen=True, slots=True)
class Checked:
    """One check in words. `difference` is empty where a range was wanted."""

    id: str
    name: str
    kind: str
    wanted: str
    got: str
    difference: str
    allowed: str
    closes: bool
    note: str
    source: Source

    @property
    def evidence(self) -> bool:
        return self.kind == _KINDS[CheckKind.PUBLISHED] and self.source.tier is not Tier.RECALL


@dataclass(frozen=True, slots=True)
class Change:
    """What a trait does to the values, and the half-life with it: of a measured one at a quarter above its reference."""

    trait: str
    does: str
    half_life: str
    source: Source


def values(record: Record) -> Iterator[Value]:
    """Every value of every set, the main one first."""
    for key in ("", *(other.key for other in record.others)):
        yield from _set(record, record.set(key), key.replace("_", " "))


def differs(record: Record) -> str:
    """How much people differ in the main values, in a few words; nothing where no value says so."""
    named = ((name, getattr(record.parameters, key)) for key, (name, _) in PARAMETERS.items())
    told = [f"{name.lower()} by {plain(found.cv)}%" for name, found in named if found is not None and found.cv is not None]
    return words.listed(told)


def changes(record: Record) -> Iterator[Change]:
    """What changes the values, trait by trait, with the half-life that it leads to."""
    for trait in dict.fromkeys(effect.trait for effect in record.effects):
        own = [effect for effect in record.effects if effect.trait == trait]
        reference = next((effect.reference for effect in own if effect.reference is not None), None)
        value = reference * _MORE if reference is not None else quantity(1, "1")
        body = disposition(scaled(record.parameters, own, {trait: value}))
        at = f" at {value.spelled()}" if reference is not None else ""
        yield Change(trait, "; ".join(map(_effect, own)), f"{body.half_life:.3g} d{at}", record.source(own[0].source))


def checked(record: Record) -> Iterator[Checked]:
    """Every check with its outcome."""
    for check in record.checks:
        found = outcome(record, check)
        low, high, value = check.low, check.high, check.value
        wanted = value.spelled() if value is not None else f"{low.spelled()} to {high.spelled()}" if low and high else ""
        got = f"{float(found.got.amount):.4g} {found.got.unit.spelled()}".removesuffix(" 1")
        yield Checked(
            check.id,
            _METRICS[check.metric] + (f" ({check.parameters.replace('_', ' ')})" if check.parameters else ""),
            _KINDS[check.kind],
            wanted.removesuffix(" 1"),
            got,
            f"{found.difference:+.1%}" if found.difference is not None else "",
            f"{plain(check.percent)}%" if check.percent is not None else "in range",
            found.closes,
            check.note,
            record.source(check.source),
        )


def _set(record: Record, parameters: Parameters, group: str) -> Iterator[Value]:
    for key, (name, symbol) in PARAMETERS.items():
        found: Parameter | None = getattr(parameters, key)
        if found is not None:
            differs = f"{plain(found.cv)}%" if found.cv is not None else ""
            differs += f" ({found.cv_note})" if found.cv_note else ""
            basis = _BASES[found.basis] + (f": {found.note}" if found.note else "")
            yield Value(name, symbol, found.value.spelled(), differs.strip(), basis, record.source(found.source), group)


def _effect(effect: Effect) -> str:
    symbol = PARAMETERS[effect.parameter][1]
    if effect.power is not None and effect.reference is not None:
        return f"{symbol} × ({effect.trait} / {effect.reference.spelled()}) to the power {plain(effect.power)}"
    return f"{symbol} × {plain(effect.times)}" if effect.times is not None else symbol
