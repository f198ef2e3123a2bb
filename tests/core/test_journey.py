"""The journey names real functions, in the order of the house."""

from __future__ import annotations

from pathlib import Path

from chairside.core import journey


def test_every_stage_names_functions_that_exist():
    for stage in journey.JOURNEY:
        assert journey.deciders(stage)


def test_the_decision_of_a_ladder_step_is_named():
    visit = next(stage for stage in journey.JOURNEY if stage.name == "visit")
    assert "visit.ladder:decide_step" in visit.decided_by


def test_each_stage_has_its_folder():
    core = Path(journey.__file__).parent
    assert all((core / stage.name).is_dir() for stage in journey.JOURNEY)
