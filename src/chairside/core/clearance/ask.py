"""The dose that a clearance is asked for, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from chairside.core.kernel.fact import DoseGiven
from chairside.core.plans.course import Course
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.truth import Known


@dataclass(frozen=True, slots=True)
class ExtraLimit:
    """A stricter freshness than the protocol's, from outside it (a payer's policy). A looser one changes nothing."""

    fact: str
    fresh_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The dose that is judged."""

    protocol: Protocol
    indication: str
    dose_number: int
    day: date
    as_of: date
    known: Known  # facts up to as_of, judged on the day of the dose
    course: Course
    extra_limits: tuple[ExtraLimit, ...] = ()
    regimen: str = ""  # the key of the one that was chosen, "" while it is not known
    brand: str = ""
    desensitization: str = ""  # the scheme that the signed order names
    everywhere: tuple[DoseGiven, ...] = ()  # doses of every protocol up to the day

    # Read by three rules of one clearance: the requirements in force, found once (`occasion.in_force`).
    _in_force: list[tuple[Requirement, ...]] = field(init=False, repr=False, compare=False, default_factory=list)

    @property
    def ahead(self) -> bool:
        return self.as_of < self.day
