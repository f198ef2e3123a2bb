"""How a decision table reads facts: each as one of its words, and the findings together as the verdicts they can lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chairside.core.clearance.ask import Ask
from chairside.core.kernel.fact import Fact
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import day_spelled
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.safety import DecisionTable, Scale, Verdict
from chairside.core.protocols.standing import Latest, latest, said
from chairside.core.protocols.stretch import holds
from chairside.core.protocols.words import declared, plain, understood

_ANY = "*"
_NOTHING = ("none", "no")  # answers that say that there is nothing
RANK = {Verdict.CONTINUE: 0, Verdict.JUDGE: 1, Verdict.SUSPEND: 2, Verdict.STOP: 3}


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact as the table reads it: its word, "" when there is none, and why it cannot be read."""

    key: str
    word: str = ""
    facts: tuple[Fact, ...] = ()
    unclear: str = ""

    @property
    def is_finding(self) -> bool:
        """Something is on record for it, other than an answer of the day."""
        return bool(self.facts) and not self.key.startswith("answer.")


def verdicts_of(table: DecisionTable, words: list[str]) -> tuple[Verdict, ...]:
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


def read(key: str, table: DecisionTable, ask: Ask, newest: Latest) -> Reading:
    """The word of a fact. One that is not final is read as if it were, so that a bad one counts, and is said to be unclear."""
    facts = newest.of_day if newest.doubt is None else (newest.doubt,)
    if not facts:
        return Reading(key)
    scale = next((scale for scale in table.scales if scale.fact == key), None)
    place = table.facts.index(key)
    offered = (*declared(key, ask.protocol.facts), *(row.words[place] for row in table.rows if row.words[place] != _ANY))
    words = {_word(fact, scale, offered) for fact in facts}
    word = words.pop() if len(words) == 1 else ""
    if newest.doubt is not None:
        return Reading(key, word, facts, f"of {day_spelled(facts[-1].on)} is not final ({newest.doubt.status})")
    if words:
        return Reading(key, "", facts, f"of {day_spelled(facts[-1].on)} does not agree with itself")
    return Reading(key, word, facts, "" if word else f"of {day_spelled(facts[-1].on)} ({facts[-1].shown}) cannot be read")


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


def standing_verdict(table: DecisionTable, ask: Ask) -> tuple[Verdict, date] | None:
    """The gravest verdict of any day that still stands, and the first day of it.

    A dose given after a finding that suspended ends that suspension: somebody who may has released it. What stopped treatment
    stands for good.
    """
    last = ask.course.everything[-1].on if ask.course.everything else None
    stops = any(row.verdict is Verdict.STOP for row in table.rows)
    found: tuple[Verdict, date] | None = None
    for verdict, day in grave_days(table, ask, None if stops else last):
        stands = verdict is Verdict.STOP or last is None or day > last
        if stands and (found is None or RANK[verdict] > RANK[found[0]]):
            found = (verdict, day)
    return found


def grave_days(table: DecisionTable, ask: Ask, after: date | None = None) -> Iterator[tuple[Verdict, date]]:
    """The days on which something was found that suspends or stops, oldest first. An answer that says nothing adds no day."""
    dated = (fact for key in table.facts for fact in ask.known.of(key) if fact.on <= ask.day)
    begun = (fact for fact in dated if after is None or after < fact.on)
    for day in sorted({fact.on for fact in begun if not _says_nothing(fact)}):
        readings = [read(key, table, ask, latest(ask.known.of(key), day)) for key in table.facts]
        verdict = min(
            verdicts_of(table, [reading.word for reading in readings]), key=RANK.__getitem__, default=Verdict.CONTINUE
        )
        says = (reading for reading in readings if reading.facts and reading.facts[-1].on == day)
        if RANK[verdict] >= RANK[Verdict.SUSPEND] and any(plain(reading.word) not in ("", *_NOTHING) for reading in says):
            yield verdict, day


def _says_nothing(fact: Fact) -> bool:
    return isinstance(fact.value, str) and plain(fact.value) in _NOTHING


def unseen_symptom(readings: list[Reading], table: DecisionTable, ask: Ask) -> Reading | None:
    """A symptom that the newest imaging of the table cannot speak about: it was not there yet when the images were made."""
    imaged = [reading.facts[-1].on for reading in readings if reading.key.startswith("imaging.") and reading.facts]
    for reading in readings:
        if not imaged or not reading.key.startswith("answer.") or plain(reading.word) in ("", *_NOTHING):
            continue
        if reading.facts[-1].on > max(imaged):
            before = read(reading.key, table, ask, latest(ask.known.of(reading.key), max(imaged)))
            if plain(before.word) != plain(reading.word):
                return reading
    return None
