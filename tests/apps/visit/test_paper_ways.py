"""The ways of giving on paper: each line is read whole, and what it lacks is told."""

from __future__ import annotations

import pytest

from chairside.apps.visit.paper.kinds import KINDS
from chairside.apps.visit.paper.words import Around, Unread
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.fold import begin
from chairside.core.visit.values import InjectionSite
from tests.apps.visit import cast as story

ME = "Alba Moreno; 1968-03-04"
SAID = story.SAID
ML = "mL"


def read(kind: str, text: str) -> e.Payload:
    plan = story.plan()
    return KINDS[kind].read(text, Around(plan, begin(plan), plan.drugs[0], story.NINE))


def q(value: str, code: str = ML):
    return quantity(value, code)


@pytest.mark.parametrize(
    ("kind", "text", "payload"),
    [
        ("push", f"{ME}; line traced", e.PushStarted(story.DRUG, SAID, True)),
        ("push-end", "4 mL; burning", e.PushEnded(story.DRUG, q("4"), "burning")),
        ("draw", ME, e.DrawStarted(story.DRUG, SAID)),
        ("draw-end", "250; felt faint", e.DrawEnded(story.DRUG, q("250"), "felt faint")),
        (
            "injection",
            f"1.5 mL left abdomen; 1.5 mL Thigh; {ME}",
            e.DoseGiven(
                story.DRUG,
                SAID,
                q("3.0"),
                (InjectionSite("abdomen", "left", q("1.5")), InjectionSite("thigh", "", q("1.5"))),
            ),
        ),
        ("injection", f"650 mg; {ME}", e.DoseGiven(story.DRUG, SAID, q("650", "mg"))),
        (
            "pump",
            f"1 mL/h; pump P-17; shows 96 mL; {ME}; line traced",
            e.PumpConnected(story.DRUG, SAID, q("1", "mL/h"), "P-17", True, reservoir=q("96")),
        ),
        (
            "pump-off",
            f"pump 96 mL; left 0 mL; {ME}; nothing leaked",
            e.PumpDisconnected(story.DRUG, SAID, q("96"), q("0"), spilled=False),
        ),
    ],
)
def test_a_line_is_read(kind, text, payload):
    assert read(kind, text) == payload


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("push", "pushed slowly; and a note; 1968-03-04; more"),
        ("push-end", "all of it"),
        ("draw-end", ""),
        ("injection", ""),
        ("pump", ME),
        ("pump-off", "leaked; nothing leaked"),
    ],
)
def test_a_line_that_does_not_say_one_thing_comes_back(kind, text):
    with pytest.raises(Unread):
        read(kind, text)
