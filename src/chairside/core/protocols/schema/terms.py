"""Words that every part of a protocol uses: layers, routes, occasions, severities, bilingual text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The shape of a protocol file. It rises with every change of these dataclasses (tests/formulary/test_schema_version.py holds
# the print of each version), and formulary/upgrade.py then learns to read the version before.
SCHEMA_VERSION = 3


class Layer(StrEnum):
    """Who says so: the label, or the practice of a site. A practice item never loosens a label item."""

    LABEL = "label"
    PRACTICE = "practice"


class Kind(StrEnum):
    """What is given or done."""

    DRUG = "drug"
    BLOOD = "blood"
    PROCEDURE = "procedure"
    MENU = "menu"  # a set of components of which the prescriber chooses
    PLAN = "plan"  # other protocols given together, in order


class Route(StrEnum):
    IV = "iv"
    IV_PUSH = "iv_push"
    IV_PUMP = "iv_pump"  # an ambulatory pump, connected in one visit and taken off in another
    SC = "sc"
    IM = "im"
    PO = "po"
    VENESECTION = "venesection"


class Status(StrEnum):
    """How far the protocol has been signed. A draft says so on every screen."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"


class Severity(StrEnum):
    """What an unmet item does: hold refuses until released, review asks a named person, advise only tells."""

    HOLD = "hold"
    REVIEW = "review"
    ADVISE = "advise"


class Occasion(StrEnum):
    """When an item is due. `every_visit` is asked on the day itself and cannot be met ahead of time."""

    COURSE = "course"  # before the first dose of each course
    FIRST_DOSE = "first_dose"  # before the first dose ever
    EVERY_DOSE = "every_dose"
    EVERY_VISIT = "every_visit"
    DOSES = "doses"  # before the dose numbers listed
    REPEAT_COURSE = "repeat_course"  # before the first dose of a course that follows an earlier one


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence or a name in English and Spanish. The only place where prose may stand, beside titles of sources."""

    en: str
    es: str


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages that are included: from (inclusive) and below (exclusive). Infants are counted in months."""

    from_years: int | None = None
    from_months: int | None = None
    below_years: int | None = None


@dataclass(frozen=True, slots=True)
class Infusions:
    """Which infusions of this product an item is for, by infusion number (both ends included).

    after_tolerated   this many earlier infusions in a row must have been tolerated
    after_reaction    only when an earlier infusion was not tolerated
    """

    first: int = 1
    last: int | None = None
    after_tolerated: int = 0
    after_reaction: bool = False
