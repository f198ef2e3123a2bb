"""Chairs by name: who keeps start and nurse keeps the chair, and everybody has one."""

from dataclasses import replace

from chairside.core.scheduling.day.instance import Assignment, Chair
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.engines.day.build import build
from chairside.engines.day.decode import decode, encode
from chairside.engines.day.question import Standing
from tests.core.scheduling.day.day_files import day

TINY = day("tiny")
C = replace(TINY.visit["C"], chair_types=("recliner", "bed"))  # 30 minutes, without a drug


def seated(places, before, chairs=("C1", "C2"), types=("recliner", "recliner")):
    """The chairs that visits of 30 minutes have at these starts, who were before at those starts on those chairs."""
    visits = tuple(replace(C, id=name) for name in places)
    asked = replace(TINY, patients=visits, chairs=tuple(map(Chair, chairs, types)))
    standing = Standing(now=0, old={name: Assignment(name, *place, "N1") for name, place in before.items()})
    question, _ = build(asked, standing)
    start = Schedule(
        "tiny", tuple(Assignment(name, at, chair, "N1") for name, (at, chair) in places.items()), (NurseBreak("N1", 120),)
    )
    found = decode(asked, question, encode(asked, question, start, standing), standing)
    return {place.patient: place.chair for place in found.assignments}


def test_who_moves_to_an_earlier_start_does_not_take_the_chair_of_who_stays():
    before = {"moves": (90, "C1"), "stays": (60, "C1")}
    assert seated({"moves": (45, "C1"), "stays": (60, "C1")}, before) == {"moves": "C2", "stays": "C1"}


def test_who_stays_gives_way_where_another_could_sit_nowhere():
    before = {"first": (0, "C2"), "stays": (30, "C1"), "moves": (90, "C1")}
    found = seated({"first": (0, "C2"), "stays": (30, "C1"), "moves": (15, "C1")}, before)
    assert found == {"first": "C2", "moves": "C1", "stays": "C2"}


def test_who_stays_goes_back_to_the_type_of_chair_from_before():
    before = {"stays": (60, "C2")}
    assert seated({"stays": (60, "C1")}, before, types=("recliner", "bed")) == {"stays": "C2"}


def test_without_a_day_before_the_first_free_chair_is_taken():
    assert seated({"a": (0, "C1"), "b": (15, "C1"), "c": (30, "C1")}, {}) == {"a": "C1", "b": "C2", "c": "C1"}
