"""Where a number comes from: its source, the date it was read, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tier(StrEnum):
    """How good the evidence is, best first. What is recalled and unchecked says so on the screen."""

    REGULATOR = "regulator"
    LABEL_COPY = "label_copy"
    MANUFACTURER = "manufacturer"
    LITERATURE = "literature"
    PAYER = "payer"
    PRACTICE = "practice"
    RECALL = "recall"

    @property
    def checked(self) -> bool:
        """False for what was recalled and not looked up."""
        return self is not Tier.RECALL

    @property
    def words(self) -> str:
        """How a page names it."""
        return _WORDS[self]


_WORDS = {
    Tier.REGULATOR: "regulator",
    Tier.LABEL_COPY: "copy of the label",
    Tier.MANUFACTURER: "manufacturer",
    Tier.LITERATURE: "literature",
    Tier.PAYER: "payer",
    Tier.PRACTICE: "proposal, to be confirmed",
    Tier.RECALL: "recalled, unchecked",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A source that numbers cite by its key."""

    key: str
    title: str
    tier: Tier
    published: date | None = None  # the source's own date, where it has one
    read: date | None = None  # the day it was looked up; None means that it was not
