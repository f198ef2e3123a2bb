"""H-005 the total of a course taken as one dose: caps a dose and a course, and both are shown."""

from __future__ import annotations

from tests.exchange.questions.asking import GOOD, answered, spoiled


def test_three_doses_at_once_are_refused():
    made = answered("dose", spoiled(GOOD["dose"], "order.dose.amount", "1236"))
    assert made["outcome"] == "refused"
    limits = [reason for reason in made["reasons"] if reason["code"] == "above_maximum"]
    assert all(reason["limit"] for reason in limits)
    assert "none" in [reason["override"] for reason in limits], "the highest dose is nobody's to pass"


def test_what_was_ordered_is_never_lowered_in_silence():
    made = answered("dose", spoiled(GOOD["dose"], "order.dose.amount", "1236"))
    assert made["value"].get("dose", {}).get("amount") in (None, "1236", "412")
    assert made["outcome"] == "refused"
