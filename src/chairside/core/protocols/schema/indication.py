"""What a therapy is for, with the diagnosis codes and the people that count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Ages, Words


class LabelStatus(StrEnum):
    LABEL = "label"
    OFF_LABEL = "off_label"


@dataclass(frozen=True, slots=True)
class CodePrefix:
    """An ICD-10-CM prefix, compared as text with the dotted code; the longest that matches wins.

    valid_from, valid_until   days of service on which the prefix counts (both included)
    supporting                explains or qualifies; never establishes the indication alone
    """

    prefix: str
    valid_from: date | None = None
    valid_until: date | None = None
    supporting: bool = False


@dataclass(frozen=True, slots=True)
class Indication:
    """One indication. `needs` must hold for the indication to be this one (an antibody, a heart-failure class)."""

    key: str
    names: Words
    codes: tuple[CodePrefix, ...]
    ages: Ages
    status: LabelStatus = LabelStatus.LABEL
    sex: str = ""
    needs: Condition | None = None
    valid_from: date | None = None  # days on which the label holds it (both included)
    valid_until: date | None = None
    source: str = ""
