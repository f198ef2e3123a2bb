"""A message as plain values: what its header says, what it asks for, and a packet for each patient in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chairside.core.intake.referral import DrugOrder, Identifier, Packet, Request
from chairside.exchange.hl7v2.escapes import Marks
from chairside.exchange.hl7v2.problem import Problem


class Kind(StrEnum):
    """What a message asks for."""

    REGISTER = "register"  # ADT A04: a patient, found or made
    UPDATE = "update"  # ADT A08, A31: what was sent replaces what stood there
    MERGE = "merge"  # ADT A40: a number is another number of the same person
    ORDER = "order"  # OMP^O09, ORM^O01
    RESULT = "result"  # ORU^R01


class Control(StrEnum):
    """What is to be done with an order (ORC-1)."""

    NEW = "new"
    CHANGE = "change"
    CANCEL = "cancel"  # it was not begun
    DISCONTINUE = "discontinue"  # no further doses


@dataclass(frozen=True, slots=True)
class Header:
    """What MSH says. `application` and the like are the texts; the raws are as sent, for the answer.

    control_id   with the sender, what makes a message the same one at every repeat
    sent_at      None when MSH-7 has no zone, which is never guessed
    processing   P production, T training, D debugging
    accept, reply   MSH-15 and MSH-16, when the sender wants which answer: AL, NE, ER, SU or ""
    """

    marks: Marks
    type: str = ""
    control_id: str = ""
    application: str = ""
    facility: str = ""
    sent_at: datetime | None = None
    processing: str = ""
    version: str = ""
    accept: str = ""
    reply: str = ""
    charset: str = ""
    country: str = ""
    sender_raw: tuple[str, str] = ("", "")
    receiver_raw: tuple[str, str] = ("", "")

    @property
    def sender(self) -> str:
        """Sending application and facility, as the record keeps them: `SMEHR|NORTH`."""
        return f"{self.application}|{self.facility}"

    @property
    def trigger(self) -> str:
        return self.type.partition("^")[2]

    @property
    def enhanced(self) -> bool:
        """True when the sender says which answers it wants (enhanced mode)."""
        return bool(self.accept or self.reply)


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update says about fields of `Person`, by their names there. What is in neither was not sent and stays.

    replaced  sent with a value: it takes the place of what stands there, all of the group (an address with its postal code)
    cleared   sent as null (`""`): deleted, or not known
    """

    replaced: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merge:
    """The numbers of one person that the other side has merged away into the person of the packet."""

    prior: tuple[Identifier, ...]
    family: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order and what is to be done with it. `identifiers`: the placer's number first, then the filler's."""

    control: Control
    identifiers: tuple[Identifier, ...]
    drug: DrugOrder | None = None
    request: Request | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What the message says of one patient.

    packet   as from any other wire; its orders are the new and the changed ones only
    orders   every order with what is to be done
    undated  sources of facts that came without a day: theirs is the day of receipt, and a repeat is no newer news
    """

    packet: Packet
    changes: Changes = Changes()
    merge: Merge | None = None
    orders: tuple[OrderLine, ...] = ()
    undated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is read here. `problems` are all mendable."""

    header: Header
    kind: Kind
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that cannot be used: why. `header` is None when not even MSH can be read."""

    header: Header | None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def rejected(self) -> bool:
        """True when nobody here reads such messages (AR); False when this one is wrong (AE)."""
        return self.header is None or any(item.rejects for item in self.problems)
