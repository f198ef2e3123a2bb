"""The handover of a patient on one page: medicines with their times, vitals, the reaction, the access. All from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chairside.apps.visit.care import Care, care_of
from chairside.apps.visit.screen import Screen
from chairside.apps.visit.services.acknowledgements import treatment_words
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit.baseline import baseline
from chairside.core.visit.infusion import volume_given
from chairside.core.visit.state import VitalsSet

_SETS = 5  # the newest sets of vitals that stand on the page, beside the baseline
_VITALS = ("pulse", "rr", "spo2", "temp")  # after the pressure
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Given:
    """Something given, with its time."""

    at: datetime
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """One set for the page: values in the order of the head, empty where not taken."""

    at: datetime
    word: str
    values: tuple[str, ...]
    oxygen: str


@dataclass(frozen=True, slots=True)
class Handover:
    given: tuple[Given, ...]
    vitals: tuple[Vitals, ...]
    symptoms: tuple[tuple[str, datetime], ...]
    access: str
    care: Care
    to: str
    why: str
    said: str


def handover_of(screen: Screen) -> Handover:
    """The page's content. Times are clinical times; what was reported afterwards stands at the time that it was said to be."""
    state = screen.state
    placed = state.access_site
    out = " (out)" if state.access_removed_at else " (not used any more)" if state.site_failed_at else ""
    access = " ".join(part for part in (placed.side, placed.site, placed.device, placed.gauge) if part) + out if placed else ""
    transfer = state.transferred.entry if state.transferred else None
    return Handover(
        tuple(sorted(_given(screen), key=lambda item: item.at)),
        tuple(_vitals(screen)),
        tuple(state.symptoms.items()),
        access,
        care_of(screen),
        transfer.to if transfer else "",
        transfer.reason if transfer else "",
        transfer.handover if transfer else "",
    )


def _given(screen: Screen) -> list[Given]:
    state, plan = screen.state, screen.plan
    titles = {item.code: item for item in plan.premedications}
    found = [
        Given(at, f"{titles[code].title} {titles[code].dose.spelled()} {titles[code].route}", "premedication")
        for code, at in state.premedications.items()
        if code in titles
    ]
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        if (began := region.started_at) is None:
            continue
        volume = volume_given(region, region.stopped_at or screen.at).to("mL").rounded(_ONE)
        route = drug.route.upper().replace("_", " ")
        what = f"{drug.title} {route}: about {volume.spelled()} of {drug.volume.spelled()} ({drug.dose.spelled()})"
        ended = region.stopped_at or (region.timeline[-1].at if not region.running else None)
        found.append(
            Given(began, what, f"until {ended.astimezone(screen.visit.site.zone):%H:%M}" if ended else "still running")
        )
    found += [Given(item.at, treatment_words(plan, item.entry), "for the reaction") for item in state.treatments]
    found += [
        Given(item.at, item.entry.orders, f"ordered by {item.entry.who}") for item in state.told if item.entry.orders.strip()
    ]
    return found


def _vitals(screen: Screen) -> list[Vitals]:
    state, base = screen.state, baseline(screen.state, screen.plan)
    newest = list(state.vitals[-_SETS:])
    rows = [base, *newest] if base is not None and base not in newest else newest
    return [_row(item, "baseline" if item is base else "") for item in rows]


def _row(item: VitalsSet, word: str) -> Vitals:
    told = {True: "oxygen", False: "air"}.get(item.recorded.on_oxygen, "") if item.recorded.on_oxygen is not None else ""
    systolic, diastolic = (_said(item.recorded.value(code)) for code in ("sbp", "dbp"))
    pressure = f"{systolic or '?'}/{diastolic or '?'}" if systolic or diastolic else ""
    values = (pressure, *(_said(item.recorded.value(code)) for code in _VITALS))
    return Vitals(item.at, word, values, " ".join(part for part in (told, item.recorded.consciousness) if part))


def _said(value: Quantity | None) -> str:
    return f"{value.amount:f}" if value is not None else ""
