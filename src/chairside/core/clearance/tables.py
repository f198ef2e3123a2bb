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
from decimal import Decimal

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, ids
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import day_spelled
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.safety import DecisionTable, Scale, Verdict
from chairside.core.protocols.schema.terms import Severity
from chairside.core.protocols.standing import Latest, latest, said
from chairside.core.protocols.stretch import holds
from chairside.core.protocols.truth import Truth, evaluate
from chairside.core.protocols.vocabulary import name_of
from chairside.core.protocols.words import declared, plain, understood

_ANY = "*"
_NOTHING = ("none", "no")  # answers that say that there is nothing
_RANK = {Verdict.CONTINUE: 0, Verdict.JUDGE: 1, Verdict.SUSPEND: 2, Verdict.STOP: 3}
_WHATS = ("imaging", "lab", "test", "screening", "vital")


@dataclass(frozen=True, slots=True)
class _Reading:
    """One fact as the table reads it: its word, "" when there is none, and why it cannot be read."""

    key: str
    word: str = ""
    facts: tuple[Fact, ...] = ()
    unclear: str = ""


def judge(ask: Ask) -> Iterator[Item]:
    """One item for each table."""
    for table in ask.protocol.tables:
        yield _Judged(table, ask).item()


@dataclass(frozen=True, slots=True)
class _Judged:
    """A table over the findings of one question."""

    table: DecisionTable
    ask: Ask

    def item(self) -> Item:
        readings = [self._on_the_day(key) for key in self.table.facts]
        verdicts = _verdicts(self.table, [reading.word for reading in readings])
        least = min(verdicts, key=_RANK.__getitem__, default=None)
        earlier = _earlier(self.table, self.ask)
        unclear = next((reading for reading in readings if reading.unclear), None)
        if least is Verdict.STOP or (earlier is not None and earlier[0] is Verdict.STOP):
            return self._stopped(readings, earlier)
        if least is Verdict.SUSPEND or earlier is not None:
            return self._suspended(readings, verdicts, earlier, unclear)
        if unclear is not None:
            return self._unclear(unclear)
        if len(verdicts) > 1 or not verdicts:
            return self._open(readings, verdicts)
        symptom = _unseen(readings, self.table, self.ask) if least is Verdict.CONTINUE else None
        return self._verdict(readings, verdicts[0]) if symptom is None else self._image_first(symptom)

    def _on_the_day(self, key: str) -> _Reading:
        reading = _read(key, self.table, self.ask, self.ask.known.latest(key))
        is_old = key.startswith("answer.") and reading.facts and reading.facts[-1].on != self.ask.day
        return _Reading(key) if is_old else reading

    def _verdict(self, readings: list[_Reading], verdict: Verdict) -> Item:
        told = self._told(readings)
        if verdict is Verdict.CONTINUE:
            return self._made(State.MET, f"{told} Treatment may go on.", "", readings)
        return self._made(State.REVIEW, f"{told} A prescriber decides whether treatment goes on.", "risk_alert", readings)

    def _stopped(self, readings: list[_Reading], earlier: tuple[Verdict, date] | None) -> Item:
        since = f" since {day_spelled(earlier[1])}" if earlier is not None and earlier[0] is Verdict.STOP else ""
        message = f"{self._told(readings)} By this table treatment is stopped for good{since}."
        return self._made(State.HELD, message, "contraindicated", readings)

    def _suspended(
        self,
        readings: list[_Reading],
        verdicts: tuple[Verdict, ...],
        earlier: tuple[Verdict, date] | None,
        unclear: _Reading | None,
    ) -> Item:
        """Held until `resume` holds. The first finding that suspends has nothing before it to be stable against: it holds."""
        told = self._told(readings)
        resume = self.table.resume
        newest = max((reading.facts[-1].on for reading in readings if reading.facts), default=self.ask.day)
        found_on = max((reading.facts[-1].on for reading in readings if _is_finding(reading)), default=newest)
        is_first = min(verdicts, key=_RANK.__getitem__, default=None) is Verdict.SUSPEND and (
            earlier is None or earlier[1] >= found_on
        )
        if earlier is None or resume is None or is_first or unclear is not None or len(verdicts) > 1:
            since = f" since {day_spelled(earlier[1])}" if earlier is not None else ""
            return self._made(
                State.HELD, f"{told} Treatment is suspended{since}; a prescriber decides.", "risk_alert", readings
            )
        found = evaluate(resume, self.ask.known)
        own = {fact.partition(".")[2] for fact in self.table.facts}
        outdated = any(fact.code not in own and fact.on < found_on and fact.on != self.ask.day for fact in found.evidence)
        suspended = f"{told} Treatment is suspended since {day_spelled(earlier[1])}"
        if found.truth is Truth.TRUE and not outdated:
            message = f"{suspended}; what is asked for before it goes on is there. A prescriber decides."
            return self._made(State.REVIEW, message, "risk_alert", readings, found.evidence)
        missing = ", ".join(name_of(fact, self.ask.protocol) for fact in found.missing)
        needed = f": not on record, not final, or too old: {missing}" if missing else ""
        message = f"{suspended}; what is asked for before it goes on is not there{needed}."
        return self._made(State.HELD, message, "risk_alert", readings, found.evidence)

    def _unclear(self, reading: _Reading) -> Item:
        message = f"{self.table.names.en}: {name_of(reading.key, self.ask.protocol)} {reading.unclear}."
        return self._made(State.UNKNOWN, message, self._absent_code((reading.key,)), [reading], what=_what((reading.key,)))

    def _open(self, readings: list[_Reading], verdicts: tuple[Verdict, ...]) -> Item:
        """Some facts were never recorded and would decide; or the table has no row for what was found."""
        keys = tuple(reading.key for reading in readings if not reading.word)
        if not verdicts or not keys:
            message = f"{self._told(readings)} The table has no row for this; a prescriber decides."
            return self._made(State.HELD, message, "not_encoded", readings)
        named = ", ".join(name_of(key, self.ask.protocol) for key in keys)
        late = {Severity.HOLD: State.UNKNOWN, Severity.REVIEW: State.REVIEW, Severity.ADVISE: State.DUE}[self.table.missing]
        return replace(
            self._made(
                State.DUE if self.ask.ahead else late,
                f"{self.table.names.en}: cannot be told without {named}.",
                self._absent_code(keys),
                readings,
                what=_what(keys),
            ),
            by=self.ask.day,
            on_the_day=all(key.startswith("answer.") for key in keys),
            advice=self.table.missing is Severity.ADVISE,
        )

    def _image_first(self, symptom: _Reading) -> Item:
        message = (
            f"{self.table.names.en}: {name_of(symptom.key, self.ask.protocol)} {symptom.word} on "
            f"{day_spelled(symptom.facts[-1].on)}, and the newest imaging was made before. Imaging is needed first."
        )
        return self._made(State.HELD, message, "requires_imaging", [symptom], what="imaging")

    def _told(self, readings: list[_Reading]) -> str:
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
        readings: list[_Reading],
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


