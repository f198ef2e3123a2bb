"""A line of the demo's table of patients: what is told about a person. Everything else follows from it and the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """How far a patient has come by the demo's mid-morning."""

    INCOMPLETE = "incomplete"  # the referral lacks something
    COMPLETE = "complete"  # nothing lacks, nobody has made an order of it
    SIGNING = "signing"  # the order waits for the prescriber
    TO_BOOK = "to_book"  # planned, no appointment yet
    BOOKED = "booked"  # an appointment in the days to come
    STOPPED = "stopped"  # the plan was stopped
    TODAY = "today"  # an appointment today (today.py)


@dataclass(frozen=True, slots=True)
class Person:
    """One patient.

    brand      of infliximab; "" for iron
    dose       number of the next dose: the ones before were given elsewhere, on the days that the regimen asks for
    due        days from the demo's day to the target of that dose
    lacks      what the record lacks: weight birth_date signature tb hepatitis iron_labs consent; or has badly: tb_old alt_high
    sex        f or m
    auth       approved expiring pending denied none; "" is what the payer usually says
    reactions  earlier dose number -> grade and term
    received   days since the referral came; None: some time in the last month, by the record number
    """

    mrn: str
    name: str
    born: str
    sex: str
    kg: str
    diagnosis: str
    brand: str
    dose: int
    due: int
    stage: Stage
    payer: str = "fictional"
    language: str = "en"
    allergies: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    auth: str = ""
    reactions: tuple[tuple[int, int, str], ...] = ()
    received: int | None = None
    priority: str = "routine"
    story: str = ""

    @property
    def days_ago(self) -> int:
        """Days since the referral came."""
        return 12 + self.number % 17 if self.received is None else self.received

    @property
    def number(self) -> int:
        """The record number's digits: what varies from person to person without chance varies with it."""
        return int(self.mrn[-3:])

    @property
    def given(self) -> str:
        return self.name.partition("|")[0]

    @property
    def family(self) -> str:
        return self.name.partition("|")[2]

    @property
    def birth_date(self) -> date:
        return date.fromisoformat(self.born)

    @property
    def weight(self) -> Decimal:
        return Decimal(self.kg)

    @property
    def iron(self) -> bool:
        return not self.brand

    @property
    def protocol(self) -> str:
        return "ferric_carboxymaltose" if self.iron else "infliximab_iv"
