"""What an event is, the list of their kinds, and the envelope that carries each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from chairside.core.access import Actor
from chairside.core.visit.values import Mode


class Payload:
    """What happened. Each kind is a frozen dataclass of this package, listed in KINDS."""

    __slots__ = ()
    kind: ClassVar[str]


KINDS: dict[str, type[Payload]] = {}
_Kind = TypeVar("_Kind", bound=type[Payload])


def recorded(cls: _Kind) -> _Kind:
    """Lists a kind of event, so that the log can be read back."""
    KINDS[cls.kind] = cls
    return cls


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log.

    id           made by the client, so that a repeated post is the same event
    sequence     the accepted order; the fold follows it
    received_at  the server's time; `claimed_at` is when a reported fact says that it happened
    actor        who acted, with the roles and the session held then
    """

    id: str
    sequence: int
    received_at: datetime
    actor: Actor
    payload: Payload
    mode: Mode = Mode.LIVE
    claimed_at: datetime | None = None
    device: str = ""
    protocol_sha256: str = ""

    @property
    def at(self) -> datetime:
        """The clinical time: a device's or a person's clock counts only for a reported fact (H-021)."""
        return self.claimed_at if self.mode is Mode.REPORTED and self.claimed_at else self.received_at

    @property
    def kind(self) -> str:
        return self.payload.kind
