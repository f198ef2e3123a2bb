"""The command's frame: verbs are loaded when used, and what goes wrong is one line."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chairside.cli import main
from chairside.cli.frame import Verbs
from chairside.cli.problems import UsageProblem


@pytest.fixture
def verbs(monkeypatch: pytest.MonkeyPatch) -> Verbs:
    """Three verbs: one answers, one refuses its input, one is broken."""

    @click.command()
    def answer() -> None:
        click.echo("42")

    @click.command()
    def refuse() -> None:
        raise UsageProblem("order.dose: 'much' is not a number")

    @click.command()
    def break_down() -> None:
        raise ZeroDivisionError("a patient's name")

    group = Verbs("chairside", [])
    for command in (answer, refuse, break_down):
        group.add_command(command)
    monkeypatch.setattr(group, "get_command", lambda _, name: group.commands.get(name))
    return group


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=False, timeout=30)


def test_help_and_the_engine_import_no_django():
    said = _run(
        "import sys\nfrom chairside.cli import main\nmain(['--help'], standalone_mode=False)\nprint('django' in sys.modules)"
    )
    assert said.stdout.splitlines()[-1] == "False", said.stderr


def test_only_verbs_that_are_there_are_listed():
    listed = CliRunner().invoke(main, ["--help"]).output
    assert "doctor" in listed
    assert all(verb in listed for verb in main.list_commands(click.Context(main)))


def test_an_answer_exits_0(verbs: Verbs):
    found = CliRunner().invoke(verbs, ["answer"])
    assert (found.exit_code, found.output) == (0, "42\n")


def test_unusable_input_is_one_line_and_exits_2(verbs: Verbs):
    found = CliRunner().invoke(verbs, ["refuse"])
    assert found.exit_code == 2
    assert found.stderr == "chairside: order.dose: 'much' is not a number\n"


def test_a_defect_is_one_line_and_exits_1_with_the_trace_in_a_file_only_its_owner_reads(verbs: Verbs):
    found = CliRunner().invoke(verbs, ["break-down"])
    assert found.exit_code == 1
    assert len(found.stderr.splitlines()) == 1
    kept = Path(found.stderr.rpartition(" in ")[2].strip().rstrip(")"))
    assert "Traceback" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


def test_debug_shows_the_trace(verbs: Verbs):
    found = CliRunner().invoke(verbs, ["--debug", "break-down"])
    assert isinstance(found.exception, ZeroDivisionError)


def test_a_wrong_setting_is_one_line_and_exits_2(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHAIRSIDE_WORKERS", "many")
    found = CliRunner().invoke(main, ["serve"])
    assert found.exit_code == 2
    assert found.stderr.startswith("chairside: CHAIRSIDE_WORKERS must be")
