"""The segments of a message in the groups that they belong to: a patient's head, then orders with what follows each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chairside.exchange.hl7v2.segments import Segment


@dataclass(slots=True)
class Group:
    """Some segments, in order."""

    segments: list[Segment] = field(default_factory=list)

    def named(self, name: str) -> list[Segment]:
        return [item for item in self.segments if item.name == name]

    def first(self, name: str) -> Segment | None:
        return next(iter(self.named(name)), None)

    def notes(self) -> list[str]:
        """What the notes before the first result say: they are about the order."""
        found = []
        for item in self.segments:
            if item.name == "OBX":
                break
            if item.name == "NTE" and (text := item.whole(3)):
                found.append(text)
        return found

    def results(self) -> list[tuple[Segment, list[str]]]:
        """Each OBX with what the notes after it say."""
        found: list[tuple[Segment, list[str]]] = []
        for item in self.segments:
            if item.name == "OBX":
                found.append((item, []))
            elif item.name == "NTE" and found and (text := item.whole(3)):
                found[-1][1].append(text)
        return found


@dataclass(slots=True)
class Patient:
    """One patient of a message: PID and what follows it, and the orders."""

    pid: Segment
    head: Group = field(default_factory=Group)
    orders: list[Group] = field(default_factory=list)

    def all(self, name: str) -> list[Segment]:
        """Every segment of a name, wherever it stands."""
        return [item for group in (self.head, *self.orders) for item in group.named(name)]


def patients(segments: Sequence[Segment]) -> list[Patient]:
    """The patients in order. An order begins with ORC, or with an OBR that has none before it."""
    found: list[Patient] = []
    for item in segments:
        if item.name == "PID":
            found.append(Patient(item))
        if not found:
            continue
        orders = found[-1].orders
        if item.name == "ORC" or (item.name == "OBR" and (not orders or orders[-1].first("OBR") is not None)):
            orders.append(Group([item]))
        elif orders:
            orders[-1].segments.append(item)
        else:
            found[-1].head.segments.append(item)
    return found


def strays(segments: Iterable[Segment], known: frozenset[str]) -> list[Segment]:
    """Segments of names that say something here and stand before any patient."""
    found = []
    for item in segments:
        if item.name == "PID":
            break
        if item.name in known:
            found.append(item)
    return found
