"""`chairside downtime-pack`: every site or one, into the folders that are named, told as text or JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from chairside.cli import database, downtime
from tests.apps.visit import cast as story

pytestmark = pytest.mark.django_db


@pytest.fixture
def verb(monkeypatch, settings):
    """The verb on the tests' database, at the story's time."""
    monkeypatch.setattr(database, "connect", lambda: None)
    settings.CLOCK_OFFSET_SECONDS = (story.NINE - datetime.now(UTC)).total_seconds()
    return lambda *words: CliRunner().invoke(downtime.command, [str(word) for word in words])


def test_it_prints_into_each_folder_and_says_where(verb, tmp_path):
    with story.center():
        result = verb("--out", tmp_path / "one", "--out", tmp_path / "two")
        assert result.exit_code == 0, result.output
        assert "Downtown: 1 patients, Nov 23; 0 without a plan" in result.output
        for name in ("one", "two"):
            assert len(list((tmp_path / name).glob("north/downtown-*/*/index.pdf"))) == 1


def test_as_json_it_names_who_has_no_plan_and_why(verb, tmp_path):
    with story.center() as cast:
        cast.visit.delete()
        type(cast.appointment).objects.filter(pk=cast.appointment.pk).update(planned_dose=None)
        (pack,) = json.loads(verb("--out", tmp_path, "--json").output)
        assert pack["patients"] == 1
        assert pack["days"] == ["2026-11-23"]
        assert "no planned dose" in pack["without_plan"][0]["reasons"][0]


def test_the_folders_of_the_settings_are_the_default(verb, tmp_path, settings):
    settings.DOWNTIME_ROOTS = (tmp_path,)
    with story.center():
        assert verb("--site", "downtown").exit_code == 0
        assert list(tmp_path.glob("north/*/*/pack.json"))


def test_a_folder_that_cannot_be_written_is_said_and_answered_with_1(verb, tmp_path):
    (tmp_path / "file").write_text("")
    with story.center():
        result = verb("--out", tmp_path / "file" / "in", "--out", tmp_path / "good")
        assert result.exit_code == 1
        assert "not written" in result.output
        assert list((tmp_path / "good").glob("*/*/*/index.pdf"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--site", "nowhere"), "there is no site “nowhere”"),
        (("--organization", "x"), "--organization"),
        (("--days", "0"), "--days"),
    ],
)
def test_what_is_not_there_is_one_line(verb, words, said):
    with story.center():
        result = verb(*words)
        assert result.exit_code == 2
        assert said in result.output
