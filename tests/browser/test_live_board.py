"""What one person records is on the board of another within a second, without a reload."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from tests.browser import chair, seeded
from tests.cast import CLEO, NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import check_of, ml_per_hour, vitals

PATIENT = "Quintero Vega, Marisol"
AIM, BOUND = 1.0, 5.0  # seconds: what is promised, and what a busy machine is allowed here


def test_a_pause_on_one_screen_is_on_the_board_of_another(
    center: Center, meet: Callable[..., Any], clock: Any, capsys: Any
) -> None:
    bedside = seeded.prepared(center)
    entries = check_of(bedside.drug, seeded.SAID, quantity("71.4", "kg"), (seeded.LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    bedside.say(NORA, "09:20", vitals(site_ok=True))
    start = e.InfusionStarted(seeded.DRUG, seeded.SAID, ml_per_hour(20), line_traced=True, emergency_ready=True)
    bedside.say(NORA, "09:22", start)
    clock.local(TUESDAY, "09:24")
    cleo, nora = meet(CLEO), meet(NORA)
    cleo.open("Board")
    running = cleo.page.get_by_role("region", name="In the chairs")
    expect(running).to_contain_text("20 mL/h")
    chair.opens(nora, PATIENT)
    chair.pauses(nora)
    expect(running).to_contain_text("paused")
    seconds = [_seen_after(cleo.page, bedside, change) for change in _changes(bedside)]
    with capsys.disabled():
        print(f"\nseen on another board after {', '.join(f'{value:.2f}' for value in seconds)} s (aim: below {AIM:.0f} s)")
    assert max(seconds) < BOUND


def _changes(bedside: Any) -> list[tuple[str, e.Payload, str]]:
    """Something that every board shows: running again, another rate, stopped for a while."""
    resumed = e.Resumed(seeded.DRUG, ml_per_hour(20), "settled", pump_volume=quantity("1", "mL"))
    lower = e.StepChanged(seeded.DRUG, ml_per_hour(10), "itching")
    return [("09:26", resumed, "20 mL/h"), ("09:27", lower, "10 mL/h"), ("09:28", e.Paused(), "paused")]


def _seen_after(page: Any, bedside: Any, change: tuple[str, e.Payload, str]) -> float:
    """From the moment that it is acknowledged to the moment that the other page shows it."""
    clock, payload, text = change
    bedside.say(NORA, clock, payload)
    acknowledged = time.monotonic()
    expect(page.locator("#board")).to_contain_text(text, timeout=BOUND * 1000)
    return time.monotonic() - acknowledged