def _verdicts(table: DecisionTable, words: list[str]) -> tuple[Verdict, ...]:
    """The verdicts that the findings can lead to: one when nothing that decides is missing ("")."""
    found: list[Verdict] = []
    for row in table.rows:
        pairs = list(zip(row.words, words, strict=True))
        if all(asked == _ANY or not word or plain(asked) == plain(word) for asked, word in pairs):
            found.append(row.verdict)
            if all(asked == _ANY or word for asked, word in pairs):
                return tuple(dict.fromkeys(found))
    # Past the last row: what is missing could also be something that no row knows, so nothing is certain.
    return tuple(dict.fromkeys((*found, Verdict.CONTINUE))) if found else ()


def _earlier(table: DecisionTable, ask: Ask) -> tuple[Verdict, date] | None:
    """The gravest verdict of any day that still stands, and the first day of it.

    A dose given after a finding that suspended ends that suspension: somebody who may has released it. What stopped treatment
    stands for good.
    """
    last = ask.course.everything[-1].on if ask.course.everything else None
    stops = any(row.verdict is Verdict.STOP for row in table.rows)
    days = sorted({fact.on for key in table.facts for fact in ask.known.of(key) if fact.on <= ask.day})
    found: tuple[Verdict, date] | None = None
    for day in days:
        over = last is not None and day <= last
        if over and not stops:
            continue
        words = [_read(key, table, ask, latest(ask.known.of(key), day)).word for key in table.facts]
        verdict = min(_verdicts(table, words), key=_RANK.__getitem__, default=Verdict.CONTINUE)
        stands = verdict is Verdict.STOP or (verdict is Verdict.SUSPEND and not over)
        if stands and (found is None or _RANK[verdict] > _RANK[found[0]]):
            found = (verdict, day)
    return found


