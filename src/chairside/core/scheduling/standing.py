"""Whether a dose stands so that it may be booked at all: an active plan, a signed order, a dose not yet booked or given."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.decision import Reason, refused

_DOSE_WORDS = {"booked": "already has an appointment", "given": "was given", "cancelled": "was cancelled"}


def standing_reasons(*, dose: str, plan: str, order: str) -> Iterator[Reason]:
    """Reasons by the states (words of the record) of the planned dose, its treatment plan and its order version."""
    if dose != "planned":
        yield refused(
            "wrong_state", f"This dose {_DOSE_WORDS.get(dose, f'is {dose}')}, so it cannot be booked.", field="planned_dose"
        )
    if plan != "active":
        yield refused("wrong_state", f"The treatment plan is {plan}. Only doses of an active plan are booked.", field="plan")
    if order != "signed":
        yield refused(
            "not_signed",
            "The order of this plan is not signed as it stands now. No infusion without a signed order.",
            field="order",
        )


def change_reasons(status: str, verb: str) -> Iterator[Reason]:
    """An appointment is changed (moved, cancelled, marked) only while the patient has not arrived."""
    if status != "booked":
        words = {
            "arrived": "the patient has arrived",
            "done": "the visit is over",
            "no_show": "the patient did not come",
            "cancelled": "it was cancelled",
        }
        yield refused("wrong_state", f"This appointment cannot be {verb}: {words.get(status, status)}.", field="appointment")
