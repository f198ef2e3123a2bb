"""A fault of a protocol file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
