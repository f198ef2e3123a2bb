"""A fault of a protocol file, and the walk over the parts of a protocol that the checks share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from chairside.core.kernel.quantity import Quantity


class Code(StrEnum):
    """Every kind of fault. The tests hold a planted fault of each."""

    # keys and references
    DUPLICATE_KEY = "duplicate_key"
    PROSE = "prose"
    UNKNOWN_REFERENCE = "unknown_reference"
    UNTREATED_INDICATION = "untreated_indication"  # no regimen is for it
    KIND_PARTS = "kind_parts"  # a menu without its components, a plan without its items
    MENU_CHOICE = "menu_choice"
    PLAN_DAYS = "plan_days"
    UNKNOWN_ROLE = "unknown_role"
    # what is asked of a patient
    UNKNOWN_FACT = "unknown_fact"
    UNDECLARED_WORD = "undeclared_word"
    EMPTY_CONDITION = "empty_condition"
    TEST_SHAPE = "test_shape"  # a comparison that can never be told
    REQUIREMENT_KIND = "requirement_kind"
    REQUIREMENT_FIELDS = "requirement_fields"
    QUESTION_FIELDS = "question_fields"
    # numbers, sources, units
    UNKNOWN_SOURCE = "unknown_source"
    UNUSED_SOURCE = "unused_source"
    NUMBER_WITHOUT_SOURCE = "number_without_source"
    UNSIGNED = "unsigned"
    UNIT_MISMATCH = "unit_mismatch"
    BOUNDS = "bounds"  # a least above its most, a reduction of more than everything
    CAP_SPAN = "cap_span"
    # tiers and tables
    TABLE_SHAPE = "table_shape"
    TABLE_GAP = "table_gap"
    TABLE_OVERLAP = "table_overlap"
    SCALE_GAP = "scale_gap"
    SCALE_OVERLAP = "scale_overlap"
    ROW_GAP = "row_gap"  # findings that no row of a decision table matches
    ROW_UNREACHABLE = "row_unreachable"
    ADJUSTMENT_OVERLAP = "adjustment_overlap"
    # days
    AGE_RANGE = "age_range"
    INFUSION_RANGE = "infusion_range"
    DATES_BACKWARD = "dates_backward"
    CODE_OVERLAP = "code_overlap"
    OFFSETS = "offsets"
    INTERVAL = "interval"
    ANCHOR_EVENT = "anchor_event"
    WINDOW = "window"
    LATE_RULES = "late_rules"
    LEAST_GAP = "least_gap"
    PHASE_ORDER = "phase_order"
    # rates and the chair
    LADDER_EMPTY = "ladder_empty"
    LADDER_NOT_ASCENDING = "ladder_not_ascending"
    LADDER_OPEN_STEP = "ladder_open_step"
    LADDER_MINUTES = "ladder_minutes"
    RESTART_GRADES = "restart_grades"
    CHAIR_TIME = "chair_time"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: a stable code, the place in the file, and a sentence."""

    code: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a protocol with its place and the source that it stands under."""

    place: str
    item: Any
    source: str


def walk(item: Any, place: str = "", source: str = "") -> Iterator[Node]:
    """Every dataclass inside, outermost first. Quantities are values, not parts."""
    if isinstance(item, tuple):
        for index, part in enumerate(item):
            yield from walk(part, f"{place}[{getattr(part, 'key', index) or index}]", source)
    elif is_dataclass(item) and not isinstance(item, Quantity):
        here = getattr(item, "source", "") or source
        yield Node(place, item, here)
        for field in fields(item):
            yield from walk(getattr(item, field.name), f"{place}.{field.name}".lstrip("."), here)
