"""How long visits really take, as a file; one that is public comes with the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from chairside.core.kernel.evidence import Source
from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.replay.durations import Durations, Lateness, LogNormal, Quantiles, Spread, Unknown
from chairside.exchange.schedules.text import FileProblem, made

PUBLIC = Path(__file__).with_name("real_minutes.json")


@dataclass(frozen=True, slots=True)
class _Spread:
    mean: float | None = None
    sd: float | None = None
    quantiles: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class _Late:
    share: float
    minutes: _Spread


@dataclass(frozen=True, slots=True)
class _Written:
    source: Source | None = None
    planned: dict[str, _Spread] = field(default_factory=dict)
    patients: dict[str, _Spread] = field(default_factory=dict)
    beyond: Literal["nearest", "refuse"] = "refuse"
    own_sd: bool = False
    late: _Late | None = None
    no_show: float = 0.0
    reaction_minutes: int = 0


def durations_of(values: Any, day: DayInstance) -> Durations:
    """How long the visits of this day really take. Raises FileProblem, also where nothing is said of one."""
    written = made(_Written, values)
    if unknown := [name for name in written.patients if name not in day.visit]:
        raise FileProblem(f"patients.{unknown[0]}", f"there is no patient “{unknown[0]}” in the instance")
    if written.own_sd and written.planned:
        raise FileProblem("own_sd", "stands in place of a table “planned”, not beside it")
    if written.reaction_minutes < 0:
        raise FileProblem("reaction_minutes", f"{written.reaction_minutes} must be 0 or more")
    late = written.late
    found = Durations(
        source=written.source,
        of_patient={name: _spread(f"patients.{name}", each) for name, each in written.patients.items()},
        of_planned={_minutes(name): _spread(f"planned.{name}", each) for name, each in written.planned.items()},
        beyond=written.beyond == "nearest",
        own_sd=written.own_sd,
        late=Lateness(_share("late.share", late.share), _spread("late.minutes", late.minutes)) if late else None,
        no_show=_share("no_show", written.no_show),
        reaction=written.reaction_minutes,
    )
    for visit in day.patients:
        try:
            found.of(visit)
        except (Unknown, ValueError) as problem:
            raise FileProblem("durations", str(problem)) from None
    return found


def _spread(where: str, written: _Spread) -> Spread:
    mean, sd, quantiles = written.mean, written.sd, written.quantiles
    try:
        if quantiles is not None and mean is None and sd is None:
            return Quantiles(quantiles)
        if quantiles is None and mean is not None and sd is not None:
            return LogNormal(mean, sd)
    except ValueError as problem:
        raise FileProblem(where, str(problem)) from None
    raise FileProblem(where, "needs either mean and sd, or quantiles")


def _minutes(name: str) -> int:
    if not (name.isascii() and name.isdigit() and int(name)):
        raise FileProblem("planned", f"“{name}” must be a whole number of minutes above 0")
    return int(name)


def _share(where: str, share: float) -> float:
    if not 0 <= share <= 1:
        raise FileProblem(where, f"{share} must be between 0 and 1")
    return share
