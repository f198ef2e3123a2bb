"""What an evaluation is made of: one item for each requirement, with its evidence and the way forward."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chairside.core.kernel.decision import Outcome, Reason
from chairside.core.kernel.fact import Fact
from chairside.core.protocols.schema.terms import Severity


class State(StrEnum):
    MET = "met"
    DUE = "due"  # not known yet, and there is still time
    UNKNOWN = "unknown"  # not known, and needed now
    REVIEW = "review"
    HELD = "held"


_OUTCOMES = {
    State.DUE: Outcome.UNKNOWN,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.REVIEW: Outcome.REVIEW,
    State.HELD: Outcome.REFUSED,
}
_SEVERITIES = {Severity.HOLD: State.HELD, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.MET}


@dataclass(frozen=True, slots=True)
class Item:
    """One requirement of a dose, judged.

    key       the requirement's key in the protocol (`ferritin`), or of the rule (`interval`)
    what      lab vaccine imaging screening rems consent test vital answer interval contraindication interaction duplicate
              population course
    code      reason code; "" when met
    evidence  ids of the facts that it rests on
    by        the day by which it must be known; ask_from: the day from which to ask for it
    release   roles that may release it by a typed record; empty means nobody
    on_the_day  it can only be answered at the visit
    advice    it does not hold the dose
    """

    key: str
    what: str
    state: State
    message: str
    code: str = ""
    source: str = ""
    evidence: tuple[str, ...] = ()
    by: date | None = None
    ask_from: date | None = None
    before_dose: int | None = None
    release: tuple[str, ...] = ()
    on_the_day: bool = False
    advice: bool = False
    limit: str = ""

    def reason(self) -> Reason | None:
        """The reason that this item gives the decision, none when it is met or only advice."""
        outcome = _OUTCOMES.get(self.state)
        if outcome is None or self.advice:
            return None
        override = "none" if outcome is Outcome.UNKNOWN else (self.release[0] if self.release else "none")
        return Reason(self.code, self.message, outcome, f"{self.what}.{self.key}", self.limit, self.source, override)


@dataclass(frozen=True, slots=True)
class Clearance:
    """Everything that was judged for one dose on one day."""

    dose_number: int
    day: date
    as_of: date
    items: tuple[Item, ...]

    @property
    def held_by(self) -> tuple[Item, ...]:
        """What holds the dose now: known to be out of bounds, for review, or unknown when it is needed."""
        return tuple(item for item in self.items if item.state in (State.HELD, State.REVIEW, State.UNKNOWN) and not item.advice)

    @property
    def met(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.state is State.MET)

    @property
    def due(self) -> tuple[Item, ...]:
        """What is still to come, the soonest first; advice included."""
        waiting = [item for item in self.items if item.state is State.DUE or (item.advice and item.state is not State.MET)]
        return tuple(sorted(waiting, key=lambda item: (item.by or self.day, item.key)))

    @property
    def ready_ahead(self) -> bool:
        """True when nothing holds it and only what is asked at the visit itself is still due."""
        return not self.held_by and all(item.on_the_day or item.advice for item in self.due)


def by_severity(severity: Severity) -> State:
    """The state that an unmet item of that severity has."""
    return _SEVERITIES[severity]


def ids(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(fact.id for fact in facts if fact.id)
