"""A person who enters one thing after another, and sends each again with the same number until it is acknowledged."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from tests.live.visitor import Visitor

_GIVE_UP_SECONDS = 60.0
_AGAIN = 0.03
MEASURED = {"sbp": "124", "dbp": "78", "pulse": "72", "temp": "36.7", "rr": "14", "spo2": "98"}
VITALS = {**MEASURED, "temp_unit": "Cel", "on_oxygen": "no", "consciousness": "A", "site_ok": "yes"}


@dataclass
class Entry:
    """One form as it was sent, each time alike."""

    name: str
    fields: dict[str, str]
    sent: int = 0
    acknowledged: bool = False

    @property
    def key(self) -> str:
        return self.fields["key"]


class Stream(threading.Thread):
    """Posts to one visit until told to finish, then finishes the entry at hand.

    With `drug` it is the only writer of its visit: it knows the log's sequence and also sends commands that depend on it.
    """

    def __init__(self, visitor: Visitor, visit: object, sequence: int, drug: str = "") -> None:
        super().__init__(daemon=True)
        self.visitor, self.visit, self.sequence, self.drug = visitor, visit, sequence, drug
        self.entries: list[Entry] = []
        self.problem = ""
        self._enough = threading.Event()

    @property
    def requests(self) -> int:
        return sum(entry.sent for entry in self.entries)

    @property
    def acknowledged(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.acknowledged]

    def finish(self) -> None:
        self._enough.set()
        self.join(_GIVE_UP_SECONDS)
        assert not self.is_alive(), self.problem or "an entry was not acknowledged in a minute"
        assert not self.problem, self.problem

    def run(self) -> None:
        for name, fields in self._things():
            if self._enough.is_set():
                return
            entry = Entry(name, {"key": str(uuid4()), "sequence": str(self.sequence), **fields})
            self.entries.append(entry)
            self._insist(entry)
            if not entry.acknowledged:
                return
            self.sequence += 1

    def _things(self) -> Iterator[tuple[str, dict[str, str]]]:
        number = 0
        while True:
            number += 1
            yield "note", {"text": f"Note {number}"}
            yield "vitals", VITALS
            yield "symptom", {"symptom": "itching" if number % 2 else "gone:itching"}
            if self.drug and number < 500:
                yield "lower", {"drug": self.drug, "rate": f"{60 - number / 10:.1f}", "reason": "itching"}

    def _insist(self, entry: Entry) -> None:
        deadline = time.monotonic() + _GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            entry.sent += 1
            try:
                status, body = self.visitor.post(f"/visits/{self.visit}/events/{entry.name}/", entry.fields)
            except (OSError, http.client.HTTPException):
                status, body = 0, b""
            if status == 302:
                entry.acknowledged = True
                return
            if status and status < 500:
                self.problem = f"{entry.name} was answered with {status}: {body.decode(errors='replace')[-3000:]}"
                return
            time.sleep(_AGAIN)
        self.problem = f"{entry.name} was not acknowledged in {_GIVE_UP_SECONDS:.0f} s"
