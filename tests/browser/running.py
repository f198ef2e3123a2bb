"""A first infliximab infusion in the middle: two steps up, a symptom that came and went, a pause; made by the services."""

from __future__ import annotations

from chairside.core.visit import events as e
from tests.browser.seeded import DRUG, LOT, SAID, prepared
from tests.cast import NORA, OMAR, TUESDAY, Center
from tests.journeys.chairside import Bedside, check_of, ml, ml_per_hour, quantity, vitals


def started(center: Center) -> Bedside:
    """Two have checked; it runs at 20 mL/h since 09:22."""
    bedside = prepared(center)
    entries = check_of(bedside.drug, SAID, quantity("71.4", "kg"), (LOT,), bedside.at("12:00"))
    bedside.say(NORA, "09:08", entries())
    bedside.say(OMAR, "09:10", entries())
    bedside.say(NORA, "09:20", vitals(site_ok=True, sbp="124", dbp="78"))
    bedside.say(NORA, "09:22", e.InfusionStarted(DRUG, SAID, ml_per_hour(20), line_traced=True, emergency_ready=True))
    return bedside


def climbing(center: Center) -> Bedside:
    """40 mL/h since 09:38, 80 since 09:54; itching came at 09:46 and went; a set was written on paper at 10:00."""
    bedside = started(center)
    bedside.say(NORA, "09:37", vitals(site_ok=True, sbp="118", pulse="76"))
    bedside.say(NORA, "09:38", e.StepChanged(DRUG, ml_per_hour(40)))
    bedside.say(NORA, "09:46", e.SymptomReported("itching"))
    bedside.say(NORA, "09:51", e.SymptomReported("itching", present=False))
    bedside.say(NORA, "09:53", vitals(site_ok=True, sbp="112", dbp="70", pulse="81", spo2="97", temp="37.1"))
    bedside.say(NORA, "09:54", e.StepChanged(DRUG, ml_per_hour(80)))
    return bedside


def paused(center: Center) -> Bedside:
    """STOP was pressed at 10:04; the pump has not been read yet."""
    bedside = climbing(center)
    bedside.say(NORA, "10:04", e.Paused())
    return bedside


def reacting(center: Center) -> Bedside:
    """Flushing at 10:02, a fall of the pressure, REACTION and STOP pressed at 10:04."""
    bedside = climbing(center)
    bedside.say(NORA, "10:02", e.SymptomReported("flushing"))
    bedside.say(NORA, "10:03", vitals(site_ok=True, sbp="92", dbp="54", pulse="112", spo2="93", temp="37.9", rr="20"))
    bedside.say(NORA, "10:04", e.ReactionRecorded())
    bedside.say(NORA, "10:04", e.Paused())
    return bedside


__all__ = ["TUESDAY", "climbing", "ml", "paused", "reacting", "started"]
