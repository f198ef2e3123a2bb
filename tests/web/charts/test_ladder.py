"""The ladder says of each step when it ran, how long it still runs, and what keeps it locked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from chairside.web.charts.ladder import Lock, Rung, ladder_drawing

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def parsed(rungs):
    with timezone.override("UTC"):
        return ElementTree.fromstring(ladder_drawing(rungs, "Ladder"))


def rung(number, state, minutes=15, **more):
    return Rung(number, Decimal(number * 20), minutes, state, **more)


def test_a_step_says_its_real_times_its_locks_and_its_bag():
    rungs = [
        rung(1, "done", ran=((AT, AT + timedelta(minutes=16)),), bag=1),
        rung(2, "now", ran=((AT + timedelta(minutes=16), None),), share=Decimal("0.5"), note="8 min left", bag=1),
        rung(3, "locked", locks=(Lock("Time", "15 min at 40 mL/h"), Lock("Symptom", "Open symptom: itching.")), bag=2),
    ]
    root = parsed(rungs)
    said = str(root.get("aria-label"))
    for part in ("10:00 to 10:16", "since 10:16", "8 min left", "Time: 15 min at 40 mL/h", "Symptom: Open symptom", "bag 2"):
        assert part in said
    over = next(node for node in root.iter() if node.get("class") == "step-over")
    whole = next(node for node in root.iter() if "step-now" in (node.get("class") or ""))
    assert float(over.get("width") or 0) * 2 == pytest.approx(float(whole.get("width") or 0), abs=0.2)
    assert [node.text for node in root.iter("text") if str(node.text).startswith("bag")] == ["bag 1", "bag 2"]


def test_words_that_have_no_room_are_left_to_the_list():
    rungs = [rung(n, "locked", minutes=15) for n in range(1, 15)]
    texts = [node.text for node in parsed(rungs).iter("text")]
    assert "Locked" not in texts
    assert "15 min" not in texts


def test_the_list_gives_each_lock_a_word_and_a_sentence(render):
    rungs = [
        rung(1, "now", ran=((AT, None),), note="8 min left"),
        rung(2, "locked", locks=(Lock("Time", "15 min at 20 mL/h"), Lock("Vitals", "Take a fresh set.")),
             unlocks_at=AT + timedelta(minutes=15)),
    ]  # fmt: skip
    with timezone.override("UTC"):
        text = render("<c-ladder :rungs='rungs' label='Rate ladder' />", rungs=rungs)
    for part in ("since", "8 min left", "<strong>Time:</strong>", "until", "10:15", "data-until", "<strong>Vitals:</strong>"):
        assert part in text
