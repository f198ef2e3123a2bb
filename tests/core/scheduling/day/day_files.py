"""Days and schedules of the test data, by name."""

from pathlib import Path
from typing import Any

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.schedule import Schedule
from chairside.exchange.schedules.day import day_of, written_schedule_of
from chairside.exchange.schedules.text import load

FOLDER = Path(__file__).parents[3] / "data" / "scheduling"
BEST = {"T1": 1185, "T2": 1505, "T3": 555, "S1": 1455, "tiny": 80}


def path(name: str) -> Path:
    """The file of this name, with or without gzip."""
    return next(file for ending in (".json", ".json.gz") if (file := FOLDER / f"{name}{ending}").exists())


def values(name: str) -> Any:
    return load(path(name))


def day(name: str) -> DayInstance:
    return day_of(values(name))


def schedule(name: str) -> Schedule:
    return written_schedule_of(values(f"schedules/{name}"))
