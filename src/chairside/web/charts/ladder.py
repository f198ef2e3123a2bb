"""The rate ladder as stairs: what is done and when, where the infusion stands, what is locked until when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.utils import timezone
from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale

State = Literal["done", "now", "next", "locked", "skipped"]
_TONES = {"done": "done", "now": "now", "next": "due", "locked": "locked", "skipped": "plain"}
_WORDS = {"done": "Done", "now": "Now", "next": "May start", "locked": "Locked", "skipped": "Not used"}
WIDTH, HEIGHT, FLOOR, TOP = 400, 150, 112, 34
_LETTER = 7.2


@dataclass(frozen=True, slots=True)
class Lock:
    """One thing that keeps a step locked: in one word (time, vitals, site, symptom, reaction) and in a sentence."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: its rate in mL/h, its planned minutes, and why it is locked, in the words of the decision.

    unlocks_at  when its time is up; the other locks may keep it longer
    ran         when it really ran; no end: it runs
    share       of the step that runs: how much of its time is over, 0 to 1
    note        what is particular: a hold after a restart, a rate between two steps
    bag         which bag it runs from, 0 where the ladder names none
    """

    number: int
    rate: Decimal
    minutes: int
    state: State
    why: str = ""
    unlocks_at: datetime | None = None
    locks: tuple[Lock, ...] = ()
    ran: tuple[tuple[datetime, datetime | None], ...] = ()
    share: Decimal | None = None
    note: str = ""
    bag: int = 0

    @property
    def tone(self) -> str:
        return _TONES[self.state]

    @property
    def word(self) -> str:
        return _WORDS[self.state]


def ladder_drawing(rungs: Sequence[Rung], title: str) -> SafeString:
    """Stairs: width is time, height is rate. Text that would not fit its stair is left to the list under the drawing."""
    if not rungs:
        return svg.picture(WIDTH, HEIGHT, title, "no steps", [])
    total = sum(max(rung.minutes, 1) for rung in rungs)
    across = Scale(Decimal(0), Decimal(total), 0, WIDTH)
    up = Scale(Decimal(0), max(rung.rate for rung in rungs), FLOOR, TOP)
    parts: list[SafeString] = []
    begun, bag = 0, 0
    for rung in rungs:
        left, right = across.at(Decimal(begun)), across.at(Decimal(begun + max(rung.minutes, 1)))
        if rung.bag != bag:
            bag = rung.bag
            parts += [svg.line(left, 4, left, FLOOR, "grid"), svg.text(left + 4, 13, f"bag {bag}")]
        parts.append(svg.element("g", svg.join(list(_stair(rung, left, right, up))), class_=f"tone-{rung.tone}"))
        begun += max(rung.minutes, 1)
    parts.append(svg.line(0, FLOOR, WIDTH, FLOOR, "axis"))
    return svg.picture(WIDTH, HEIGHT, title, "; ".join(map(told, rungs)), parts, "chart chart-small")


def _stair(rung: Rung, left: float, right: float, up: Scale) -> Iterator[SafeString]:
    """Its block, how much of it is over, and the words that have room."""
    top, width = up.at(rung.rate), right - left
    middle = (left + right) / 2
    classes = f"step tone-{rung.tone}" + (" step-now" if rung.state == "now" else "")
    yield svg.element("rect", class_=classes, x=left + 1, y=top, width=max(width - 2, 1), height=max(FLOOR - top, 2))
    if rung.share:
        over = float(rung.share) * max(width - 2, 1)
        yield svg.element("rect", class_="step-over", x=left + 1, y=top, width=over, height=FLOOR - top)
    if rung.state == "now" or width >= len(plain(rung.rate)) * _LETTER:
        yield svg.text(min(max(middle, 12), WIDTH - 12), top - 6, plain(rung.rate), "value", "middle")
    if width >= 44:
        yield svg.text(middle, FLOOR + 15, f"{rung.minutes} min", "", "middle")
    if width >= (len(rung.word) + 1) * _LETTER:  # bold, and a gap to the next
        yield svg.text(middle, FLOOR + 31, rung.word, "tone-text", "middle")


def told(rung: Rung) -> str:
    """One step in words."""
    said = [f"step {rung.number}", f"{plain(rung.rate)} mL/h for {rung.minutes} min", rung.word.lower()]
    if rung.bag:
        said.insert(1, f"bag {rung.bag}")
    said += [f"{_clock(begin)} to {_clock(end)}" if end else f"since {_clock(begin)}" for begin, end in rung.ran]
    said += [f"{lock.word}: {lock.text}" for lock in rung.locks] or ([rung.why] if rung.why else [])
    return ", ".join(part for part in (*said, rung.note) if part)


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")
