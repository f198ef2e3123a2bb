"""A nurse at a page that keeps what was not acknowledged, as js/queue.js does: she goes on, and it is sent later, in order."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.kill.stream import VITALS, Entry, Stream
from tests.live.visitor import Visitor

_GIVE_UP_SECONDS = 180.0
_AGAIN = 0.05
_ON_PAPER = 4  # so many entries wait before she only waits too


@dataclass
class Kept(Entry):
    """An entry with the time of its tap, and how it was acknowledged: live, stored (from the queue), known (already there)."""

    pressed: datetime = field(default_factory=lambda: datetime.now(UTC))
    how: str = ""


class Nurse(Stream):
    """Sends live while nothing waits; what gets no answer waits, and goes as a report of its own time with the same number."""

    def __init__(self, visitor: Visitor, user: object, clock: Callable[[], datetime], *place: Any) -> None:
        super().__init__(visitor, *place)
        self.user, self.clock = user, clock
        self.waiting: list[Kept] = []

    def run(self) -> None:
        for name, fields in self._things():
            if self._enough.is_set() or self.problem:
                break
            entry = Kept(name, {"key": str(uuid4()), "sequence": str(self.sequence), **fields}, pressed=self.clock())
            self.entries.append(entry)
            if self.waiting or not self._live(entry):
                self.waiting.append(entry)
            self._flush(until_empty=len(self.waiting) >= _ON_PAPER)
        self._flush(until_empty=True)

    def _things(self) -> Iterator[tuple[str, dict[str, str]]]:
        number = 0
        while True:
            number += 1
            yield "note", {"text": f"Note {number}"}
            yield "vitals", VITALS
            yield "symptom", {"symptom": "itching" if number % 2 else "gone:itching"}
            if not self.drug:
                yield "pause", {}
            elif number < 500:
                yield "lower", {"drug": self.drug, "rate": f"{60 - number / 10:.1f}", "reason": "itching"}

    def _live(self, entry: Kept) -> bool:
        where = "pause/" if entry.name == "pause" else f"events/{entry.name}/"
        status, body = self._post(where, entry, entry.fields)
        if status == 302:
            return self._done(entry, "live")
        self._judge(entry, status, body)
        return False

    def _flush(self, *, until_empty: bool) -> None:
        deadline = time.monotonic() + _GIVE_UP_SECONDS
        while self.waiting and not self.problem:
            entry = self.waiting[0]
            envelope = {"queued_way": entry.name, "queued_at": entry.pressed.isoformat(), "queued_by": str(self.user)}
            status, body = self._post("queued/", entry, entry.fields | envelope)
            if status == 200:
                self._done(entry, json.loads(body)["outcome"])
                self.waiting.pop(0)
                continue
            self._judge(entry, status, body)
            if not until_empty:
                return
            if time.monotonic() > deadline:
                self.problem = f"{entry.name} was not acknowledged in {_GIVE_UP_SECONDS:.0f} s"
            time.sleep(_AGAIN)

    def _post(self, where: str, entry: Kept, fields: dict[str, str]) -> tuple[int, bytes]:
        entry.sent += 1
        try:
            return self.visitor.post(f"/visits/{self.visit}/{where}", fields)
        except (OSError, http.client.HTTPException):
            return 0, b""

    def _done(self, entry: Kept, how: str) -> bool:
        entry.acknowledged, entry.how = True, how
        self.sequence += 1
        return True

    def _judge(self, entry: Kept, status: int, body: bytes) -> None:
        if 0 < status < 500:
            self.problem = f"{entry.name} was answered with {status}: {body.decode(errors='replace')[-3000:]}"
