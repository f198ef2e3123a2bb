"""`chairside schedule`: sub-commands are loaded when used; one that is not there yet says so."""

import click
from click.testing import CliRunner

from chairside.cli import main
from chairside.cli.schedule import command


def test_it_is_a_verb_that_lists_its_sub_commands():
    listed = CliRunner().invoke(main, ["schedule", "--help"])
    assert listed.exit_code == 0
    assert all(verb in listed.output for verb in command.list_commands(click.Context(command)))


def test_a_sub_command_that_is_not_there_yet_says_so_and_exits_2(monkeypatch):
    monkeypatch.setitem(command.table, "replan", ("chairside.cli.schedule_replan", "Not written."))
    found = CliRunner().invoke(main, ["schedule", "replan"])
    assert (found.exit_code, found.stderr) == (2, "chairside: “replan” is not part of this version yet\n")


def test_an_unknown_sub_command_exits_2():
    found = CliRunner().invoke(main, ["schedule", "guess"])
    assert found.exit_code == 2
    assert "No such command" in found.stderr
