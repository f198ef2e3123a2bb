"""The patient's page of a therapy: before, during, after, how long the visit takes, and whether they may drive home.

Lengths and driving are computed from the same protocol that the nurse works by; nothing is typed twice. Texts come from the
protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Words
from chairside.core.protocols.schema.visit import ChairPart, Wish
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.plan import VisitPlan

AFTERWARDS = 10  # minutes for the last vitals, taking the access out, and advice
ROUND_TO = 15  # a patient is told quarter hours


class Language(StrEnum):
    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Length:
    """How long a visit takes, in minutes, from the shortest to the longest; both rounded up to a quarter of an hour."""

    shortest: int
    longest: int
    parts: tuple[tuple[str, int], ...] = ()  # of the longest: check_in, premedication, infusion, observation, leaving


class Drive(StrEnum):
    """May the patient drive home?"""

    YES = "yes"
    NO = "no"  # a planned premedication makes sleepy
    ASK = "ask"  # one may be given, or the prescriber chooses of several medicines; ask before coming


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page with its points. `key` is before, during, after, prepare, call_us, questions."""

    key: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page in one language. `reviewer` is empty when no qualified person has reviewed the text, and the page says so."""

    language: Language
    title: str
    what_for: str
    how_long: str
    how_often: str
    feels: str
    driving: str
    emergency: str
    sections: tuple[Section, ...]
    length: Length | None
    drive: Drive
    reviewer: str


def page(protocol: Protocol, language: Language, *, plan: VisitPlan | None = None) -> Page | None:
    """The patient's page; None when the protocol has no guide. With a plan, length and driving are this visit's own."""
    guide = protocol.guide
    if guide is None:
        return None

    def say(words: Words) -> str:
        return str(getattr(words, language.value))

    def section(key: str, points: tuple[Words, ...]) -> Section:
        return Section(key, tuple(say(point) for point in points))

    return Page(
        language,
        say(protocol.names),
        say(guide.what_for),
        say(guide.how_long),
        say(guide.how_often),
        say(guide.feels),
        say(guide.driving),
        say(guide.emergency),
        tuple(section(key, getattr(guide, key)) for key in ("prepare", "before", "during", "after", "call_us", "questions")),
        visit_length(plan) if plan else usual_length(protocol),
        drive(protocol, plan),
        str(getattr(guide.reviewed, language.value)),
    )


def visit_length(plan: VisitPlan) -> Length:
    """This visit: check-in, the wait after premedication, the drugs one after the other, observation, leaving.

    The shortest leaves out the wait when no premedication must be given; the longest waits for all of them.
    """
    infusion = sum((total_minutes(drug.ladder, drug.volume) for drug in plan.drugs), Decimal(0))
    drug_minutes = int(infusion.to_integral_value(ROUND_CEILING))
    needed = max((item.wait_minutes for item in plan.premedications if item.required), default=0)
    parts = (
        ("check_in", plan.check_in_minutes),
        ("premedication", plan.premedication_minutes),
        ("infusion", drug_minutes),
        ("observation", plan.observation_minutes),
        ("leaving", AFTERWARDS),
    )
    longest = sum(minutes for _, minutes in parts)
    return Length(_quarter(longest - plan.premedication_minutes + needed), _quarter(longest), parts)


def usual_length(protocol: Protocol) -> Length | None:
    """The range over the protocol's own ladders, for a reader who has no visit yet; None when it states no chair time."""
    approved = {ladder.key for ladder in protocol.ladders if not ladder.needs_approval}
    times = [item for item in protocol.chair_times if item.ladder in approved]
    if not times:
        return None
    waits = {item.key: sum(part.minutes for part in item.parts if part.part is ChairPart.PREMEDICATION) for item in times}
    required = any(item.wish is Wish.REQUIRED for item in protocol.premedications)
    shortest = min(item.total - (0 if required else waits[item.key]) for item in times)
    longest = max(times, key=lambda item: item.total)
    return Length(_quarter(shortest), _quarter(longest.total), tuple((part.part.value, part.minutes) for part in longest.parts))


def drive(protocol: Protocol, plan: VisitPlan | None) -> Drive:
    """Derived from the premedications: planned and sedating means no; possible and sedating means ask; else yes.

    Of a menu no file says which of its medicines make sleepy, so it is never a yes.
    """
    otherwise = Drive.YES if protocol.menu is None else Drive.ASK
    if plan is not None:
        return Drive.NO if plan.sedating else otherwise
    sedating = [item for item in protocol.premedications if item.sedating]
    if any(item.wish is Wish.REQUIRED for item in sedating):
        return Drive.NO
    return Drive.ASK if sedating else otherwise


def _quarter(minutes: int) -> int:
    return -(-minutes // ROUND_TO) * ROUND_TO
