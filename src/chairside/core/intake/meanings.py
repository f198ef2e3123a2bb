"""What codes and words mean here, on whatever wire they come: results as words, routes, who pays, brands in brackets."""

from __future__ import annotations

import re

# SNOMED CT results -> the words that protocols use.
RESULTS = {
    "260385009": "negative",
    "10828004": "positive",
    "260373001": "detected",
    "260415000": "not_detected",
    "419984006": "inconclusive",
    "82334004": "indeterminate",
}
# SNOMED CT route -> the word that protocols use.
ROUTES = {"47625008": "IV", "34206005": "SC", "78421000": "IM", "26643006": "PO", "418114005": "IV"}
# The fact that somebody said that there is no allergy: it is recorded, and it is no allergy.
NO_KNOWN_ALLERGY = "no_known_allergy"
NO_KNOWN_ALLERGIES = frozenset(("716186003", "409137002"))  # SNOMED CT: no known allergy, no known drug allergy
MINUTES = {"min": 1, "h": 60, "d": 1440}  # minutes in a UCUM unit of time
FEDERAL_LINES = frozenset(("medicare", "medicare_advantage", "medicaid", "tricare", "veterans"))

_NO_ALLERGY_WORDS = frozenset(
    ("no known allergy", "no known allergies", "no known drug allergy", "no known drug allergies", "nka", "nkda")
)
_ASSISTANCE_WORDS = ("copay", "co-pay", "savings card", "assistance card")
_BRAND = re.compile(r"\(([A-Z][\w'’ -]*)\)")


def is_assistance(words: str) -> bool:
    """True when the words name a manufacturer's copay card, which is no insurance."""
    return any(word in words.lower() for word in _ASSISTANCE_WORDS)


def brand_in(text: str) -> str:
    """The brand that an order's text gives in brackets, "" when it gives none: “infliximab-dyyb (Inflectra)”."""
    found = _BRAND.search(text)
    return found[1] if found else ""


def says_no_known_allergy(words: str) -> bool:
    """True when the words say that no allergy is known, in one of the ways in which charts say it."""
    return words.strip().strip(".").casefold() in _NO_ALLERGY_WORDS
