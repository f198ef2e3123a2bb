"""How the board says things: a visit's stage and what is due, each as a word, a shape and a tone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chairside.apps.people.models import Patient
from chairside.core.visit.monitoring import Lateness
from chairside.core.visit.outlook import Due, Outlook

ENDED = ("discharged", "documented", "left_against_advice", "transferred")
RUNNING = ("infusing", "infusing_ambulatory", "paused")
_TONES = {
    "infusing": "now",
    "infusing_ambulatory": "now",
    "paused": "due",
    "held": "act",
    "observing": "observe",
    "discharge_ready": "observe",
    "infused": "observe",
    "stopped_early": "due",
} | dict.fromkeys(ENDED, "done")
_ICONS = {"paused": "paused", "booked": "person", "held": "locked"}
_WORDS = {
    "arrived": "arrived",
    "booked": "arrived",
    "identified": "being assessed",
    "cleared": "getting ready",
    "access_ready": "getting ready",
    "premedicated": "premedicated",
    "drug_verified": "ready to start",
    "documented": "record signed",
    "infusing_ambulatory": "pump runs",
}
_DUE_WORDS = {
    "vitals": "vitals",
    "use_by": "use by",
    "finish": "bag ends",
    "step": "next step",
    "premedication": "premedication over",
    "observation_end": "observation ends",
    "disconnect": "pump comes off",
    "unit_end": "unit must be over",
}
_LATE = (
    "vitals",
    "use_by",
    "unit_end",
    "finish",
    "disconnect",
)  # that harm when they wait; the others are only possible from then on
_RANK = {Lateness.VERY_LATE: 0, Lateness.LATE: 1, Lateness.DUE: 2, Lateness.AHEAD: 3}
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as three things that say the same: word, shape, tone."""

    word: str
    tone: str = "plain"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is due next. `lateness` is AHEAD for what waits without harm; `minutes` after its time, 0 before it."""

    what: str
    at: datetime
    lateness: Lateness
    minutes: int
    mark: Mark

    @property
    def late(self) -> bool:
        return self.lateness in (Lateness.LATE, Lateness.VERY_LATE)


def stage_mark(stage: str, now: Outlook | None) -> Mark:
    """The stage of a visit; an open reaction stands above every stage, an alert to act on above its shape."""
    word = _WORDS.get(stage, stage.replace("_", " "))
    tone, icon = _TONES.get(stage, "plain"), _ICONS.get(stage, "")
    urgent = [alert for alert in now.alerts if alert.level == "act"] if now else []
    if any(alert.about == "reaction" for alert in urgent):
        return Mark("reaction", "act", "reaction")
    return Mark(word, "act", "act") if urgent else Mark(word, tone, icon)


def next_due(now: Outlook, at: datetime) -> Told | None:
    """The most urgent of what has a time: what is late first, then what comes next."""
    told = [told_due(due, at) for due in now.due if due.what in _DUE_WORDS]
    return min(told, key=lambda item: (_RANK[item.lateness], item.at), default=None)


def told_due(due: Due, at: datetime) -> Told:
    """One due item: `vitals 10:42`, `vitals 7 min late`, `next step since 10:30`."""
    word, clock = _DUE_WORDS[due.what], f"{timezone.localtime(due.at):%H:%M}"
    minutes = max((at - due.at) // _MINUTE, 0)
    lateness = due.lateness if due.what in _LATE else Lateness.AHEAD
    if lateness is Lateness.VERY_LATE:
        mark = Mark(f"{word} {spelled(minutes)} late", "act", "act")
    elif lateness is Lateness.LATE:
        mark = Mark(f"{word} {spelled(minutes)} late", "due", "late")
    elif lateness is Lateness.DUE:
        mark = Mark(f"{word} due {clock}", "due", "due")
    else:
        mark = Mark(f"{word} {'since ' if due.at <= at else ''}{clock}")
    return Told(due.what, due.at, lateness, minutes, mark)


def spelled(minutes: int) -> str:
    """85 is `1 h 25 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def rates(now: Outlook) -> tuple[str, ...]:
    """The rate of each drug that runs."""
    return tuple(drug.rate.spelled() for drug in now.drugs if drug.rate is not None)


def who(patient: Patient, wall: bool) -> str:
    """The patient's name; initials on a wall screen, which everybody in the room can read."""
    return patient.initials if wall else patient.name
