"""Entries of each way of giving, in a few plain words, for the timeline and the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chairside.core.visit import events as e

Said = tuple[str, str, str]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _dose(payload: e.DoseGiven, drug: str) -> Said:
    places = "; ".join(f"{item.volume.spelled()} {item.side} {item.site}".replace("  ", " ") for item in payload.sites)
    took = f"over {payload.minutes.normalize():f} min" if payload.minutes is not None else ""
    return f"{drug} given", _joined(payload.given.spelled(), places, took, payload.why), "due" if payload.why else "done"


def _pump(payload: e.PumpConnected, drug: str) -> Said:
    held = f"{payload.reservoir.spelled()} in the pump" if payload.reservoir else ""
    taught = _joined(
        "spill kit shown" if payload.spill_kit_taught else "", "number to call given" if payload.contact_given else ""
    )
    return f"{drug}: pump connected", _joined(payload.rate.spelled(), held, f"pump {payload.pump}", taught), "now"


def _off(payload: e.PumpDisconnected, drug: str) -> Said:
    parts = _joined(
        "" if payload.reason == "complete" else payload.reason,
        f"pump {payload.pump_volume.spelled()}" if payload.pump_volume else "",
        f"left {payload.residual.spelled()}" if payload.residual else "",
        {True: "something leaked", False: "nothing leaked", None: ""}[payload.spilled],
        payload.variance_reason,
    )
    well = payload.reason == "complete" and not payload.spilled
    return f"{drug}: pump taken off", parts, "done" if well else "act" if payload.spilled else "due"


def _unit(payload: e.UnitReceived, drug: str) -> Said:
    tests = "cross-matched" if payload.crossmatched else ""
    groups = f"{payload.group} for {payload.patient_group}"
    return "Unit received", _joined(f"unit {payload.unit}", payload.component, groups, payload.volume.spelled(), tests), "plain"


def _bag(payload: e.BagChanged, drug: str) -> Said:
    title = f"{drug}: bag {payload.bag}" if payload.bag is not None else f"{drug}: next bag"
    read = f"{payload.pump_volume.spelled()} given so far" if payload.pump_volume else ""
    lots = f"lot {', '.join(payload.lots)}"
    return title, _joined(payload.product, lots, payload.rate.spelled(), read), "now"


WAYS: dict[str, Callable[[Any, str], Said]] = {
    "dose_given": _dose,
    "push_started": lambda p, d: (f"{d}: push begins", "", "now"),
    "push_ended": lambda p, d: (f"{d} pushed", _joined(p.given.spelled(), p.why), "due" if p.why else "done"),
    "draw_started": lambda p, d: ("Draw begins", "", "now"),
    "draw_ended": lambda p, d: ("Draw ended", _joined(f"{p.taken.spelled()} taken", p.why), "due" if p.why else "done"),
    "pump_connected": _pump,
    "pump_disconnected": _off,
    "unit_received": _unit,
    "bag_changed": _bag,
}
