"""The journey: the stages of an infusion in order, what each needs and yields, and which function decides it.

A newcomer's second file, after ARCHITECTURE.md. Follow one infusion from top to bottom: each `decided_by` names the function
that gives the answer, and nothing else does. The folders of the core, the apps and the screens have the same names and the same
order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the journey.

    decided_by   the functions that decide it, as `module:function` under `chairside.core`
    """

    name: str
    question: str
    needs: tuple[str, ...]
    yields: tuple[str, ...]
    decided_by: tuple[str, ...]


JOURNEY: tuple[Stage, ...] = (
    Stage(
        "intake",
        "Is this referral complete enough to start?",
        ("referral", "therapy protocol"),
        ("what is missing and from whom", "a signed order"),
        ("intake.completeness:judge", "intake.order:judge_signing"),
    ),
    Stage(
        "coverage",
        "Who pays, what do they need, what will the patient owe?",
        ("order", "coverages"),
        ("benefits", "authorization with units and window"),
        ("coverage.authorization:judge_record", "coverage.authorization:spend"),
    ),
    Stage(
        "plans",
        "Which dose, how much, on which day?",
        ("order", "facts", "doses given"),
        ("dose with working", "dates with windows"),
        ("plans.dosing:dose", "plans.dates.schedule:planned"),
    ),
    Stage(
        "clearance",
        "Is it safe to give this dose on that day, and what is still missing?",
        ("protocol", "facts", "doses given"),
        ("cleared, held or unknown, per requirement",),
        ("clearance.evaluate:evaluate",),
    ),
    Stage(
        "scheduling",
        "Which chair, which nurse, what time?",
        ("length of the visit", "chairs", "nurses"),
        ("an appointment that cannot collide",),
        ("scheduling.check:check_booking",),
    ),
    Stage(
        "stock",
        "Which vial, which lot, how much is thrown away?",
        ("dose", "lots"),
        ("lots drawn", "use-by time", "waste"),
        ("stock.ledger:draw", "stock.beyond_use:lasts"),
    ),
    Stage(
        "visit",
        "What happens next at the chair, and is the patient well?",
        ("visit plan", "log of events", "a command"),
        ("the event to record, or every reason against it",),
        (
            "visit.from_protocol:visit_plan",
            "visit.fold:fold",
            "visit.decide:decide",
            "visit.ladder:decide_step",
            "visit.double_check:compare",
            "visit.reactions.reaction:restart",
            "visit.next_action:next_action",
        ),
    ),
    Stage(
        "charges",
        "What may be billed, with what evidence?",
        ("start and stop times", "vials drawn", "payer"),
        ("coded lines with evidence", "what is not billed and why"),
        ("charges.charge:charge",),
    ),
    Stage(
        "guide",
        "What does the patient need to know?",
        ("protocol", "visit plan"),
        ("the patient's page",),
        ("guide.page:page",),
    ),
)


def deciders(stage: Stage) -> tuple[Callable[..., Any], ...]:
    """The functions that decide a stage. Raises ImportError or AttributeError when the journey names what does not exist."""
    found = []
    for name in stage.decided_by:
        module, _, function = name.partition(":")
        found.append(getattr(import_module(f"chairside.core.{module}"), function))
    return tuple(found)
