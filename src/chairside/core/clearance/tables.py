"""Decision tables: findings to a verdict, the first matching row wins; and treatment that a table suspended.

How findings of several days are put together, always to the safe side:
- of each fact the newest finding counts; of an answer only the one given on the day of the dose, an older one is asked again;
- new symptoms do not go on by imaging that was made before them;
- a finding that is not final, that nobody understands, or that differs from another one of its day holds;
- a finding that suspended the treatment goes on doing so until a dose has been given after it: newer findings that look well
  are not enough, `resume` must hold, and then a named person decides. What stopped it is not lifted by newer findings at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, ids
from chairside.core.clearance.table_reading import (
    RANK,
    Reading,
    grave_days,
    read,
    standing_verdict,
    unseen_symptom,
    verdicts_of,
)
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.schema.safety import DecisionTable, Verdict
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of

_WHATS = ("imaging", "lab", "test", "screening", "vital")


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each table that has something to say."""
    for table in ask.protocol.tables:
        item = _Judged(table, ask).item()
        if item is not None:
            yield item


@dataclass(frozen=True, slots=True)
class _Judged:
    """A table over the findings of one question."""

    table: DecisionTable
    ask: Ask

    def item(self) -> Item | None:
        readings = [self._on_the_day(key) for key in self.table.facts]
        verdicts = verdicts_of(self.table, [reading.word for reading in readings])
        least = min(verdicts, key=RANK.__getitem__, default=None)
        earlier = standing_verdict(self.table, self.ask)
        unclear = next((reading for reading in readings if reading.unclear), None)
        if least is Verdict.STOP or (earlier is not None and earlier[0] is Verdict.STOP):
            return self._stopped(readings, earlier)
        if least is Verdict.SUSPEND or earlier is not None:
            return self._suspended(readings, verdicts, earlier, unclear)
        if unclear is not None:
            return self._unclear(unclear)
        if len(verdicts) > 1 or not verdicts:
            return self._open(readings, verdicts)
        symptom = unseen_symptom(readings, self.table, self.ask) if least is Verdict.CONTINUE else None
        return self._verdict(readings, verdicts[0]) if symptom is None else self._image_first(symptom)

    def _on_the_day(self, key: str) -> Reading:
        reading = read(key, self.table, self.ask, self.ask.known.latest(key))
        is_old = key.startswith("answer.") and reading.facts and reading.facts[-1].on != self.ask.day
        return Reading(key) if is_old else reading

    def _verdict(self, readings: list[Reading], verdict: Verdict) -> Item:
        told = self._told(readings)
        if verdict is Verdict.CONTINUE:
            return self._made(State.MET, f"{told} Treatment may go on.", "", readings)
        return self._made(State.REVIEW, f"{told} A prescriber decides whether treatment goes on.", "risk_alert", readings)

    def _stopped(self, readings: list[Reading], earlier: tuple[Verdict, date] | None) -> Item:
        since = f" since {day_spelled(earlier[1])}" if earlier is not None and earlier[0] is Verdict.STOP else ""
        message = f"{self._told(readings)} By this table treatment is stopped for good{since}."
        return self._made(State.HELD, message, "contraindicated", readings)

    def _suspended(
        self,
        readings: list[Reading],
        verdicts: tuple[Verdict, ...],
        earlier: tuple[Verdict, date] | None,
        unclear: Reading | None,
    ) -> Item:
        """Held until `resume` holds. The first finding that suspends has nothing before it to be stable against: it holds."""
        told = self._told(readings)
        since = f" since {day_spelled(earlier[1])}" if earlier is not None else ""
        if self.table.resume is None or unclear is not None or len(verdicts) > 1:
            message = f"{told} Treatment is suspended{since}; a prescriber decides."
            return self._made(State.HELD, message, "risk_alert", readings)
        found = evaluate(self.table.resume, self.ask.known)
        found_on = max((reading.facts[-1].on for reading in readings if reading.is_finding), default=self.ask.day)
        own = {fact.partition(".")[2] for fact in self.table.facts}
        outdated = any(fact.code not in own and fact.on < found_on and fact.on != self.ask.day for fact in found.evidence)
        if found.truth is not Truth.TRUE or outdated:
            missing = ", ".join(name_of(fact, self.ask.protocol) for fact in found.missing)
            needed = f" (not on record, not final, or too old: {missing})" if missing else ""
            message = f"{told} Treatment is suspended{since}; what is asked for before it goes on is not there{needed}."
            return self._made(State.HELD, message, "risk_alert", readings, found.evidence)
        last = self.ask.course.everything[-1].on if self.ask.course.everything else None
        if last is not None and found_on < last and earlier is None and self._seen_before(found.evidence, last):
            message = f"{told} Treatment went on after this finding, and what was asked for before that still holds."
            return self._made(State.MET, message, "", readings, found.evidence)
        if not any(day < found_on for _, day in grave_days(self.table, self.ask)):
            return self._made(State.HELD, f"{told} Treatment is suspended; a prescriber decides.", "risk_alert", readings)
        message = f"{told} Treatment is suspended{since}; what is asked for before it goes on is there. A prescriber decides."
        return self._made(State.REVIEW, message, "risk_alert", readings, found.evidence)

    def _seen_before(self, facts: tuple[Fact, ...], last: date) -> bool:
        """True when all of it was there before the last dose was given; answers are of the day."""
        return all(fact.on < last or fact.kind is FactKind.ANSWER for fact in facts)

    def _unclear(self, reading: Reading) -> Item:
        message = f"{self.table.names.en}: {name_of(reading.key, self.ask.protocol)} {reading.unclear}."
        return self._made(State.UNKNOWN, message, self._absent_code((reading.key,)), [reading], what=_what((reading.key,)))

    def _open(self, readings: list[Reading], verdicts: tuple[Verdict, ...]) -> Item | None:
        """Something that would decide was never recorded, or the table has no row for what was found.

        `missing: advise` is silent while there is no finding at all; beside a finding the answers of the day are needed.
        """
        keys = tuple(reading.key for reading in readings if not reading.word)
        if not verdicts or not keys:
            message = f"{self._told(readings)} The table has no row for this; a prescriber decides."
            return self._made(State.HELD, message, "not_encoded", readings)
        answers_only = all(key.startswith("answer.") for key in keys)
        severity = self.table.missing
        if any(reading.is_finding for reading in readings):
            severity = Severity.HOLD if answers_only else severity
        elif severity is Severity.ADVISE:
            return None
        named = ", ".join(name_of(key, self.ask.protocol) for key in keys)
        late = {Severity.HOLD: State.UNKNOWN, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.DUE}[severity]
        return replace(
            self._made(
                State.DUE if self.ask.ahead else late,
                f"{self.table.names.en}: cannot be told without {named}.",
                self._absent_code(keys),
                readings,
                what=_what(keys),
            ),
            by=self.ask.day,
            on_the_day=answers_only,
            advice=severity is Severity.ADVISE,
        )

    def _image_first(self, symptom: Reading) -> Item:
        message = (
            f"{self.table.names.en}: {name_of(symptom.key, self.ask.protocol)} {symptom.word} on "
            f"{day_spelled(symptom.facts[-1].on)}, and the newest imaging was made before. Imaging is needed first."
        )
        return self._made(State.HELD, message, "requires_imaging", [symptom], what="imaging")

    def _told(self, readings: list[Reading]) -> str:
        found = ", ".join(
            f"{name_of(reading.key, self.ask.protocol)} {reading.word.replace('_', ' ')} ({day_spelled(reading.facts[-1].on)})"
            for reading in readings
            if reading.word
        )
        return f"{self.table.names.en}: {found or 'nothing on record'}."

    def _absent_code(self, keys: tuple[str, ...]) -> str:
        what = _what(keys)
        return "missing_fact" if what in ("answer", "vital") else f"requires_{what}"

    def _made(
        self,
        state: State,
        message: str,
        code: str,
        readings: list[Reading],
        more: tuple[Fact, ...] = (),
        what: str = "",
    ) -> Item:
        facts = (*(fact for reading in readings for fact in reading.facts), *more)
        return Item(
            self.table.key,
            what or _what(self.table.facts),
            state,
            message,
            code,
            self.table.source,
            tuple(dict.fromkeys(ids(facts))),
            before_dose=self.ask.dose_number,
            release=self.table.release,
        )


def _what(keys: tuple[str, ...]) -> str:
    """What kind of requirement it is, as the answer names it."""
    kinds = {key.partition(".")[0] for key in keys}
    return next((what for what in _WHATS if what in kinds), "answer")
