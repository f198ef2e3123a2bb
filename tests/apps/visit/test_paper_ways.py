"""The ways of giving on paper: each line is read whole, and what it lacks is told."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from chairside.apps.visit.paper.kinds import KINDS
from chairside.apps.visit.paper.rows import Row
from chairside.apps.visit.paper.words import Around, Unread
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.services.paper import paper_enter
from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e
from chairside.core.visit.fold import begin
from chairside.core.visit.values import InjectionSite
from tests.apps.visit import cast as story
from tests.apps.visit.played import played
from tests.core.visit.plans_of_ways import UNIT

ME = "Alba Moreno; 1968-03-04"
SAID = story.SAID
ML = "mL"


def read(kind: str, text: str) -> e.Payload:
    plan = story.plan()
    return KINDS[kind].read(text, Around(plan, begin(plan), plan.drugs[0], story.NINE))


def at(clock: str, day: str = "2026-11-23") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=story.NINE.tzinfo)


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
        ("released", "", e.ReleasedToPrepare(story.DRUG)),
        (
            "unit",
            "W2; red cells; O+ for A+; volume 310 mL; issued 08:50; expires 2026-11-30 23:59; cross-matched; not intact",
            e.UnitReceived(
                story.DRUG, "W2", "red cells", "O+", "A+", q("310"), at("08:50"), at("23:59", "2026-11-30"), True, False
            ),
        ),
        (
            "unit",
            "expires 2026-11-24 06:00; volume 250; AB for AB; W1; plasma; issued 23:50",
            e.UnitReceived(
                story.DRUG, "W1", "plasma", "AB", "AB", q("250"), at("23:50", "2026-11-22"), at("06:00", "2026-11-24")
            ),
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
        ("released", "all of it"),
        ("unit", ""),
        ("unit", "W1; red cells; A+; volume 310 mL; issued 08:50; expires 2026-11-30 23:59"),
        ("unit", "W1; red cells; A+ for A+; volume 310 mL; issued 08:50; expires 23:59"),
        ("unit", "W1; red cells; A+ for A+; volume 310 mL; issued soon; expires 2026-11-30 23:59"),
        ("unit", "W1; A+ for A+; volume 310 mL; issued 08:50; expires 2026-11-30 23:59"),
        ("unit", "W1; red cells; A+ for A+; volume 310 mL; issued 08:50; expires 2026-11-30 23:59; warm"),
    ],
)
def test_a_line_that_does_not_say_one_thing_comes_back(kind, text):
    with pytest.raises(Unread):
        read(kind, text)


@pytest.mark.django_db
def test_a_unit_on_paper_is_the_unit_that_ran_and_a_wrong_group_opens_an_incident():
    with played(UNIT, "released_to_prepare") as (cast, _):
        told = cast.later(30).astimezone(cast.site.zone)
        label = (
            f"W2; Red cells; {{}} for A+; volume 300 mL; issued {told:%H:%M}; expires 2026-12-01 12:00; cross-matched; intact"
        )
        lines = [("released", ""), ("unit", label.format("O+"))]
        rows = [Row(str(uuid4()), f"{told:%Y-%m-%d}", f"{told:%H:%M}", kind, "", text) for kind, text in lines]
        now = cast.later(60)
        entered = paper_enter(visit=cast.visit, rows=rows, actor=cast.actors["nurse"], at=now)
        assert (entered.returned, entered.incidents) == ([], [])
        state = state_of(cast.visit, plan_of(cast.visit))
        (region,) = state.infusions.values()
        assert (region.unit.unit, region.unit.issued_at) == ("W2", told.replace(second=0, microsecond=0))
        wrong = Row(str(uuid4()), rows[1].day, rows[1].clock, "unit", "", label.format("B+"))
        entered = paper_enter(visit=cast.visit, rows=[wrong], actor=cast.actors["nurse"], at=now)
        assert entered.returned == []
        assert "Red cells of group B are not for a patient of group A." in entered.incidents[0]