def _is_finding(reading: _Reading) -> bool:
    return bool(reading.facts) and not reading.key.startswith("answer.")


def _unseen(readings: list[_Reading], table: DecisionTable, ask: Ask) -> _Reading | None:
    """A symptom that the newest imaging of the table cannot speak about: it was not there yet when the images were made."""
    imaged = [reading.facts[-1].on for reading in readings if reading.key.startswith("imaging.") and reading.facts]
    for reading in readings:
        if not imaged or not reading.key.startswith("answer.") or plain(reading.word) in ("", *_NOTHING):
            continue
        if reading.facts[-1].on > max(imaged):
            before = _read(reading.key, table, ask, latest(ask.known.of(reading.key), max(imaged)))
            if plain(before.word) != plain(reading.word):
                return reading
    return None


def _read(key: str, table: DecisionTable, ask: Ask, newest: Latest) -> _Reading:
    """The word of a fact. One that is not final is read as if it were, so that a bad one counts, and is said to be unclear."""
    facts = newest.of_day if newest.doubt is None else (newest.doubt,)
    if not facts:
        return _Reading(key)
    scale = next((scale for scale in table.scales if scale.fact == key), None)
    place = table.facts.index(key)
    offered = (*declared(key, ask.protocol.facts), *(row.words[place] for row in table.rows if row.words[place] != _ANY))
    read = {_word(fact, scale, offered) for fact in facts}
    word = read.pop() if len(read) == 1 else ""
    if newest.doubt is not None:
        return _Reading(key, word, facts, f"of {day_spelled(facts[-1].on)} is not final ({newest.doubt.status})")
    if read:
        return _Reading(key, "", facts, f"of {day_spelled(facts[-1].on)} does not agree with itself")
    return _Reading(key, word, facts, "" if word else f"of {day_spelled(facts[-1].on)} ({facts[-1].shown}) cannot be read")


def _word(fact: Fact, scale: Scale | None, offered: tuple[str, ...]) -> str:
    """The table's word for the fact, "" when nobody can tell."""
    if not isinstance(fact.value, Decimal):
        word = said(fact) or ""
        return plain(word) if understood(word, offered) else ""
    if scale is None:
        return ""
    try:
        amount = Quantity(fact.value, unit(fact.unit)).to(scale.unit).amount if scale.unit and fact.unit else fact.value
    except UnitError:
        return ""
    if bool(scale.unit) is not bool(fact.unit):
        return ""
    return next((grade.word for grade in scale.grades if holds(grade.at, amount)), "")


def _what(keys: tuple[str, ...]) -> str:
    """What kind of requirement it is, as the answer names it."""
    kinds = {key.partition(".")[0] for key in keys}
    return next((what for what in _WHATS if what in kinds), "answer")
